import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from './kernels.ts';
import { loadNative } from './native.ts';
import { ReferenceKernels } from './reference.ts';

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
