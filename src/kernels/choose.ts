import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { KernelShare, Kernels } from './kernels.ts';
import { SharedMemory } from './memory.ts';
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

/** Kernels of the same numerics over the memory of another thread. */
export function joinKernels({ numerics, buffers }: KernelShare): Kernels {
  const memory = new SharedMemory(buffers);
  if (numerics === 'reference') return new ReferenceKernels('float32', memory);
  if (numerics === 'reference-float64') return new ReferenceKernels('float64', memory);
  const kernels = loadNative(numerics.replace('native-', ''), memory);
  if (!kernels) throw new Error(`the kernels ${numerics} are not there`);
  return kernels;
}
