import type { Floats, Part, Weight } from '../kernels/kernels.ts';
import type { Cell } from './cell.ts';
import {
  type LayerContext,
  type LayerInput,
  type Preparation,
  type RecurrentLayer,
  StepShare,
  windowGradients,
} from './layer.ts';
import type { Member } from './partition.ts';

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

/** blocks of Whh: i, f, g, o */
const G = 4;

export const lstm: Cell = {
  parameters: (D, H) => [
    { name: 'Wxh', shape: [G * H, D], role: 'input' },
    { name: 'Whh', shape: [G * H, H], role: 'recurrent' },
    { name: 'bh', shape: [G * H], role: 'bias' },
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
  /** h_{-1} … h_{T-1} (T+1,B,H), and all but the last (T,B,H) */
  readonly #h: Floats;
  readonly #previous: Floats;
  readonly #dc: Floats;
  #steps: Steps | undefined;

  constructor(context: LayerContext, input: LayerInput) {
    const { kernels, weights, gradient, keepCellGradients, prefix, B, T, H } = context;
    const step = B * H;
    const h = kernels.allocate((T + 1) * step);
    this.#context = context;
    this.#input = input;
    this.#Whh = weights.matrix(`${prefix}Whh`);
    this.#h = h;
    this.initialState = kernels.allocate(2 * step);
    this.#previous = h.subarray(0, T * step);
    this.output = h.subarray(step);
    this.cells = kernels.allocate((T + 1) * step);
    this.gates = kernels.allocate(G * T * step);
    this.dOutput = kernels.allocate(gradient ? T * step : 0);
    this.#dc = kernels.allocate(gradient ? step : 0);
    if (keepCellGradients) this.dCells = kernels.allocate(T * step);
    this.dZ = kernels.allocate(gradient ? G * T * step : 0);
  }

  #stepsOf(member: Member): Steps {
    if (this.#steps?.share.member !== member) {
      const { B, T, H } = this.#context;
      const share = new StepShare(this.#context, G, member);
      this.#steps = {
        share,
        begin: share.prepare(1, H, ({ from, to }) => () => {
          this.#h.set(this.initialState.subarray(from * H, to * H), from * H);
          this.cells.set(this.initialState.subarray((B + from) * H, (B + to) * H), from * H);
        }),
        project: share.prepare(T, G * H, (rows) => this.#input.projector(this.gates, rows)),
        clear: share.prepare(1, H, ({ from, to }) => () => {
          this.#dc.fill(0, from * H, to * H);
        }),
        h: share.of(this.#h, H),
        c: share.of(this.cells, H),
        gates: share.of(this.gates, G * H),
        dh: share.of(this.dOutput, H),
        dc: share.of(this.#dc, H)[0],
        dz: share.of(this.dZ, G * H),
      };
    }
    return this.#steps;
  }

  forward(member: Member): void {
    const { kernels, T, H } = this.#context;
    const { share, begin, project, h, c, gates } = this.#stepsOf(member);
    share.before(0, begin);
    for (let t = 0; t < T; t++) {
      share.before(t, project);
      kernels.linear(gates[t]!, h[t]!, this.#Whh, share.B, share.units);
      kernels.lstmGates(gates[t]!, c[t]!, c[t + 1]!, h[t + 1]!, share.B, H, share.units);
      share.sync();
    }
    member.barrier();
  }

  /** dc_{t-1} = dc_t∘f_t: where f is near 1 the gradient passes unchanged;  dh_{t-1} += Whhᵀ·dz_t */
  backward(member: Member): void {
    const { kernels, gradient, B, T, H } = this.#context;
    if (!gradient) throw new Error('backward needs a gradient buffer');
    const { share, clear, c, gates, dh, dc, dz } = this.#stepsOf(member);
    share.before(0, clear);
    for (let t = T - 1; t >= 0; t--) {
      // the inspector's networks, which are one thread's
      this.dCells?.set(this.#dc, t * B * H);
      kernels.lstmGatesGradient(dz[t]!, dc!, dh[t]!, gates[t]!, c[t]!, c[t + 1]!, share.B, H, share.units);
      share.sync();
      if (t > 0) kernels.linearInputGradient(dh[t - 1]!, dz[t]!, this.#Whh, share.B, share.units);
    }
    member.barrier();
    this.#input.backward(this.dZ, member);
    member.barrier();
  }

  gradients(part: Part): void {
    windowGradients(this.#context, this.#input, this.#previous, this.dZ, part);
  }

  carryState(): void {
    const { B, T, H } = this.#context;
    this.initialState.set(this.#h.subarray(T * B * H));
    this.initialState.set(this.cells.subarray(T * B * H), B * H);
  }
}

/** One thread's part of every step. */
interface Steps {
  share: StepShare;
  /** h and c take the initial state */
  begin: Preparation;
  project: Preparation;
  /** dc becomes 0 */
  clear: Preparation;
  h: Floats[];
  c: Floats[];
  gates: Floats[];
  dh: Floats[];
  /** of all steps, one after another; none without a backward pass */
  dc: Floats | undefined;
  dz: Floats[];
}
