import { existsSync, readFileSync } from 'node:fs';
import { builtFile, builtModule } from '../built.ts';
import type { Kernels } from '../kernels.ts';
import { createMemory, WasmArena, type WasmShare } from './arena.ts';
import { type BindWasm, wasmKernels } from './instance.ts';
import { WebAssembly } from './webassembly.ts';

interface Bindings {
  bindWasm: BindWasm;
}

export const WASM_BUILDS = ['wasm-relaxed', 'wasm-simd128'] as const;
type WasmBuild = (typeof WASM_BUILDS)[number];

/** Whether the files of the build are there: not where a program was bundled without them. */
export const isBuilt = (): boolean => existsSync(builtFile('wasm-simd128.wasm'));

function binary(build: WasmBuild): Uint8Array | undefined {
  const file = builtFile(`${build}.wasm`);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/**
 * The portable kernels, fused products where this runtime has relaxed SIMD; undefined where it has no SIMD at all, or
 * gives no memory to share.
 */
export function loadWasm(builds: readonly WasmBuild[] = WASM_BUILDS, share?: WasmShare): Kernels | undefined {
  if (!WebAssembly) return undefined;
  for (const build of builds) {
    const code = binary(build);
    if (!code || !WebAssembly.validate(code)) continue;
    const memory = share?.memory ?? createMemory();
    const { bindWasm } = builtModule('bindings.cjs') as Bindings;
    const arena = memory && new WasmArena(memory, share?.blocks);
    return arena && wasmKernels(build, new WebAssembly.Module(code), arena, bindWasm);
  }
  return undefined;
}
