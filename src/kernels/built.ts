import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A file that the build made; the path holds from dist/lib too. */
export const builtFile = (name: string): URL => new URL(`../../build/${name}`, import.meta.url);

/** What wasm/build.js wrote to call compiled kernels; its types are asserted where it is used. */
export const builtModule = (name: string): unknown =>
  createRequire(import.meta.url)(fileURLToPath(builtFile(name)));
