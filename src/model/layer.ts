import type { Columns, Floats, Kernels, Part, Weight } from '../kernels/kernels.ts';
import type { ParameterBuffer, Weights } from './parameters.ts';
import { columnsOf, gradientTile, type Member, partOf, type Span, stepTile } from './partition.ts';

/** Parts that a layer is built from; `gradient` is absent where no backward pass is needed. */
export interface LayerContext {
  readonly kernels: Kernels;
  readonly weights: Weights;
  readonly gradient: ParameterBuffer | undefined;
  /** an LSTM keeps ∂L/∂c of every step, for the inspector */
  readonly keepCellGradients: boolean;
  /** prefix of this layer's parameter names, `layers.0.` */
  readonly prefix: string;
  readonly B: number;
  readonly T: number;
  readonly H: number;
}

/** Output of one layer for the next (T,B,D), and the gradient that comes back. */
export interface Activations {
  readonly output: Floats;
  readonly dOutput: Floats;
}

/**
 * One recurrent layer over a window of T steps of B streams; buffers are time-major (T,B,H). `output` is h; into
 * `dOutput` the layer above writes its share of ∂L/∂h, and `backward` adds what flows back through time.
 */
export interface RecurrentLayer extends Activations {
  /** the state before the window's first step (S,B,H), S = 1 for h, 2 for h and c */
  readonly initialState: Floats;
  /** ∂L/∂ what goes into the nonlinearities (T,B,GH), after `backward` */
  readonly dZ: Floats;
  /** after `forward`: the gates after their functions (T,B,GH); the vanilla cell has none */
  readonly gates?: Floats;
  /** of a GRU after `forward`: Whh·h_{t-1} (T,B,3H), its n part with bhn */
  readonly recurrent?: Floats;
  /** of an LSTM after `forward`: c_{-1} … c_{T-1} (T+1,B,H) */
  readonly cells?: Floats;
  /** of an LSTM after `backward`: ∂L/∂c_t at fixed h_t (T,B,H), where the network keeps it */
  readonly dCells?: Floats;
  /** Both compute one thread's part and end with a barrier; `backward` what flows back, to `dZ` and what is below. */
  forward(member: Member): void;
  backward(member: Member): void;
  /** After `backward`: one thread's part of the gradients of the layer's parameters, added to what is there. */
  gradients(part: Part): void;
  /** makes the state after the last step the state before the next window's first step */
  carryState(): void;
}

/** Where a layer's input comes from; all cells share these two. Both know the product with Wx and its gradient. */
export interface LayerInput {
  /** computes some rows of out (T·B,GH) = Wx·x + bias */
  projector(out: Floats, rows: Span): () => void;
  /** from dZ (T·B,GH): one thread's rows of the gradient of what is below, where it learns */
  backward(dZ: Floats, member: Member): void;
  /** from dZ: one thread's part of the gradient of Wx, added to that of other windows */
  gradients(dZ: Floats, part: Part): void;
}

interface InputNames {
  weight: string;
  bias: string;
}

/** Layer 0: x is one-hot, so Wx·x is a column gather and its gradient a scatter-add. */
export function oneHotInput(context: LayerContext, names: InputNames, ids: Int32Array): LayerInput {
  const { kernels, weights, gradient, B, T } = context;
  const Wx = weights.matrix(names.weight);
  const bias = weights.view(names.bias);
  const dWx = gradient?.view(names.weight);
  const { rows: N, columns: V } = Wx;
  return {
    projector(out, { from, to }) {
      const [rows, characters] = [out.subarray(from * N, to * N), ids.subarray(from, to)];
      return () => {
        kernels.broadcastBias(rows, bias, to - from, N);
        kernels.oneHotLinear(rows, Wx, characters, to - from);
      };
    },
    backward() {},
    gradients(dZ, part) {
      if (dWx) kernels.oneHotWeightGradient(dWx, dZ, ids, T * B, N, V, columnsOf(N, part, kernels.grain));
    },
  };
}

/** Layers above and above an embedding: x is the output (T·B,D) of what is below. */
export function denseInput(context: LayerContext, names: InputNames, below: Activations): LayerInput {
  const { kernels, weights, gradient, B, T } = context;
  const Wx = weights.matrix(names.weight);
  const bias = weights.view(names.bias);
  const dWx = gradient?.view(names.weight);
  return {
    projector(out, { from, to }) {
      const rows = out.subarray(from * Wx.rows, to * Wx.rows);
      const x = below.output.subarray(from * Wx.columns, to * Wx.columns);
      return () => {
        kernels.broadcastBias(rows, bias, to - from, Wx.rows);
        kernels.linear(rows, x, Wx, to - from);
      };
    },
    backward(dZ, member) {
      linearInputGradient(kernels, below.dOutput, dZ, Wx, T * B, member);
    },
    gradients(dZ, part) {
      if (dWx) linearWeightGradient(kernels, dWx, dZ, below.output, T * B, Wx, part);
    },
  };
}

