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
  /** h_{-1} … h_{T-1} (T+1,B,H), and all but the last (T,B,H) */
  readonly #h: Floats;
  readonly #previous: Floats;
  #steps: Steps | undefined;

  constructor(context: LayerContext, input: LayerInput) {
    const { kernels, weights, gradient, prefix, B, T, H } = context;
    const step = B * H;
    const h = kernels.allocate((T + 1) * step);
    this.#context = context;
    this.#input = input;
    this.#relu = weights.architecture.nonlinearity === 'relu';
    this.#Whh = weights.matrix(`${prefix}Whh`);
    this.#h = h;
    this.initialState = h.subarray(0, step);
    this.#previous = h.subarray(0, T * step);
    this.output = h.subarray(step);
    this.dOutput = kernels.allocate(gradient ? T * step : 0);
    this.dZ = kernels.allocate(gradient ? T * step : 0);
  }

  #stepsOf(member: Member): Steps {
    if (this.#steps?.share.member !== member) {
      const { T, H } = this.#context;
      const share = new StepShare(this.#context, 1, member);
      this.#steps = {
        share,
        project: share.prepare(T, H, (rows) => this.#input.projector(this.output, rows)),
        h: share.of(this.#h, H),
        dh: share.of(this.dOutput, H),
        dz: share.of(this.dZ, H),
      };
    }
    return this.#steps;
  }

  forward(member: Member): void {
    const { kernels, T } = this.#context;
    const { share, project, h } = this.#stepsOf(member);
    for (let t = 0; t < T; t++) {
      share.before(t, project);
      kernels.linear(h[t + 1]!, h[t]!, this.#Whh, share.B, share.units);
      if (this.#relu) kernels.relu(h[t + 1]!, share.units);
      else kernels.tanh(h[t + 1]!, share.units);
      share.sync();
    }
    member.barrier();
  }

  /** dz_t = dh_t ∘ (1 − h_t²), or dh_t where h_t > 0;  dh_{t-1} += Whhᵀ·dz_t: one factor [tanh′]·Whh a step */
  backward(member: Member): void {
    const { kernels, gradient, T } = this.#context;
    if (!gradient) throw new Error('backward needs a gradient buffer');
    const { share, h, dh, dz } = this.#stepsOf(member);
    for (let t = T - 1; t >= 0; t--) {
      if (this.#relu) kernels.reluGradient(dz[t]!, dh[t]!, h[t + 1]!, share.units);
      else kernels.tanhGradient(dz[t]!, dh[t]!, h[t + 1]!, share.units);
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
    this.initialState.set(this.output.subarray(this.output.length - this.initialState.length));
  }
}

/** One thread's part of every step. */
interface Steps {
  share: StepShare;
  project: Preparation;
  h: Floats[];
  dh: Floats[];
  dz: Floats[];
}
