import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from './kernels.ts';
import { ReferenceKernels } from './reference/reference.ts';
import { loadPortable } from './wasm/portable.ts';

/**
 * As create.ts: WebAssembly, or where there is none, or where a page forbids it, the reference.
 * @param need how many bytes will be taken of its memory, which cannot grow
 */
export function createKernels(backend: BackendName, need: () => number): Kernels {
  if (backend === 'reference') return new ReferenceKernels();
  const kernels = backend === 'native' ? undefined : loadPortable(need());
  if (kernels) return kernels;
  if (backend === 'auto') return new ReferenceKernels();
  const reason = backend === 'native' ? 'a browser has none' : 'this page cannot run WebAssembly with SIMD';
  throw new RnnError('config', `backend ${backend}: ${reason}`, {
    setting: 'backend',
    hint: 'choose another or drop backend',
  });
}
