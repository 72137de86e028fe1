import type { Floats, Weight } from '../kernels/kernels.ts';
import type { Cell } from './cell.ts';
import { type LayerContext, type LayerInput, type RecurrentLayer, slices } from './layer.ts';

/*
 * The vanilla cell of the lecture (Elman 1990; torch.nn.RNN with tanh and one bias):
 *
 *   h_t = tanh(Wxh·x_t + Whh·h_{t-1} + bh)
 *
 * With ReLU in place of tanh and Whh starting as the identity it is the IRNN of Le, Jaitly & Hinton (2015).
 * Memory of a layer for training: (3T + 1)·B·H floats for h, dh and dz; B=32, T=50, H=128 in float32: 2.5 MB.
 */

export const rnn: Cell = {
  parameters: (D, H) => [
    { name: 'Wxh', shape: [H, D], role: 'input' },
    { name: 'Whh', shape: [H, H], role: 'recurrent' },
    { name: 'bh', shape: [H], role: 'bias' },
  ],
  stateParts: ['h'],
  choosesNonlinearity: true,
  createLayer: (context, input) => new RnnLayer(context, input),
};

export class RnnLayer implements RecurrentLayer {
  readonly output: Floats;
  readonly dOutput: Floats;
  readonly initialState: Floats;
  readonly dZ: Floats;
  readonly #context: LayerContext;
  readonly #input: LayerInput;
  readonly #relu: boolean;
  readonly #Whh: Weight;
  /** h_{-1} … h_{T-1}, one (B,H) view a step, over one buffer (T+1,B,H) */
  readonly #h: Floats[];
  readonly #previous: Floats;
  readonly #dh: Floats[];
  readonly #dz: Floats[];

  constructor(context: LayerContext, input: LayerInput) {
    const { kernels, weights, gradient, prefix, B, T, H } = context;
    const step = B * H;
    const h = kernels.allocate((T + 1) * step);
    this.#context = context;
    this.#input = input;
    this.#relu = weights.architecture.nonlinearity === 'relu';
    this.#Whh = weights.matrix(`${prefix}Whh`);
    this.initialState = h.subarray(0, step);
    this.#previous = h.subarray(0, T * step);
    this.output = h.subarray(step);
    this.#h = slices(h, T + 1, step);
    this.dOutput = kernels.allocate(gradient ? T * step : 0);
    this.#dh = slices(this.dOutput, gradient ? T : 0, step);
    this.dZ = kernels.allocate(gradient ? T * step : 0);
    this.#dz = slices(this.dZ, gradient ? T : 0, step);
  }

  forward(): void {
    const { kernels, B, T } = this.#context;
    this.#input.project(this.output);
    for (let t = 0; t < T; t++) {
      const h = this.#h[t + 1]!;
      kernels.addProductTransposed(h, this.#h[t]!, this.#Whh, B);
      if (this.#relu) kernels.relu(h);
      else kernels.tanh(h);
    }
  }

  /** dz_t = dh_t ∘ (1 − h_t²), or dh_t where h_t > 0;  dh_{t-1} += Whhᵀ·dz_t: one factor [tanh′]·Whh a step */
  backward(): void {
    const { kernels, gradient, prefix, B, T, H } = this.#context;
    if (!gradient) throw new Error('backward needs a gradient buffer');
    for (let t = T - 1; t >= 0; t--) {
      const [dz, dh, h] = [this.#dz[t]!, this.#dh[t]!, this.#h[t + 1]!];
      if (this.#relu) kernels.reluGradient(dz, dh, h);
      else kernels.tanhGradient(dz, dh, h);
      if (t > 0) kernels.addProduct(this.#dh[t - 1]!, dz, this.#Whh, B);
    }
    kernels.addOuterProducts(gradient.view(`${prefix}Whh`), this.dZ, this.#previous, T * B, H, H);
    kernels.addColumnSums(gradient.view(`${prefix}bh`), this.dZ, T * B, H);
    this.#input.backward(this.dZ);
  }

  carryState(): void {
    this.initialState.set(this.#h[this.#context.T]!);
  }
}
