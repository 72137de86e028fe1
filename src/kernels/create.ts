import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from './kernels.ts';
import { loadNative } from './native/native.ts';
import { ReferenceKernels } from './reference/reference.ts';
import { loadWasm } from './wasm/wasm.ts';

const LOADERS: Record<Exclude<BackendName, 'auto'>, () => Kernels | undefined> = {
  native: loadNative,
  wasm: loadWasm,
  'wasm-simd128': () => loadWasm(['wasm-simd128']),
  reference: () => new ReferenceKernels(),
};

/**
 * The kernels of that name; `auto` takes the fastest there are.
 * @param _need how many bytes will be taken of their memory: a browser's cannot grow (create.browser.ts)
 * @throws RnnError when this machine has none of that name
 */
export function createKernels(backend: BackendName, _need?: () => number): Kernels {
  if (backend === 'auto') return loadNative() ?? loadWasm() ?? new ReferenceKernels();
  const kernels = LOADERS[backend]();
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
