import type { Floats } from '../kernels/kernels.ts';
import type { Activations, LayerContext } from './layer.ts';

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

  /** @param key one number that whoever trains sets before each window */
  constructor(context: LayerContext, below: Activations, options: DropoutOptions, key: Int32Array) {
    this.#context = context;
    this.#below = below;
    this.#options = options;
    this.#key = key;
    this.output = context.kernels.allocate(context.T * context.B * context.H);
    this.dOutput = below.dOutput;
  }

  forward(): void {
    this.output.set(this.#below.output);
    this.#drop(this.output);
  }

  backward(): void {
    this.#drop(this.dOutput);
  }

  #drop(x: Floats): void {
    const { kernels, B, T, H } = this.#context;
    const { probability, variational, streams, first } = this.#options;
    for (let t = 0; t < T; t++) {
      const place = ((variational ? 0 : t) * streams + first) * H;
      kernels.dropout(x.subarray(t * B * H, (t + 1) * B * H), probability, this.#key[0]!, place % 2 ** 31);
    }
  }
}
