import { type Checkpoint, loadWeights } from '../checkpoint/index.ts';
import { type Kernels, ReferenceKernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';

/** A model in float64, so that what is measured is the model and not rounding. */
export interface ExactModel {
  weights: Weights;
  kernels: Kernels;
}

export function exactModel(checkpoint: Checkpoint): ExactModel {
  const kernels = new ReferenceKernels('float64');
  return { weights: loadWeights(checkpoint, kernels), kernels };
}
