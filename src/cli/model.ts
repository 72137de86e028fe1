import { architectureOf, type Checkpoint } from '../checkpoint/index.ts';
import { type Kernels, ReferenceKernels } from '../kernels/index.ts';
import { Weights } from '../model/index.ts';

export const createKernels = (): Kernels => new ReferenceKernels();

/** The weights of a checkpoint, ready to run. */
export function loadWeights(checkpoint: Checkpoint, kernels: Kernels): Weights {
  const weights = new Weights(architectureOf(checkpoint), kernels);
  weights.data.set(checkpoint.weights);
  weights.refresh();
  return weights;
}
