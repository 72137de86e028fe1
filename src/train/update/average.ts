import type { Floats, Kernels } from '../../kernels/index.ts';
import type { Weights } from '../../model/index.ts';

/**
 * A running mean of the weights (Polyak & Juditsky 1992), exponential with a decay that starts low, so that the random
 * start is soon forgotten: a ← d·a + (1 − d)·w, d = min(decay, (1 + step)/(10 + step)).
 */
export class Average {
  readonly data: Floats;
  readonly #decay: number;

  constructor(decay: number, weights: Floats, kernels: Kernels) {
    this.#decay = decay;
    this.data = kernels.allocate(weights.length);
    this.data.set(weights);
  }

  /** @param step number of the update that gave these weights, from 1 */
  add(weights: Floats, step: number): void {
    const share = 1 - Math.min(this.#decay, (1 + step) / (10 + step));
    const { data } = this;
    for (let i = 0; i < data.length; i++) data[i] = data[i]! + share * (weights[i]! - data[i]!);
  }
}

/** Exchanges the weights of a model for others of the same shape; @returns what they were */
export function exchange(weights: Weights, data: Floats): Floats {
  const before = weights.data.slice();
  weights.assign(data);
  return before;
}
