import { describe, expect, it } from 'vitest';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { BACKENDS } from '../support/backends.ts';
import { fillRandom } from '../support/models.ts';

describe.each(BACKENDS)('$name', ({ create, epsilon }) => {
  const kernels = create();
  const of = (...values: number[]) => {
    const x = kernels.allocate(values.length);
    x.set(values);
    return x;
  };

  const indices = (...values: number[]) => {
    const ids = kernels.allocateIndices(values.length);
    ids.set(values);
    return ids;
  };

  it('tanhGradient is dh·(1 − h²)', () => {
    const dz = kernels.allocate(3);
    kernels.tanhGradient(dz, of(2, -3, 5), of(0.5, -0.25, 1));
    expect([...dz]).toEqual([1.5, -2.8125, 0]);
  });

  it('relu and its gradient; what is not a number stays visible', () => {
    const h = of(-2, 0, 3, -0.5, 7, Number.NaN);
    kernels.relu(h);
    expect([...h]).toEqual([0, 0, 3, 0, 7, Number.NaN]);
    const dz = kernels.allocate(5);
    kernels.reluGradient(dz, of(1, 2, 3, 4, 5), h);
    expect([...dz]).toEqual([0, 0, 3, 0, 5]);
  });

  it('dropout drops the same elements in every kernel set and in every cut, and keeps the mean', () => {
    const n = 20_003;
    const expected = new ReferenceKernels('float64').allocate(n).fill(1);
    new ReferenceKernels('float64').dropout(expected, 0.3, 12_345, 100);
    const x = kernels.allocate(n).fill(1);
    kernels.dropout(x.subarray(0, 7001), 0.3, 12_345, 100);
    kernels.dropout(x.subarray(7001), 0.3, 12_345, 7101);
    expect(x.findIndex((value, i) => Math.abs(value - expected[i]!) > 2 * epsilon * expected[i]!)).toBe(-1);
    const kept = x.filter((value) => value !== 0).length / n;
    expect(Math.abs(kept - 0.7)).toBeLessThan(0.01);
    expect(x.find((value) => value !== 0)).toBeCloseTo(1 / 0.7, 6);
  });

  it('softmaxCrossEntropy: the loss of equal logits is ln V, the gradient (1/V − onehot)·scale', () => {
    const V = 11;
    const logits = kernels.allocate(2 * V).fill(3.5);
    const losses = kernels.allocate(2);
    kernels.softmaxCrossEntropy(losses, logits, indices(4, 10), 2, V, 0.5);
    for (const loss of losses) expect(Math.abs(loss - Math.log(V))).toBeLessThanOrEqual(4 * epsilon);
    expect(logits[0]).toBeCloseTo(0.5 / V, 7);
    expect(logits[4]).toBeCloseTo(0.5 / V - 0.5, 7);
    expect(logits[V + 10]).toBeCloseTo(0.5 / V - 0.5, 7);
  });

  it('softmaxCrossEntropy: logits of ±10,000 stay finite', () => {
    const logits = of(1e4, -1e4, 0);
    const losses = kernels.allocate(1);
    kernels.softmaxCrossEntropy(losses, logits, indices(1), 1, 3, 1);
    expect(losses[0]).toBe(20_000);
    expect([...logits]).toEqual([1, -1, 0]);
  });

  it('softmaxCrossEntropy: a row with target −1 counts nothing and has no gradient', () => {
    const [losses, logits] = [of(7, 7), of(1, 2, 3, 4)];
    kernels.softmaxCrossEntropy(losses, logits, indices(-1, 0), 2, 2, 1);
    expect(losses[0]).toBe(0);
    expect(losses[1]).toBeCloseTo(Math.log(1 + Math.E), 6);
    expect([...logits.subarray(0, 2)]).toEqual([0, 0]);
  });

  it('softmaxCrossEntropy: every row of the gradient sums to 0', () => {
    const [M, V] = [3, 65];
    const logits = kernels.allocate(M * V);
    fillRandom(logits, 'logits', 5);
    kernels.softmaxCrossEntropy(kernels.allocate(M), logits, indices(1, 2, 3), M, V, 1);
    for (let m = 0; m < M; m++) {
      const sum = [...logits.subarray(m * V, (m + 1) * V)].reduce((total, value) => total + value, 0);
      expect(Math.abs(sum)).toBeLessThanOrEqual(V * epsilon);
    }
  });

  it('add, sumOfSquares, scale and clamp', () => {
    const x = of(3, -4, 12);
    expect(kernels.sumOfSquares(x)).toBe(169);
    kernels.scale(x, 0.5);
    expect([...x]).toEqual([1.5, -2, 6]);
    kernels.clamp(x, 1.75);
    expect([...x]).toEqual([1.5, -1.75, 1.75]);
    kernels.add(x, of(1, 2, 3));
    expect([...x]).toEqual([2.5, 0.25, 4.75]);
  });
});
