import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from './kernels.ts';
import { loadNative } from './native/native.ts';
import { ReferenceKernels } from './reference/reference.ts';
import { loadPortable } from './wasm/portable.ts';
import { loadWasm } from './wasm/wasm.ts';

type Need = (() => number) | undefined;

const portable = (need: Need): Kernels | undefined => need && loadPortable(need());

const LOADERS: Record<Exclude<BackendName, 'auto'>, (need: Need) => Kernels | undefined> = {
  native: () => loadNative(),
  wasm: (need) => loadWasm() ?? portable(need),
  'wasm-simd128': (need) => loadWasm(['wasm-simd128']) ?? portable(need),
  reference: () => new ReferenceKernels(),
};

/**
 * The kernels of that name; `auto` takes the fastest there are.
 * @param need how many bytes will be taken of their memory: that of kernels without a file cannot grow
 * @throws RnnError when this machine has none of that name
 */
export function createKernels(backend: BackendName, need?: () => number): Kernels {
  if (backend === 'auto') return loadNative() ?? LOADERS.wasm(need) ?? new ReferenceKernels();
  const kernels = LOADERS[backend](need);
  if (kernels) return kernels;
  const reason =
    backend === 'native'
      ? 'there are no native kernels for this machine (npm run build:native in the folder of rnn builds them where a C compiler is)'
      : 'this runtime has no WebAssembly with SIMD and shared memory';
  throw new RnnError('config', (name) => `${name('backend')} ${backend}: ${reason}`, {
    setting: 'backend',
    hint: (name) => `choose another or drop ${name('backend')}`,
  });
}
