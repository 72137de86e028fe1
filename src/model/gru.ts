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
import { columnsOf, type Member } from './partition.ts';

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

/** blocks of Whh: r, z, n */
const G = 3;

export const gru: Cell = {
  parameters: (D, H) => [
    { name: 'Wxh', shape: [G * H, D], role: 'input' },
    { name: 'Whh', shape: [G * H, H], role: 'recurrent' },
    { name: 'bh', shape: [G * H], role: 'bias' },
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
  /** h_{-1} … h_{T-1} (T+1,B,H), and all but the last (T,B,H) */
  readonly #h: Floats;
  readonly #previous: Floats;
  /** what reaches h_{-1} past Whh (B,H); nobody reads it */
  readonly #dInitial: Floats;
  /** gradient of what comes from the state (T,B,3H); of what comes from the input it differs in the n part */
  readonly #dR: Floats;
  /** summed over rows (3H), of which bhn is the last third */
  readonly #dBias: Floats;
  #steps: Steps | undefined;

  constructor(context: LayerContext, input: LayerInput) {
    const { kernels, weights, gradient, prefix, B, T, H } = context;
    const step = B * H;
    const h = kernels.allocate((T + 1) * step);
    this.#context = context;
    this.#input = input;
    this.#Whh = weights.matrix(`${prefix}Whh`);
    this.#bhn = weights.view(`${prefix}bhn`);
    this.#h = h;
    this.initialState = h.subarray(0, step);
    this.#previous = h.subarray(0, T * step);
    this.output = h.subarray(step);
    this.gates = kernels.allocate(G * T * step);
    this.recurrent = kernels.allocate(G * T * step);
    this.dOutput = kernels.allocate(gradient ? T * step : 0);
    this.#dInitial = kernels.allocate(gradient ? step : 0);
    this.dZ = kernels.allocate(gradient ? G * T * step : 0);
    this.#dR = kernels.allocate(gradient ? G * T * step : 0);
    this.#dBias = kernels.allocate(gradient ? G * H : 0);
  }

  #stepsOf(member: Member): Steps {
    if (this.#steps?.share.member !== member) {
      const { T, H } = this.#context;
      const share = new StepShare(this.#context, G, member);
      this.#steps = {
        share,
        project: share.prepare(T, G * H, (rows) => {
          const project = this.#input.projector(this.gates, rows);
          return () => {
            project();
            this.recurrent.fill(0, rows.from * G * H, rows.to * G * H);
          };
        }),
        clear: share.prepare(1, H, ({ from, to }) => () => {
          this.#dInitial.fill(0, from * H, to * H);
        }),
        h: share.of(this.#h, H),
        gates: share.of(this.gates, G * H),
        recurrent: share.of(this.recurrent, G * H),
        dh: [...share.of(this.#dInitial, H), ...share.of(this.dOutput, H)],
        dz: share.of(this.dZ, G * H),
        dr: share.of(this.#dR, G * H),
      };
    }
    return this.#steps;
  }

  forward(member: Member): void {
    const { kernels, T, H } = this.#context;
    const { share, project, h, gates, recurrent } = this.#stepsOf(member);
    for (let t = 0; t < T; t++) {
      share.before(t, project);
      kernels.linear(recurrent[t]!, h[t]!, this.#Whh, share.B, share.units);
      kernels.gruGates(gates[t]!, recurrent[t]!, this.#bhn, h[t]!, h[t + 1]!, share.B, H, share.units);
      share.sync();
    }
    member.barrier();
  }

  /** dh_{t-1} += dh_t∘z_t + Whhᵀ·dr_t: where z is near 1 the gradient passes unchanged */
  backward(member: Member): void {
    const { kernels, gradient, T, H } = this.#context;
    if (!gradient) throw new Error('backward needs a gradient buffer');
    const { share, clear, h, gates, recurrent, dh, dz, dr } = this.#stepsOf(member);
    share.before(0, clear);
    for (let t = T - 1; t >= 0; t--) {
      // dh begins with that of h_{-1}
      const [before, now] = [dh[t]!, dh[t + 1]!];
      // biome-ignore format: one call a line
      kernels.gruGatesGradient(dz[t]!, dr[t]!, before, now, gates[t]!, recurrent[t]!, h[t]!, share.B, H, share.units);
      share.sync();
      if (t > 0) kernels.linearInputGradient(before, dr[t]!, this.#Whh, share.B, share.units);
    }
    member.barrier();
    this.#input.backward(this.dZ, member);
    member.barrier();
  }

  gradients(part: Part): void {
    windowGradients(this.#context, this.#input, this.#previous, this.dZ, part, this.#dR);
    this.#gradientOfBhn(part);
  }

  /** One thread's part of the gradient of bhn, which is added to the last block of what the state gives. */
  #gradientOfBhn(part: Part): void {
    const { kernels, gradient, prefix, B, T, H } = this.#context;
    const columns = columnsOf(G * H, part, kernels.grain);
    this.#dBias.fill(0, columns.from, columns.to);
    kernels.biasGradient(this.#dBias, this.#dR, T * B, G * H, columns);
    const lastBlock = (G - 1) * H;
    const from = Math.max(columns.from, lastBlock);
    if (from >= columns.to) return;
    const dbhn = gradient!.view(`${prefix}bhn`).subarray(from - lastBlock, columns.to - lastBlock);
    kernels.add(dbhn, this.#dBias.subarray(from, columns.to));
  }

  carryState(): void {
    this.initialState.set(this.output.subarray(this.output.length - this.initialState.length));
  }
}

/** One thread's part of every step. */
interface Steps {
  share: StepShare;
  project: Preparation;
  /** the gradient of h_{-1} becomes 0 */
  clear: Preparation;
  h: Floats[];
  gates: Floats[];
  recurrent: Floats[];
  /** of h_{-1} first */
  dh: Floats[];
  dz: Floats[];
  dr: Floats[];
}
