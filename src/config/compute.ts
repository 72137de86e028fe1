import { integer, oneOf } from './fields.ts';

export const BACKENDS = ['auto', 'native', 'wasm', 'wasm-simd128', 'reference'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Which kernels compute, and with how many threads. */
export const backend = oneOf(BACKENDS)
  .default('auto')
  .describe(
    'implementation of the kernels: native C, portable WebAssembly (wasm-simd128 gives the same bytes on every machine) or the plain reference; auto takes the fastest available',
  );

export const threads = integer(1, 256)
  .optional()
  .describe('number of threads, which never changes the result (default: the fastest, at most one per core)');
