import type { Floats } from '../kernels/kernels.ts';
import type { Activations, LayerContext } from './layer.ts';
import { type Member, partOf, type Span } from './partition.ts';

/** How activations are dropped while training. */
export interface DropoutOptions {
  probability: number;
  /** one mask a stream for the whole window (Gal & Ghahramani 2016), not a new one each step (Zaremba et al. 2014) */
  variational: boolean;
  /** streams of the whole batch, of which this network has B from `first` on: masks do not depend on how it is cut */
  streams: number;
  first: number;
}

/**
 * Inverted dropout of what a layer gives to the one above; the recurrence itself reads the undropped h. Masks are a
 * function of `keys[layer]` and the element's place in the batch.
 */
export class Dropout implements Activations {
  /** the output of `below` with some of it dropped (T,B,H) */
  readonly output: Floats;
  /** ∂L/∂output from above; after `backward` with respect to the undropped output */
  readonly dOutput: Floats;
  readonly #context: LayerContext;
  readonly #below: Activations;
  readonly #options: DropoutOptions;
  readonly #key: Int32Array;

  /** @param key one number, set by the trainer before each window */
  constructor(context: LayerContext, below: Activations, options: DropoutOptions, key: Int32Array) {
    this.#context = context;
    this.#below = below;
    this.#options = options;
    this.#key = key;
    this.output = context.kernels.allocate(context.T * context.B * context.H);
    this.dOutput = below.dOutput;
  }

  forward(member: Member): void {
    const { from, to } = this.#rows(member);
    this.output.set(this.#below.output.subarray(from, to), from);
    this.#drop(this.output, member);
    member.barrier();
  }

  backward(member: Member): void {
    this.#drop(this.dOutput, member);
    member.barrier();
  }

  /** The elements of the window (T,B,H) that a thread computes. */
  #rows(member: Member): Span {
    const { B, T, H } = this.#context;
    const { from, to } = partOf(T * B, member);
    return { from: from * H, to: to * H };
  }

  #drop(x: Floats, member: Member): void {
    const { kernels, B, T, H } = this.#context;
    const { probability, variational, streams, first } = this.#options;
    const { from, to } = this.#rows(member);
    for (let t = 0; t < T; t++) {
      const step = t * B * H;
      const [start, end] = [Math.max(from, step), Math.min(to, step + B * H)];
      if (start >= end) continue;
      const place = ((variational ? 0 : t) * streams + first) * H + start - step;
      kernels.dropout(x.subarray(start, end), probability, this.#key[0]!, place % 2 ** 31);
    }
  }
}
