import { createRandom } from '../../random.ts';
import { FLOW_STEPS } from '../../vanishing.ts';
import { multiply, norm } from '../algebra.ts';
import type { CellStep } from '../cells/cell.ts';

/** Rounds of the power method, unless ln σ₁ gains less than this before. */
const ROUNDS = 20;
const SETTLED = 1e-3;

/**
 * ln σ₁ of the product of Jacobians over each stretch of 50 steps along a text, over all steps where they are fewer: what
 * is left of a gradient in the direction that shrinks least. −∞ where nothing is, ∞ where no float holds a step.
 */
export function carriedOver(steps: readonly CellStep[]): { steps: number; logs: number[] } {
  const length = Math.min(FLOW_STEPS, steps.length);
  const logs = Array.from({ length: Math.floor(steps.length / length) }, (_, i) =>
    logLargestSingularValue(steps.slice(i * length, (i + 1) * length)),
  );
  return { steps: length, logs };
}

/** By the power method on MᵀM, M = J_T … J_1; each round goes forth and back, and its lengths never fall. */
export function logLargestSingularValue(steps: readonly CellStep[]): number {
  const random = createRandom('direction', 'carry');
  let v: Float64Array = Float64Array.from(steps[0]!.state, () => 2 * random.next() - 1);
  const advance = (product: (v: Float64Array) => Float64Array): number => {
    v = product(v);
    const length = norm(v, 0, v.length);
    v = v.map((value) => value / length);
    return Math.log(length);
  };
  advance((v) => v);
  let largest = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    let log = 0;
    for (const step of steps) {
      log += advance((v) => multiply(step.jacobian(), v));
      if (!Number.isFinite(log)) return log < 0 ? log : Number.POSITIVE_INFINITY;
    }
    const gain = log - largest;
    largest = log;
    if (gain < SETTLED) break;
    for (const step of steps.toReversed()) advance((v) => multiplyTransposed(step.jacobian(), v));
  }
  return largest;
}

/** Jᵀ·g */
function multiplyTransposed(J: Float64Array, g: Float64Array): Float64Array {
  const n = g.length;
  const out = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const factor = g[row]!;
    for (let k = 0; k < n; k++) out[k] = out[k]! + factor * J[row * n + k]!;
  }
  return out;
}
