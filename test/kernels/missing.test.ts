import { describe, expect, it } from 'vitest';
import { BACKENDS, MISSING } from '../support/backends.ts';

describe('kernel sets', () => {
  it('reference and plain WebAssembly serve everywhere', () => {
    expect(BACKENDS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['reference float32', 'reference float64', 'wasm-simd128']),
    );
  });

  for (const name of MISSING) it.skip(name, () => {});
});
