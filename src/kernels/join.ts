import type { KernelShare, Kernels } from './kernels.ts';
import { type BufferShare, sharedBuffers } from './memory.ts';
import { loadNative } from './native/native.ts';
import { ReferenceKernels } from './reference/reference.ts';
import type { WasmShare } from './wasm/arena.ts';
import { loadWasm, WASM_BUILDS } from './wasm/wasm.ts';

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
