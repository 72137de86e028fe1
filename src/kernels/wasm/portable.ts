import { bindWasm, code } from '../../../build/portable.js';
import { fromBase64 } from '../../bytes.ts';
import type { Kernels } from '../kernels.ts';
import { WasmArena } from './arena.ts';
import { type BindWasm, wasmKernels } from './instance.ts';
import { type WasmModule, WebAssembly } from './webassembly.ts';

const PAGE = 65536;
/** Beside what is taken: the end of the last page, ends of cache lines, and what kernels take for themselves. */
const MORE = 1.5;
const MORE_PAGES = 16;

/**
 * Plain SIMD over memory of this thread alone, which needs no file and no cross-origin isolation; undefined where it was
 * not compiled or there is no WebAssembly with SIMD. Memory that is not shared cannot grow under the arrays over it, so all of it is taken at once; the
 * system gives what is used.
 */
export function loadPortable(bytes: number): Kernels | undefined {
  if (!WebAssembly || !compiled) return undefined;
  const pages = Math.ceil((MORE * bytes) / PAGE) + MORE_PAGES;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return wasmKernels('wasm-simd128', compiled, new WasmArena(memory), bindWasm as BindWasm);
}

let compiled: WasmModule | undefined;

/** Before any are loaded; nothing comes of it without SIMD, or where the page's policy allows no compiling. */
export async function compilePortable(): Promise<void> {
  if (compiled || !WebAssembly) return;
  const bytes = new Uint8Array(Math.floor((code.length * 3) / 4));
  const packed = new Blob([bytes.subarray(0, fromBase64(code, bytes))]);
  const unpacked = packed.stream().pipeThrough(new DecompressionStream('gzip'));
  const module = new Uint8Array(await new Response(unpacked).arrayBuffer());
  compiled = await WebAssembly.compile(module).catch(() => undefined);
}
