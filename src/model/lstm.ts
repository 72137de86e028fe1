import type { Floats, Weight } from '../kernels/kernels.ts';
import type { Cell } from './cell.ts';
import { type LayerContext, type LayerInput, type RecurrentLayer, slices } from './layer.ts';

/*
 * Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; torch.nn.LSTM with
 * one bias, gates in the same order i, f, g, o):
 *
 *   [i f g o] = Wxh·x_t + Whh·h_{t-1} + bh,  i, f, o through σ, g through tanh
 *   c_t = f∘c_{t-1} + i∘g      the path of the gradient without a weight in it
 *   h_t = o∘tanh(c_t)
 *
 * Memory of a layer for training: (11T + 5)·B·H floats.
 */

export const lstm: Cell = {
  parameters: (D, H) => [
    { name: 'Wxh', shape: [4 * H, D], role: 'input' },
    { name: 'Whh', shape: [4 * H, H], role: 'recurrent' },
    { name: 'bh', shape: [4 * H], role: 'bias' },
  ],
  stateParts: ['h', 'c'],
  choosesNonlinearity: false,
  /** the forget gates start open (Jozefowicz, Zaremba & Sutskever 2015) */
  initialBias: (bh, H, forgetBias) => void bh.fill(forgetBias, H, 2 * H),
  createLayer: (context, input) => new LstmLayer(context, input),
};

export class LstmLayer implements RecurrentLayer {
  readonly output: Floats;
  readonly dOutput: Floats;
  /** h and c before the first step (2,B,H) */
  readonly initialState: Floats;
  /** i, f, g, o */
  readonly gates: Floats;
  readonly cells: Floats;
  readonly dZ: Floats;
  readonly dCells?: Floats;
  readonly #context: LayerContext;
  readonly #input: LayerInput;
  readonly #Whh: Weight;
  /** h_{-1} … h_{T-1} and c_{-1} … c_{T-1}, one (B,H) view a step */
  readonly #h: Floats[];
  readonly #c: Floats[];
  readonly #previous: Floats;
  readonly #gate: Floats[];
  readonly #dh: Floats[];
  readonly #dc: Floats;
  readonly #dz: Floats[];

  constructor(context: LayerContext, input: LayerInput) {
    const { kernels, weights, gradient, keepCellGradients, prefix, B, T, H } = context;
    const step = B * H;
    const h = kernels.allocate((T + 1) * step);
    this.#context = context;
    this.#input = input;
    this.#Whh = weights.matrix(`${prefix}Whh`);
    this.initialState = kernels.allocate(2 * step);
    this.#previous = h.subarray(0, T * step);
    this.output = h.subarray(step);
    this.#h = slices(h, T + 1, step);
    this.cells = kernels.allocate((T + 1) * step);
    this.#c = slices(this.cells, T + 1, step);
    this.gates = kernels.allocate(4 * T * step);
    this.#gate = slices(this.gates, T, 4 * step);
    this.dOutput = kernels.allocate(gradient ? T * step : 0);
    this.#dh = slices(this.dOutput, gradient ? T : 0, step);
    this.#dc = kernels.allocate(gradient ? step : 0);
    if (keepCellGradients) this.dCells = kernels.allocate(T * step);
    this.dZ = kernels.allocate(gradient ? 4 * T * step : 0);
    this.#dz = slices(this.dZ, gradient ? T : 0, 4 * step);
  }

  forward(): void {
    const { kernels, B, T, H } = this.#context;
    this.#h[0]!.set(this.initialState.subarray(0, B * H));
    this.#c[0]!.set(this.initialState.subarray(B * H));
    this.#input.project(this.gates);
    for (let t = 0; t < T; t++) {
      kernels.addProductTransposed(this.#gate[t]!, this.#h[t]!, this.#Whh, B);
      kernels.lstmGates(this.#gate[t]!, this.#c[t]!, this.#c[t + 1]!, this.#h[t + 1]!, B, H);
    }
  }

  /** dc_{t-1} = dc_t∘f_t: where f is near 1 the gradient passes unchanged;  dh_{t-1} += Whhᵀ·dz_t */
  backward(): void {
    const { kernels, gradient, prefix, B, T, H } = this.#context;
    if (!gradient) throw new Error('backward needs a gradient buffer');
    this.#dc.fill(0);
    for (let t = T - 1; t >= 0; t--) {
      const [dh, dz, gate] = [this.#dh[t]!, this.#dz[t]!, this.#gate[t]!];
      this.dCells?.set(this.#dc, t * B * H);
      kernels.lstmGatesGradient(dz, this.#dc, dh, gate, this.#c[t]!, this.#c[t + 1]!, B, H);
      if (t > 0) kernels.addProduct(this.#dh[t - 1]!, dz, this.#Whh, B);
    }
    kernels.addOuterProducts(gradient.view(`${prefix}Whh`), this.dZ, this.#previous, T * B, 4 * H, H);
    kernels.addColumnSums(gradient.view(`${prefix}bh`), this.dZ, T * B, 4 * H);
    this.#input.backward(this.dZ);
  }

  carryState(): void {
    const { B, T, H } = this.#context;
    this.initialState.set(this.#h[T]!);
    this.initialState.set(this.#c[T]!, B * H);
  }
}
