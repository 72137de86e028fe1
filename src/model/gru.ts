import type { Floats, Weight } from '../kernels/kernels.ts';
import type { Cell } from './cell.ts';
import { type LayerContext, type LayerInput, type RecurrentLayer, slices } from './layer.ts';

/*
 * Gated recurrent unit (Cho et al. 2014; torch.nn.GRU, gates in the same order r, z, n, the reset gate after the
 * product with Whh, so that the n part keeps a bias of its own):
 *
 *   r = σ(Wxr·x_t + Whr·h_{t-1} + br),  z = σ(Wxz·x_t + Whz·h_{t-1} + bz)
 *   n = tanh(Wxn·x_t + bn + r∘(Whn·h_{t-1} + bhn))
 *   h_t = (1 − z)∘n + z∘h_{t-1}
 *
 * Memory of a layer for training: (14T + 2)·B·H floats.
 */

export const gru: Cell = {
  parameters: (D, H) => [
    { name: 'Wxh', shape: [3 * H, D], role: 'input' },
    { name: 'Whh', shape: [3 * H, H], role: 'recurrent' },
    { name: 'bh', shape: [3 * H], role: 'bias' },
    { name: 'bhn', shape: [H], role: 'bias' },
  ],
  stateParts: ['h'],
  choosesNonlinearity: false,
  createLayer: (context, input) => new GruLayer(context, input),
};

export class GruLayer implements RecurrentLayer {
  readonly output: Floats;
  readonly dOutput: Floats;
  readonly initialState: Floats;
  /** r, z, n */
  readonly gates: Floats;
  readonly recurrent: Floats;
  readonly dZ: Floats;
  readonly #context: LayerContext;
  readonly #input: LayerInput;
  readonly #Whh: Weight;
  readonly #bhn: Floats;
  /** h_{-1} … h_{T-1}, one (B,H) view a step, over one buffer (T+1,B,H) */
  readonly #h: Floats[];
  readonly #previous: Floats;
  readonly #gate: Floats[];
  readonly #recurrent: Floats[];
  readonly #dh: Floats[];
  /** dh_t, then dh_t∘z_t (B,H) */
  readonly #kept: Floats;
  readonly #dz: Floats[];
  /** gradient of what comes from the state (T,B,3H); of what comes from the input it differs in the n part */
  readonly #dR: Floats;
  readonly #dr: Floats[];
  /** ∂L/∂(Whn·h_{t-1} + bhn) summed over rows, of which bhn is the last third */
  readonly #dBias: Floats;

  constructor(context: LayerContext, input: LayerInput) {
    const { kernels, weights, gradient, prefix, B, T, H } = context;
    const step = B * H;
    const h = kernels.allocate((T + 1) * step);
    this.#context = context;
    this.#input = input;
    this.#Whh = weights.matrix(`${prefix}Whh`);
    this.#bhn = weights.view(`${prefix}bhn`);
    this.initialState = h.subarray(0, step);
    this.#previous = h.subarray(0, T * step);
    this.output = h.subarray(step);
    this.#h = slices(h, T + 1, step);
    this.gates = kernels.allocate(3 * T * step);
    this.#gate = slices(this.gates, T, 3 * step);
    this.recurrent = kernels.allocate(3 * T * step);
    this.#recurrent = slices(this.recurrent, T, 3 * step);
    this.dOutput = kernels.allocate(gradient ? T * step : 0);
    this.#dh = slices(this.dOutput, gradient ? T : 0, step);
    this.#kept = kernels.allocate(gradient ? step : 0);
    this.dZ = kernels.allocate(gradient ? 3 * T * step : 0);
    this.#dz = slices(this.dZ, gradient ? T : 0, 3 * step);
    this.#dR = kernels.allocate(gradient ? 3 * T * step : 0);
    this.#dr = slices(this.#dR, gradient ? T : 0, 3 * step);
    this.#dBias = kernels.allocate(gradient ? 3 * H : 0);
  }

  forward(): void {
    const { kernels, B, T, H } = this.#context;
    this.#input.project(this.gates);
    for (let t = 0; t < T; t++) {
      const [h, recurrent] = [this.#h[t]!, this.#recurrent[t]!];
      recurrent.fill(0);
      kernels.addProductTransposed(recurrent, h, this.#Whh, B);
      kernels.gruGates(this.#gate[t]!, recurrent, this.#bhn, h, this.#h[t + 1]!, B, H);
    }
  }

  /** dh_{t-1} += dh_t∘z_t + Whhᵀ·dr_t: where z is near 1 the gradient passes unchanged */
  backward(): void {
    const { kernels, gradient, prefix, B, T, H } = this.#context;
    if (!gradient) throw new Error('backward needs a gradient buffer');
    for (let t = T - 1; t >= 0; t--) {
      const [dz, dr, dh, gate] = [this.#dz[t]!, this.#dr[t]!, this.#dh[t]!, this.#gate[t]!];
      const kept = this.#kept;
      kept.set(dh);
      kernels.gruGatesGradient(dz, dr, kept, gate, this.#recurrent[t]!, this.#h[t]!, B, H);
      if (t === 0) break;
      kernels.add(this.#dh[t - 1]!, kept);
      kernels.addProduct(this.#dh[t - 1]!, dr, this.#Whh, B);
    }
    kernels.addOuterProducts(gradient.view(`${prefix}Whh`), this.#dR, this.#previous, T * B, 3 * H, H);
    kernels.addColumnSums(gradient.view(`${prefix}bh`), this.dZ, T * B, 3 * H);
    this.#dBias.fill(0);
    kernels.addColumnSums(this.#dBias, this.#dR, T * B, 3 * H);
    gradient.view(`${prefix}bhn`).set(this.#dBias.subarray(2 * H));
    this.#input.backward(this.dZ);
  }

  carryState(): void {
    this.initialState.set(this.#h[this.#context.T]!);
  }
}
