import { describe, expect, it } from 'vitest';
import type { Floats } from '../../src/kernels/index.ts';
import { BACKENDS } from '../support/backends.ts';
import { fillRandom } from '../support/models.ts';

/** out[m,n] = Σ_k a(m,k)·b(k,n), in float64, and Σ |a·b| for the bound. */
function naive(
  M: number,
  N: number,
  K: number,
  a: (m: number, k: number) => number,
  b: (k: number, n: number) => number,
) {
  const out = new Float64Array(M * N);
  const size = new Float64Array(M * N);
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++)
      for (let k = 0; k < K; k++) {
        out[m * N + n] = out[m * N + n]! + a(m, k) * b(k, n);
        size[m * N + n] = size[m * N + n]! + Math.abs(a(m, k) * b(k, n));
      }
  return { out, size };
}

const SIZES = [...Array.from({ length: 9 }, (_, i) => i + 1), 16, 33];

describe.each(BACKENDS)('$name', ({ create, epsilon }) => {
  const kernels = create();
  const random = (length: number, seed: string): Floats => {
    const x = kernels.allocate(length);
    fillRandom(x, seed);
    return x;
  };

  /** Adds to a start value and compares within the a-priori bound (K+2)·ε·(Σ|a·b| + |start|). */
  function expectProduct(out: Floats, start: Floats, expected: ReturnType<typeof naive>, K: number) {
    out.forEach((value: number, i: number) => {
      const bound = (K + 2) * epsilon * (expected.size[i]! + Math.abs(start[i]!) + 1);
      expect(Math.abs(value - (start[i]! + expected.out[i]!))).toBeLessThanOrEqual(bound);
    });
  }

  it.each(SIZES)('products of all shapes with a side of %i are within (K+2)·ε of float64', (size) => {
    for (const [M, N, K] of [
      [3, size, 5],
      [size, 7, 4],
      [2, 6, size],
      [size, size, size],
    ] as const) {
      const W = random(N * K, `w${size}`);
      const weight = kernels.weight(W, N, K, 'dense');
      weight.refresh();
      const x = random(M * K, 'x');
      const y = random(M * N, 'y');

      const forward = random(M * N, 'f');
      const f0 = forward.slice();
      kernels.addProductTransposed(forward, x, weight, M);
      expectProduct(
        forward,
        f0,
        naive(
          M,
          N,
          K,
          (m, k) => x[m * K + k]!,
          (k, n) => W[n * K + k]!,
        ),
        K,
      );

      const backward = random(M * K, 'b');
      const b0 = backward.slice();
      kernels.addProduct(backward, y, weight, M);
      expectProduct(
        backward,
        b0,
        naive(
          M,
          K,
          N,
          (m, n) => y[m * N + n]!,
          (n, k) => W[n * K + k]!,
        ),
        N,
      );

      const dW = random(N * K, 'd');
      const d0 = dW.slice();
      kernels.addOuterProducts(dW, y, x, M, N, K);
      expectProduct(
        dW,
        d0,
        naive(
          N,
          K,
          M,
          (n, m) => y[m * N + n]!,
          (m, k) => x[m * K + k]!,
        ),
        M,
      );
    }
  });

  it('gatherColumns adds W·x for one-hot x, scatterAddColumns its gradient, repeated ids summed', () => {
    const [M, N, V] = [4, 3, 5];
    const W = random(N * V, 'gather');
    const weight = kernels.weight(W, N, V, 'oneHot');
    weight.refresh();
    const ids = Int32Array.of(4, 0, 4, 2);
    const out = random(M * N, 'out');
    const before = out.slice();
    kernels.gatherColumns(out, weight, ids, M);
    out.forEach((value: number, i: number) => {
      const expected = before[i]! + W[(i % N) * V + ids[Math.floor(i / N)]!]!;
      expect(value).toBeCloseTo(expected, 6);
    });
    const y = random(M * N, 'y');
    const dW = kernels.allocate(N * V);
    kernels.scatterAddColumns(dW, y, ids, M, N, V);
    for (let n = 0; n < N; n++) {
      expect(dW[n * V + 4]).toBeCloseTo(y[n]! + y[2 * N + n]!, 6);
      expect(dW[n * V]).toBe(y[N + n]);
      expect(dW[n * V + 1]).toBe(0);
      expect(dW[n * V + 3]).toBe(0);
    }
  });

  it('broadcastBias repeats the bias, addColumnSums sums the rows', () => {
    const [M, N] = [3, 5];
    const bias = random(N, 'bias');
    const out = kernels.allocate(M * N);
    kernels.broadcastBias(out, bias, M, N);
    expect([...out]).toEqual([...bias, ...bias, ...bias]);
    const sums = kernels.allocate(N).fill(1);
    kernels.addColumnSums(sums, out, M, N);
    sums.forEach((value: number, n: number) => {
      expect(value).toBeCloseTo(1 + 3 * bias[n]!, 6);
    });
  });
});
