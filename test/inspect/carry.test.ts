import { describe, expect, it } from 'vitest';
import { CELL_NAMES } from '../../src/config/names.ts';
import type { CellStep } from '../../src/inspect/cells/cell.ts';
import { carriedOver, logLargestSingularValue } from '../../src/inspect/jacobians/carry.ts';
import { productSpectrum } from '../../src/inspect/jacobians/products.ts';
import { walk } from '../../src/inspect/jacobians/step.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { randomIds, randomNetwork } from '../support/models.ts';

const kernels = new ReferenceKernels('float64');
const repeated = (J: Float64Array, times: number): CellStep[] =>
  Array.from({ length: times }, () => ({ state: new Float64Array(Math.sqrt(J.length)), jacobian: () => J }));

/** What comes in at unit 0 leaves at the last: nothing after n steps. */
function shiftRegister(n: number): Float64Array {
  const J = new Float64Array(n * n);
  for (let i = 1; i < n; i++) J[i * n + i - 1] = 1;
  return J;
}

describe('what is carried in the direction that shrinks least', () => {
  it('c·orthogonal: c⁵⁰ over every stretch of 50 steps; what is left over at the end is not counted', () => {
    for (const c of [0.9, 1, 3]) {
      const J = Float64Array.from(randomOrthogonal(7, createRandom(2, 'q')), (value) => c * value);
      const { steps, logs } = carriedOver(repeated(J, 173));
      expect([steps, logs.length]).toEqual([50, 3]);
      for (const log of logs) expect(log).toBeCloseTo(50 * Math.log(c), 5);
    }
  });

  it('a register of 9 places keeps all over 8 steps and nothing over 9', () => {
    const J = shiftRegister(9);
    expect(logLargestSingularValue(repeated(J, 8))).toBeCloseTo(0, 12);
    expect(logLargestSingularValue(repeated(J, 9))).toBe(-Infinity);
  });

  it('one direction that grows among those that shrink is found wherever it lies', () => {
    for (let at = 0; at < 5; at++) {
      const J = new Float64Array(25);
      for (let i = 0; i < 5; i++) J[i * 6] = i === at ? 1.01 : 0.5;
      expect(logLargestSingularValue(repeated(J, 50))).toBeCloseTo(50 * Math.log(1.01), 8);
    }
  });

  it('[[8, 8], [−8, −8]] with h = (0, ½): radius 0 of the weights, and the product still doubles a step', () => {
    const grown = (steps: number) => logLargestSingularValue(repeated(Float64Array.of(8, 8, -6, -6), steps));
    expect(grown(50) - grown(1)).toBeCloseTo(49 * Math.log(2), 10);
  });

  it('steps that no float holds are infinite, not lost', () => {
    expect(logLargestSingularValue(repeated(new Float64Array(4).fill(Number.NaN), 3))).toBe(Infinity);
    expect(logLargestSingularValue(repeated(new Float64Array(4).fill(1e200), 3))).toBe(Infinity);
  });

  it.each(CELL_NAMES)('%s: the largest singular value of the whole decomposition, to a hundredth', (cell) => {
    const { weights } = randomNetwork(kernels, 1, undefined, 'carry', { cell });
    const ids = new Int32Array(60);
    randomIds(ids, 11, 'carry');
    const steps = [...walk({ weights, kernels }, ids)].map(([step]) => step!);
    for (const lag of [5, 20, 50]) {
      const [row] = productSpectrum(kernels, steps, [lag], 10).singularValues;
      const log = logLargestSingularValue(steps.slice(0, lag));
      expect(log).toBeLessThanOrEqual(row!.logs[0]! + 1e-9);
      expect(log).toBeGreaterThan(row!.logs[0]! - 0.01);
    }
  });
});
