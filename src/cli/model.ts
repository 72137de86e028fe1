import { architectureOf, type Checkpoint } from '../checkpoint/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { Weights } from '../model/index.ts';

/** The weights of a checkpoint, ready to run. */
export function loadWeights(checkpoint: Checkpoint, kernels: Kernels): Weights {
  const weights = new Weights(architectureOf(checkpoint), kernels);
  weights.data.set(checkpoint.weights);
  weights.refresh();
  return weights;
}
