import type { Kernels } from '../../kernels/index.ts';
import type { ParameterBuffer, Weights } from '../../model/index.ts';
import type { Random } from '../../random.ts';

/**
 * Recurrent dropout by dropping weights (DropConnect on Whh; Merity, Keskar & Socher 2018): one mask for all steps and
 * streams of a window. It touches no activation, so every cell can have it.
 */
export class WeightDrop {
  readonly #probability: number;
  readonly #weights: Weights;
  readonly #kernels: Kernels;
  readonly #names: readonly string[];
  readonly #whole: readonly Float32Array[];
  #keys: readonly number[] = [];

  constructor(probability: number, weights: Weights, kernels: Kernels) {
    this.#probability = probability;
    this.#weights = weights;
    this.#kernels = kernels;
    this.#names = weights.table.filter(({ role }) => role === 'recurrent').map(({ name }) => name);
    this.#whole = this.#names.map((name) => new Float32Array(weights.view(name).length));
  }

  /** Before a window: drops recurrent weights. */
  apply(random: Random): void {
    this.#keys = this.#names.map(() => Math.floor(random.next() * 2 ** 31));
    this.#names.forEach((name, i) => {
      this.#whole[i]!.set(this.#weights.view(name));
    });
    this.#weights.update(() => {
      this.mask(this.#weights);
    });
  }

  /** After it: brings the weights back. */
  restore(): void {
    this.#weights.update(() => {
      this.#names.forEach((name, i) => {
        this.#weights.view(name).set(this.#whole[i]!);
      });
    });
  }

  /** Drops of the gradient what was dropped of the weights. */
  mask(buffer: ParameterBuffer): void {
    this.#names.forEach((name, i) => {
      this.#kernels.dropout(buffer.view(name), this.#probability, this.#keys[i]!, 0);
    });
  }
}
