import { integer, oneOf } from './fields.ts';

export const BACKENDS = ['auto', 'native', 'wasm', 'wasm-simd128', 'reference'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Which kernels compute, and with how many threads. */
export const backend = oneOf(BACKENDS)
  .default('auto')
  .describe(
    'which kernels compute: native C, portable WebAssembly (plain wasm-simd128 gives the same bytes on every machine), or the readable reference; auto takes the fastest there are',
  );

export const threads = integer(1, 256)
  .optional()
  .describe(
    'number of threads (default: the fastest, at most one a core); the result is the same to the byte',
  );
