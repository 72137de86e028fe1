import { readFileSync } from 'node:fs';
import { builtFile } from '../built.ts';
import { builtModule, type Compiled, compiledKernels } from '../compiled.ts';
import type { Kernels, NumericsId } from '../kernels.ts';
import { createMemory, WasmArena, type WasmShare } from './arena.ts';
import { checksOf } from './checks.ts';
import { type WasmModule, WebAssembly } from './webassembly.ts';

interface Bindings {
  bindWasm(functions: object, checks: ReturnType<typeof checksOf>): Compiled;
}

/** 64 bytes for the end of a row, then 256 rows of a packed panel and of 96 columns (wasm/simd.ts). */
const SCRATCH_BYTES = 64 + 256 * (8 + 96) * Float32Array.BYTES_PER_ELEMENT;

export const WASM_BUILDS = ['wasm-relaxed', 'wasm-simd128'] as const;
type WasmBuild = (typeof WASM_BUILDS)[number];

const binary = (build: WasmBuild) => readFileSync(builtFile(`${build}.wasm`));

/**
 * The portable kernels, fused products where this runtime has relaxed SIMD; undefined where it has no SIMD at all, or
 * gives no memory to share.
 */
export function loadWasm(builds: readonly WasmBuild[] = WASM_BUILDS, share?: WasmShare): Kernels | undefined {
  if (!WebAssembly) return undefined;
  for (const build of builds) {
    const code = binary(build);
    if (!WebAssembly.validate(code)) continue;
    const memory = share?.memory ?? createMemory();
    const arena = memory && new WasmArena(memory, share?.blocks);
    return arena && wasmKernels(build, new WebAssembly.Module(code), arena);
  }
  return undefined;
}

/** SIMD kernels in WebAssembly over one shared memory. Storage and sums are float32; `tanh`, `exp` and `log` are its own. */
function wasmKernels(numerics: NumericsId, module: WasmModule, arena: WasmArena): Kernels {
  const { memory } = arena;
  const { exports } = new WebAssembly!.Instance(module, { env: { memory } });
  (exports as { setScratch(at: number): void }).setScratch(arena.claim(SCRATCH_BYTES));
  const { bindWasm } = builtModule('bindings.cjs') as Bindings;
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
