import { determinant, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { CELL_NAMES } from '../../src/config/names.ts';
import type { CellStep } from '../../src/inspect/cells/cell.ts';
import { logSingularValues } from '../../src/inspect/jacobians/graded-svd.ts';
import { productSpectrum } from '../../src/inspect/jacobians/products.ts';
import { eigenvaluesOf, largestSingularValue, matrixOf } from '../../src/inspect/jacobians/spectra.ts';
import { walk } from '../../src/inspect/jacobians/step.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { fillRandom, randomIds, randomNetwork } from '../support/models.ts';

const kernels = new ReferenceKernels('float64');
const stepsOf = (jacobians: readonly Float64Array[]): CellStep[] =>
  jacobians.map((J) => ({ state: new Float64Array(Math.sqrt(J.length)), jacobian: () => J }));
const repeated = (J: Float64Array, times: number) => stepsOf(Array.from({ length: times }, () => J));
const random = (length: number, seed: string, scale = 1) => {
  const values = new Float64Array(length);
  fillRandom(values, seed, scale);
  return values;
};
/** Q·diag(d)·Qᵀ, whose k-th power has the singular values |d|ᵏ */
function symmetric(d: readonly number[]): Float64Array {
  const n = d.length;
  const Q = matrixOf(randomOrthogonal(n, createRandom('q', 'symmetric')), n);
  return Float64Array.from(
    Q.mmul(Matrix.diag([...d]))
      .mmul(Q.transpose())
      .to1DArray(),
  );
}

describe('singular values of graded rows', () => {
  it.each([1, 2, 7, 13])('of a random matrix of %i rows equal those of the library to 1e-12', (n) => {
    const values = random(n * n, `svd${n}`);
    const rows = Array.from({ length: n }, (_, i) => values.slice(i * n, (i + 1) * n));
    const lengths = rows.map((row) => Math.hypot(...row));
    const unit = rows.map((row, i) => row.map((x) => x / lengths[i]!));
    const expected = new SingularValueDecomposition(matrixOf(values, n)).diagonal;
    const found = logSingularValues({ rows: unit, logs: Float64Array.from(lengths, Math.log) });
    found.forEach((log, i) => {
      expect(Math.exp(log) / expected[i]!).toBeCloseTo(1, 12);
    });
  });

  it('rows of e^1000 and e^-1000: both sizes are found, no overflow', () => {
    const rows = [Float64Array.of(0.6, 0.8), Float64Array.of(1, 0)];
    const [large, small] = logSingularValues({ rows, logs: Float64Array.of(1000, -1000) });
    expect(large).toBeCloseTo(1000, 10);
    // det = e^1000·e^−1000·|0.6·0 − 0.8·1|
    expect(small).toBeCloseTo(-1000 + Math.log(0.8), 10);
  });

  it('a singular matrix has a singular value of 0', () => {
    const rows = [Float64Array.of(1, 0), Float64Array.of(1, 0)];
    const found = logSingularValues({ rows, logs: new Float64Array(2) });
    expect(found[0]).toBeCloseTo(Math.log(Math.SQRT2), 12);
    expect(found[1]).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('products of Jacobians', () => {
  it('identity activation: σ_i over k steps are those of W^k', () => {
    const n = 7;
    const W = random(n * n, 'linear', 0.8);
    const { singularValues } = productSpectrum(kernels, repeated(W, 10), [1, 2, 3, 5, 10], 5);
    expect(singularValues.map(({ lag }) => lag)).toEqual([1, 2, 3, 5, 10]);
    for (const { lag, logs, logCondition } of singularValues) {
      let power = matrixOf(W, n);
      for (let k = 1; k < lag; k++) power = power.mmul(matrixOf(W, n));
      const expected = new SingularValueDecomposition(power).diagonal;
      // the library loses what lies below 1e-16 of the largest; the first five are far above
      for (let i = 0; i < 5; i++) expect(logs[i]).toBeCloseTo(Math.log(expected[i]!), 12);
      expect(logCondition).toBeCloseTo(logs[0]! - logs[n - 1]!, 12);
    }
  });

  it('at lag 1,000: from 1.5^1000 to 0.01^1000 every logarithm is right', () => {
    const d = [1.5, -0.9, 0.5, 0.1, 0.01];
    const { singularValues, exponents } = productSpectrum(kernels, repeated(symmetric(d), 1000), [1000], 50);
    d.forEach((value, i) => {
      expect(singularValues[0]!.logs[i]! / (1000 * Math.log(Math.abs(value)))).toBeCloseTo(1, 12);
      expect(exponents[i]).toBeCloseTo(Math.log(Math.abs(value)), 12);
    });
  });

  it('c·orthogonal at lag 1,000: σ = c^1000 in all directions, condition 1', () => {
    const J = randomOrthogonal(9, createRandom(3, 'q')).map((value) => 0.3 * value);
    const { singularValues } = productSpectrum(kernels, repeated(J, 1000), [1000], 50);
    for (const log of singularValues[0]!.logs) expect(log / 1000).toBeCloseTo(Math.log(0.3), 12);
    expect(singularValues[0]!.logCondition).toBeCloseTo(0, 9);
  });

  it('followed in few directions only, the leading ones are the same', () => {
    const n = 45;
    const jacobians = Array.from({ length: 30 }, (_, t) => random(n * n, `J${t}`, 0.25));
    const whole = productSpectrum(kernels, stepsOf(jacobians), [1, 5, 30], 5, true);
    const few = productSpectrum(kernels, stepsOf(jacobians), [1, 5, 30], 5, false);
    expect([whole.complete, few.complete]).toEqual([true, false]);
    // a single step separates the directions least; in any subspace a product stretches less than in the best one
    const within = { 1: 5e-3, 5: 1e-6, 30: 1e-6 };
    few.singularValues.forEach(({ lag, logs, logCondition }, i) => {
      expect(logCondition).toBeNull();
      expect(logs).toHaveLength(16);
      for (let rank = 0; rank < 5; rank++) {
        const lost = whole.singularValues[i]!.logs[rank]! - logs[rank]!;
        expect(lost).toBeGreaterThan(-1e-12);
        expect(lost).toBeLessThan(within[lag as keyof typeof within]);
      }
    });
    expect(few.exponents.slice(0, 20)).toEqual(whole.exponents.slice(0, 20));
  });

  it('the nilpotent counter-example: radius 0, singular value 16, and yet the product doubles at every step', () => {
    const W = matrixOf([8, 8, -8, -8], 2);
    // h* = (0, 1/2): J = diag(1 − h²)·W = [[8,8],[−6,−6]]
    const J = Float64Array.of(8, 8, -6, -6);
    for (const { re, im } of eigenvaluesOf(W)) expect(Math.hypot(re, im)).toBeLessThan(1e-6);
    expect(largestSingularValue(W)).toBeCloseTo(16, 12);
    const { exponents, singularValues } = productSpectrum(kernels, repeated(J, 200), [1, 2, 3], 10);
    expect(exponents[0]).toBeCloseTo(Math.log(2), 10);
    const [one, two, three] = singularValues.map(({ logs }) => logs[0]!);
    expect(two! - one!).toBeCloseTo(Math.log(2), 12);
    expect(three! - two!).toBeCloseTo(Math.log(2), 12);
  });

  it('of a J of lower rank the lost directions have −∞, and the rank is said', () => {
    // rank 3 of 5, then one of rank 2: what two steps keep is 2
    const step = (rank: number, seed: string) =>
      random(25, seed).map((value, at) => (Math.floor(at / 5) < rank ? value : 0));
    const jacobians = [
      step(5, 'a'),
      step(3, 'b'),
      step(2, 'c'),
      step(4, 'd'),
      ...Array(36).fill(step(5, 'e')),
    ];
    const { singularValues, exponents, spread } = productSpectrum(
      kernels,
      stepsOf(jacobians),
      [1, 2, 3, 40],
      5,
    );
    expect(singularValues.map(({ rank }) => rank)).toEqual([5, 3, 2, 2]);
    expect(singularValues[0]!.logCondition).toBeLessThan(20);
    expect(singularValues[1]!.logCondition).toBe(Number.POSITIVE_INFINITY);
    const product = matrixOf(jacobians[1]!, 5).mmul(matrixOf(jacobians[0]!, 5));
    const expected = new SingularValueDecomposition(product).diagonal;
    for (const i of [0, 1, 2]) expect(singularValues[1]!.logs[i]).toBeCloseTo(Math.log(expected[i]!), 10);
    expect(singularValues[1]!.logs.slice(3)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(exponents.map(Number.isFinite)).toEqual([true, true, false, false, false]);
    expect(spread.every(Number.isFinite)).toBe(true);
  });

  it('a projection in any directions, whose rows are not 0, loses as many', () => {
    const [n, rank] = [7, 4];
    const Q = matrixOf(randomOrthogonal(n, createRandom(1, 'q')), n);
    const projection = Q.subMatrix(0, rank - 1, 0, n - 1);
    const J = Float64Array.from(projection.transpose().mmul(projection).to1DArray());
    const { singularValues, exponents } = productSpectrum(kernels, repeated(J, 60), [1, 60], 5);
    for (const { logs, rank: found } of singularValues) {
      expect(found).toBe(rank);
      for (const log of logs.slice(0, rank)) expect(log).toBeCloseTo(0, 10);
    }
    expect(exponents.filter(Number.isFinite)).toHaveLength(rank);
  });

  it('ReLUs: no more directions are left than were on in any step', () => {
    const model = { nonlinearity: 'relu' } as const;
    const { weights } = randomNetwork(kernels, 1, { B: 1, T: 1, H: 12, V: 11 }, 'off', model);
    const ids = new Int32Array(120);
    randomIds(ids, 11, 'off');
    const steps = [...walk({ weights, kernels }, ids)].map((layers) => layers[0]!);
    const { singularValues, exponents } = productSpectrum(kernels, steps, [1, 2, 5, 100], 20);
    const on = steps.map(({ state }) => state.filter((h) => h > 0).length);
    for (const { lag, rank, logs } of singularValues) {
      expect(rank).toBeLessThanOrEqual(Math.min(...on.slice(0, lag)));
      let product = matrixOf(steps[0]!.jacobian(), 12);
      for (const step of steps.slice(1, lag)) product = matrixOf(step.jacobian(), 12).mmul(product);
      if (lag > 5) continue;
      const { diagonal } = new SingularValueDecomposition(product);
      expect(rank).toBe(diagonal.filter((value) => value > 1e-12 * diagonal[0]!).length);
      expect(logs[0]).toBeCloseTo(Math.log(diagonal[0]!), 10);
    }
    const left = exponents.filter(Number.isFinite).length;
    expect(left).toBeLessThanOrEqual(Math.min(...on));
    expect(left).toBeGreaterThan(0);
  });

  it.each(CELL_NAMES)('%s: the exponents of all directions sum to the mean ln |det J|', (cell) => {
    const { weights } = randomNetwork(kernels, 2, { B: 1, T: 1, H: 4, V: 11 }, 'det', { cell });
    const ids = new Int32Array(200);
    randomIds(ids, 11, 'det');
    for (const layer of [0, 1]) {
      const steps = [...walk({ weights, kernels }, ids)].map((layers) => layers[layer]!);
      const { exponents, steps: counted } = productSpectrum(kernels, steps, [], 20);
      const logs = steps.slice(-counted).map((step) => {
        const J = step.jacobian();
        return Math.log(Math.abs(determinant(matrixOf(J, Math.sqrt(J.length)))));
      });
      const mean = logs.reduce((sum, value) => sum + value, 0) / counted;
      expect(exponents.reduce((sum, value) => sum + value, 0)).toBeCloseTo(mean, 8);
    }
  });

  it('the spread is the standard deviation over stretches', () => {
    const halves = Array.from({ length: 80 }, (_, t) => Float64Array.of(Math.floor(t / 5) % 2 ? 2 : 0.5));
    const { exponents, spread } = productSpectrum(kernels, stepsOf(halves), [], 5);
    expect(exponents[0]).toBeCloseTo(0, 12);
    expect(spread[0]).toBeCloseTo(Math.log(2) * Math.sqrt(12 / 11), 12);
  });
});
