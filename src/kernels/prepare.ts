import { compilePortable } from './wasm/portable.ts';
import { isBuilt } from './wasm/wasm.ts';

/**
 * What must be awaited before kernels are created: in a browser (prepare.browser.ts) and where a program was bundled without
 * its files, the compiling of those within.
 */
export async function prepareKernels(): Promise<void> {
  if (!isBuilt()) await compilePortable();
}
