import type { Kernels } from '../../kernels/index.ts';
import type { CellStep } from '../cells/cell.ts';
import { Directions, identityRows, multiplyRows } from './directions.ts';
import { type GradedRows, logSingularValues } from './graded-svd.ts';

/** States up to this size are followed in all directions, larger ones in the few that matter most. */
const COMPLETE = 160;
const LEADING = { exponents: 32, singularValues: 16 };
/** Sweeps forth and back that turn the few directions to the leading ones; long products need only one. */
const ROUNDS = { short: 3, long: 1, until: 20 };

export interface ProductSingularValues {
  /** steps k that the product J_{t+k} … J_{t+1} spans */
  lag: number;
  /** ln σ_i, largest first; −∞ (null in JSON) of σ = 0 */
  logs: number[];
  /** ln(σ_max/σ_min), ∞ (null in JSON) where the rank is not full; null when not all directions are followed */
  logCondition: number | null;
  /** how many σ_i are not 0; null when not all directions are followed */
  rank: number | null;
}

export interface ProductSpectrum {
  /** Lyapunov exponents in nats a step, largest first; −∞ (null in JSON) of a direction that some step loses wholly */
  exponents: number[];
  /** standard deviation of each over stretches of the text: how far finite times differ; 0 of −∞ */
  spread: number[];
  /** steps they were measured over */
  steps: number;
  /** whether all directions of the state were followed */
  complete: boolean;
  singularValues: ProductSingularValues[];
}

/**
 * What the products of one layer's Jacobians along a text do, by QR with the logarithms kept apart: Lyapunov exponents
 * λ_i = mean ln R_ii (Vogt et al. 2020, arXiv 2006.14123; the first quarter of the steps only turns the directions) and
 * singular values over each of the lags.
 * @param stretch steps of the stretches for `spread`
 */
export function productSpectrum(
  kernels: Kernels,
  steps: readonly CellStep[],
  lags: readonly number[],
  stretch: number,
  complete = steps[0]!.state.length <= COMPLETE,
): ProductSpectrum {
  const n = steps[0]!.state.length;
  const m = complete ? n : Math.min(n, LEADING.exponents);
  const directions = new Directions(kernels, n, m);
  const stretches: Float64Array[] = [];
  const singularValues: ProductSingularValues[] = [];
  let product = identityRows(m);
  steps.forEach((step, t) => {
    const R = directions.advance(step.jacobian());
    stretches.push(Float64Array.from({ length: m }, (_, i) => Math.log(R[i * m + i]!)));
    if (!complete || t >= (lags.at(-1) ?? 0)) return;
    product = multiplyRows(R, product);
    if (lags.includes(t + 1)) singularValues.push(describe(t + 1, product, true));
  });
  if (!complete) {
    for (const lag of lags.filter((lag) => lag <= steps.length))
      singularValues.push(describe(lag, leadingProduct(kernels, steps.slice(0, lag)), false));
  }
  const counted = stretches.slice(Math.floor(stretches.length / 4));
  return { ...lyapunov(counted, stretch), steps: counted.length, complete, singularValues };
}

function describe(lag: number, product: GradedRows, complete: boolean): ProductSingularValues {
  const logs = logSingularValues(product);
  if (!complete) return { lag, logs, logCondition: null, rank: null };
  const rank = logs.filter(Number.isFinite).length;
  const logCondition = rank < logs.length ? Number.POSITIVE_INFINITY : logs[0]! - logs.at(-1)!;
  return { lag, logs, logCondition, rank };
}

/** The product over all steps, seen in the few directions that it stretches most (subspace iteration on MᵀM). */
function leadingProduct(kernels: Kernels, steps: readonly CellStep[]): GradedRows {
  const n = steps[0]!.state.length;
  const m = Math.min(n, LEADING.singularValues);
  const directions = new Directions(kernels, n, m);
  const rounds = steps.length <= ROUNDS.until ? ROUNDS.short : ROUNDS.long;
  for (let round = 0; round < rounds; round++) {
    if (round > 0) for (const step of steps) directions.advance(step.jacobian());
    for (const step of steps.toReversed()) directions.advance(step.jacobian(), true);
  }
  return steps.reduce(
    (product, step) => multiplyRows(directions.advance(step.jacobian()), product),
    identityRows(m),
  );
}

function lyapunov(logs: readonly Float64Array[], stretch: number): { exponents: number[]; spread: number[] } {
  const means = meanRow(logs);
  const parts: Float64Array[] = [];
  for (let t = 0; t + stretch <= logs.length; t += stretch) parts.push(meanRow(logs.slice(t, t + stretch)));
  const deviation = (i: number) => {
    if (means[i] === Number.NEGATIVE_INFINITY) return 0;
    const squares = parts.reduce((sum, part) => sum + (part[i]! - means[i]!) ** 2, 0);
    return parts.length > 1 ? Math.sqrt(squares / (parts.length - 1)) : 0;
  };
  const order = Array.from(means, (_, i) => i).sort((a, b) => descending(means[a]!, means[b]!));
  return { exponents: order.map((i) => means[i]!), spread: order.map(deviation) };
}

/** Compares for sorting; b − a would be no number where both are −∞. */
export const descending = (a: number, b: number): number => (a === b ? 0 : b - a);

const meanRow = (rows: readonly Float64Array[]): Float64Array =>
  rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
