import { describe, expect, it } from 'vitest';
import type { Floats } from '../../src/kernels/index.ts';
import { BACKENDS } from '../support/backends.ts';
import { fillRandom } from '../support/models.ts';

type Element = (row: number, column: number) => number;

/** Values behind every array that no kernel may touch. */
const MARGIN = 5;
const SIZES = Array.from({ length: 33 }, (_, i) => i + 1);

describe.each(BACKENDS)('$name', ({ create, epsilon }) => {
  const kernels = create();

  /** An array between NaNs: what reads them gives NaN, what writes them shows. */
  function random(length: number, seed: string): Floats {
    const whole = kernels.allocate(length + 2 * MARGIN).fill(Number.NaN);
    const x = whole.subarray(MARGIN, MARGIN + length);
    fillRandom(x, seed);
    margins.push(whole.subarray(0, MARGIN), whole.subarray(MARGIN + length));
    return x;
  }
  const margins: Floats[] = [];
  const expectMargins = () => {
    expect(margins.every((margin) => margin.every(Number.isNaN))).toBe(true);
    margins.length = 0;
  };

  /** out (M,N) = start + a·b over K, each element within 4·ε·√K·‖a‖·‖b‖ of float64, and its own rounding. */
  function expectProduct(
    out: Floats,
    start: Floats,
    [M, N, K]: readonly [number, number, number],
    a: Element,
    b: Element,
  ) {
    let worst = 0;
    for (let m = 0; m < M; m++)
      for (let n = 0; n < N; n++) {
        let [exact, aa, bb] = [0, 0, 0];
        for (let k = 0; k < K; k++) {
          exact += a(m, k) * b(k, n);
          aa += a(m, k) ** 2;
          bb += b(k, n) ** 2;
        }
        const expected = start[m * N + n]! + exact;
        const bound = 4 * epsilon * Math.sqrt(K) * Math.sqrt(aa * bb) + 2 * epsilon * Math.abs(expected);
        const error = Math.abs(out[m * N + n]! - expected) / bound;
        if (!(error <= worst)) worst = error;
      }
    expect(worst).toBeLessThanOrEqual(1);
  }

  it.each(SIZES)('products with a side of %i are within 4·ε·√K·|a||b| of float64', (size) => {
    for (const [M, N, K] of [
      [3, size, 5],
      [size, 7, 4],
      [2, 6, size],
      [1, size, 35],
      [size, size, size],
    ] as const) {
      const W = random(N * K, `w${size}`);
      const x = random(M * K, 'x');
      const y = random(M * N, 'y');
      const X: Element = (m, k) => x[m * K + k]!;
      const Y: Element = (m, n) => y[m * N + n]!;
      const w: Element = (n, k) => W[n * K + k]!;
      for (const gates of [1, 3, 4].filter((G) => N % G === 0)) {
        const weight = kernels.weight(W, N, K, 'dense', gates);
        weight.refresh();
        const forward = random(M * N, 'f');
        const start = forward.slice();
        kernels.linear(forward, x, weight, M);
        expectProduct(forward, start, [M, N, K], X, (k, n) => w(n, k));
      }
      const weight = kernels.weight(W, N, K, 'dense');
      weight.refresh();
      const [backward, dW] = [random(M * K, 'b'), random(N * K, 'd')];
      const starts = [backward.slice(), dW.slice()] as const;
      kernels.linearInputGradient(backward, y, weight, M);
      kernels.linearWeightGradient(dW, y, x, M, N, K);
      expectProduct(backward, starts[0], [M, K, N], Y, w);
      expectProduct(dW, starts[1], [N, K, M], (n, m) => Y(m, n), X);
      expectMargins();
    }
  });

  // the second: rows of dy so far apart that they are packed, and parts of dW for which they are not
  it.each([
    [523, 5, 9],
    [261, 523, 131],
  ])('a weight gradient over more rows than one block holds: %i rows, %i × %i', (M, N, K) => {
    const [dW, y, x] = [random(N * K, 'd'), random(M * N, 'y'), random(M * K, 'x')];
    const [start, inParts] = [dW.slice(), random(N * K, 'd')];
    kernels.linearWeightGradient(dW, y, x, M, N, K);
    expectProduct(
      dW,
      start,
      [N, K, M],
      (n, m) => y[m * N + n]!,
      (m, k) => x[m * K + k]!,
    );
    const cut = (of: number) => [0, Math.floor(of / 3), of];
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const [rows, columns] = [cut(N), cut(K)];
      const part = (of: number, cuts: number[], at: number) => ({ of, from: cuts[at]!, to: cuts[at + 1]! });
      kernels.linearWeightGradient(inParts, y, x, M, N, K, part(N, rows, i), part(K, columns, j));
    }
    expect(inParts).toEqual(dW);
    expectMargins();
  });

  it.each([1, 3, 4, 7, 8, 16, 19, 33])(
    'one-hot products with %i hidden units: a gather, its gradient a scatter',
    (N) => {
      const [M, V] = [5, 6];
      const W = random(N * V, 'gather');
      const weight = kernels.weight(W, N, V, 'oneHot');
      weight.refresh();
      const ids = kernels.allocateIndices(M);
      ids.set([4, 0, 4, 2, 5]);
      const [out, y, dW] = [random(M * N, 'out'), random(M * N, 'y'), random(N * V, 'dW')];
      const starts = [out.slice(), dW.slice()] as const;
      kernels.oneHotLinear(out, weight, ids, M);
      kernels.oneHotWeightGradient(dW, y, ids, M, N, V);
      const oneHot: Element = (m, v) => (ids[m] === v ? 1 : 0);
      expectProduct(out, starts[0], [M, N, V], oneHot, (v, n) => W[n * V + v]!);
      expectProduct(dW, starts[1], [N, V, M], (n, m) => y[m * N + n]!, oneHot);
      expectMargins();
    },
  );

  it.each([1, 3, 5, 16, 17, 33])(
    'rows of %i: broadcastBias repeats the bias, biasGradient sums the rows',
    (N) => {
      const M = 3;
      const bias = random(N, 'bias');
      const out = random(M * N, 'out');
      kernels.broadcastBias(out, bias, M, N);
      expect([...out]).toEqual([...bias, ...bias, ...bias]);
      const sums = random(N, 'sums');
      const start = sums.slice();
      kernels.biasGradient(sums, out, M, N);
      expectProduct(
        sums,
        start,
        [1, N, M],
        () => 1,
        (_, n) => bias[n]!,
      );
      expectMargins();
    },
  );
});
