import { architectureOf, type Checkpoint } from '../checkpoint/index.ts';
import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { type Kernels, loadNative, ReferenceKernels } from '../kernels/index.ts';
import { Weights } from '../model/index.ts';

/** @throws RnnError when native kernels are asked for and not there */
export function createKernels(backend: BackendName): Kernels {
  const native = backend === 'reference' ? undefined : loadNative();
  if (backend === 'native' && !native) {
    throw new RnnError(
      'config',
      '--backend native: the native kernels are not built; run npm rebuild where a C compiler is, or drop --backend',
    );
  }
  return native ?? new ReferenceKernels();
}

/** The weights of a checkpoint, ready to run. */
export function loadWeights(checkpoint: Checkpoint, kernels: Kernels): Weights {
  const weights = new Weights(architectureOf(checkpoint), kernels);
  weights.data.set(checkpoint.weights);
  weights.refresh();
  return weights;
}
