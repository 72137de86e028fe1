import { type Compiled, compiledKernels } from '../compiled.ts';
import type { Kernels, NumericsId } from '../kernels.ts';
import type { WasmArena } from './arena.ts';
import { checksOf } from './checks.ts';
import { type WasmModule, WebAssembly } from './webassembly.ts';

/** Bindings written by the build to call compiled kernels with checked arguments. */
export type BindWasm = (functions: object, checks: ReturnType<typeof checksOf>) => Compiled;

/** 64 bytes for the end of a row, then 256 rows of a packed panel and of 96 columns (wasm/simd.ts). */
const SCRATCH_BYTES = 64 + 256 * (8 + 96) * Float32Array.BYTES_PER_ELEMENT;

/** SIMD kernels in WebAssembly over one memory. Storage and sums are float32; `tanh`, `exp` and `log` are its own. */
export function wasmKernels(
  numerics: NumericsId,
  module: WasmModule,
  arena: WasmArena,
  bindWasm: BindWasm,
): Kernels {
  const { memory } = arena;
  const { exports } = new WebAssembly!.Instance(module, { env: { memory } });
  (exports as { setScratch(at: number): void }).setScratch(arena.claim(SCRATCH_BYTES));
  const own = {
    numerics,
    allocate: (length: number) => arena.allocate(length),
    allocateIndices: (length: number) => arena.allocateIndices(length),
    share<T>(build: () => T) {
      const { built, blocks } = arena.record(build);
      return { built, share: { numerics, memory, blocks } };
    },
  };
  return compiledKernels(own, bindWasm(exports, checksOf(arena)), (length) => arena.allocateOwn(length));
}
