import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A file that the build made; the path holds from dist/lib too. */
export const builtFile = (name: string): URL => new URL(`../../build/${name}`, import.meta.url);

/** Bindings written by wasm/build.js to call compiled kernels; their types are asserted where they are used. */
export const builtModule = (name: string): unknown =>
  createRequire(import.meta.url)(fileURLToPath(builtFile(name)));
