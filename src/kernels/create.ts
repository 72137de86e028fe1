import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { KernelShare, Kernels } from './kernels.ts';
import { type BufferShare, sharedBuffers } from './memory.ts';
import { loadNative } from './native/native.ts';
import { ReferenceKernels } from './reference/reference.ts';
import type { WasmShare } from './wasm/arena.ts';
import { loadWasm, WASM_BUILDS } from './wasm/wasm.ts';

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

/** Kernels of the same numerics over the memory of another thread. */
export function joinKernels(given: KernelShare): Kernels {
  const kernels = join(given as BufferShare | WasmShare);
  if (!kernels) throw new Error(`the kernels ${given.numerics} are not there`);
  return kernels;
}

function join(share: BufferShare | WasmShare): Kernels | undefined {
  const { numerics } = share;
  if ('memory' in share)
    return loadWasm(
      WASM_BUILDS.filter((build) => build === numerics),
      share,
    );
  const memory = sharedBuffers(share.blocks);
  if (numerics.startsWith('native-')) return loadNative(numerics.slice('native-'.length), memory);
  return new ReferenceKernels(numerics === 'reference' ? 'float32' : 'float64', memory);
}