/** dW += dyᵀ·x over M rows, one thread's tile of dW */
export function linearWeightGradient(
  kernels: Kernels,
  dW: Floats,
  dy: Floats,
  x: Floats,
  M: number,
  { rows: N, columns: K }: Pick<Weight, 'rows' | 'columns'>,
  part: Part,
): void {
  const { rows, columns } = gradientTile(N, K, part, kernels.grain);
  kernels.linearWeightGradient(dW, dy, x, M, N, K, { of: N, ...rows }, columns);
}

/** dx = dy·W, one thread's rows of it */
export function linearInputGradient(
  kernels: Kernels,
  dx: Floats,
  dy: Floats,
  weight: Weight,
  M: number,
  member: Member,
): void {
  const { from, to } = partOf(M, member);
  const rows = dx.subarray(from * weight.columns, to * weight.columns).fill(0);
  kernels.linearInputGradient(rows, dy.subarray(from * weight.rows, to * weight.rows), weight, to - from);
}

/**
 * After the steps of a backward pass, one thread's part of what is summed over the window: the gradients of Whh, from that
 * of what the state gives to the gates, of the bias and of the input, from that of all that goes into them. Both (T·B,GH).
 */
export function windowGradients(
  { kernels, weights, gradient, prefix, B, T }: LayerContext,
  input: LayerInput,
  previous: Floats,
  whole: Floats,
  part: Part,
  fromState = whole,
): void {
  const Whh = weights.matrix(`${prefix}Whh`);
  linearWeightGradient(kernels, gradient!.view(`${prefix}Whh`), fromState, previous, T * B, Whh, part);
  const columns = columnsOf(Whh.rows, part, kernels.grain);
  kernels.biasGradient(gradient!.view(`${prefix}bh`), whole, T * B, Whh.rows, columns);
  input.gradients(whole, part);
}

/** Numbers that a core keeps at hand. */
const CACHED = 2 ** 16;

export interface Preparation {
  /** steps */
  every: number;
  parts: (() => void)[];
}

/** The part of every time step that one thread computes: all or some units of some streams. */
export class StepShare {
  readonly member: Member;
  /** how many streams */
  readonly B: number;
  /** which units, where not all */
  readonly units: Columns | undefined;
  readonly #first: number;
  readonly #streams: number;

  /** @param gates G blocks of Whh (GH,H) */
  constructor({ kernels, B, H }: LayerContext, gates: number, member: Member) {
    const { rows, columns, shared } = stepTile(B, H, gates, member, kernels.grain);
    this.member = member;
    this.B = rows.to - rows.from;
    this.units = shared > 1 ? columns : undefined;
    this.#first = rows.from;
    this.#streams = B;
  }

  /** its streams of each step of a buffer (T,B,`width`) */
  of(buffer: Floats, width: number): Floats[] {
    const step = this.#streams * width;
    return slices(buffer, buffer.length / step, step).map((rows) =>
      rows.subarray(this.#first * width, (this.#first + this.B) * width),
    );
  }

  /** Between two steps: the next one reads units that other threads compute, where units are cut. */
  sync(): void {
    if (this.units) this.member.barrier();
  }

  /**
   * What readies the rows of a window (T,B,`width`) for its steps: where units are cut, all at once, shared among the
   * threads; else its own, a few steps at a time, so that they are still in the cache.
   */
  prepare(T: number, width: number, ready: (rows: Span) => () => void): Preparation {
    const B = this.#streams;
    if (this.units) return { every: T, parts: [ready(partOf(T * B, this.member))] };
    const every = this.B < B ? 1 : Math.max(1, Math.min(T, Math.floor(CACHED / (B * width))));
    const starts = Array.from({ length: Math.ceil(T / every) }, (_, i) => i * every);
    const rowsFrom = (t: number) => ({
      from: t * B + this.#first,
      to: t * B + this.#first + (every === 1 ? this.B : Math.min(every, T - t) * B),
    });
    return { every, parts: starts.map((t) => ready(rowsFrom(t))) };
  }

  /** Before step t: what it reads is readied. */
  before(t: number, { every, parts }: Preparation): void {
    if (t % every !== 0) return;
    parts[t / every]!();
    this.sync();
  }
}

/** `count` consecutive views of `size` values. */
export function slices(buffer: Floats, count: number, size: number): Floats[] {
  return Array.from({ length: count }, (_, i) => buffer.subarray(i * size, (i + 1) * size));
}
