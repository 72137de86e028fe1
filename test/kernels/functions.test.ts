import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends.ts';

const FUNCTIONS = {
  exp: Math.exp,
  sigmoid: (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  tanh: Math.tanh,
};
/** Stride over the bit patterns of all floats: a prime, so that every exponent and all kinds of digits come up. */
const STRIDE = 16_411;

/** The distance of neighbours among float32 at x. */
function ulp(x: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126)));
  return 2 ** (exponent - 23);
}

function everyKindOfFloat(): Float32Array {
  const bits = Uint32Array.from({ length: Math.floor(2 ** 32 / STRIDE) }, (_, i) => i * STRIDE);
  return new Float32Array(bits.buffer).filter(Number.isFinite);
}

describe.each(BACKENDS)('$name', ({ create }) => {
  const kernels = create();
  const names = ['exp', 'sigmoid', 'tanh'] as const;

  it.each(names)('%s is within 4 units of the last place over the whole range of float32', (name) => {
    const inputs = everyKindOfFloat();
    const x = kernels.allocate(inputs.length);
    x.set(inputs);
    kernels[name](x);
    let worst = { error: 0, at: 0 };
    inputs.forEach((value, i) => {
      const exact = FUNCTIONS[name](value);
      const rounded = Math.fround(exact);
      const error = Number.isFinite(rounded) ? Math.abs(x[i]! - exact) / ulp(exact) : 0;
      if (!(error <= worst.error)) worst = { error, at: value };
      if (!Number.isFinite(rounded)) expect(Math.fround(x[i]!)).toBe(rounded);
    });
    expect(worst.error, `at ${worst.at}`).toBeLessThanOrEqual(4);
  });

  it.each([
    ['exp', [1, 1, Infinity, 0, Number.NaN, 1, 1]],
    ['sigmoid', [0.5, 0.5, 1, 0, Number.NaN, 0.5, 0.5]],
    ['tanh', [0, -0, 1, -1, Number.NaN, 1e-40, -1e-45]],
  ] as const)('%s of 0, -0, ∞, -∞, NaN and subnormals', (name, expected) => {
    const x = kernels.allocate(7);
    x.set([0, -0, Infinity, -Infinity, Number.NaN, 1e-40, -1e-45]);
    const exact = x.slice().fill(0);
    exact.set(expected);
    kernels[name](x);
    expect([...x]).toEqual([...exact]);
  });

  it.each(names)(
    '%s: arrays of 1 to 33 give the same bits as a long one and touch nothing behind',
    (name) => {
      const values = Array.from({ length: 33 }, (_, i) => (i - 16) / 3);
      const long = kernels.allocate(64);
      long.set(values);
      kernels[name](long);
      for (let length = 1; length <= 33; length++) {
        const x = kernels.allocate(length + 4);
        x.set(values.slice(0, length));
        x.fill(Number.NaN, length);
        kernels[name](x.subarray(0, length));
        expect([...x]).toEqual([...long.subarray(0, length), NaN, NaN, NaN, NaN]);
      }
    },
  );
});
