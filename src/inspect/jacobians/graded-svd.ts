/** Rows of a matrix whose sizes may differ by more than a float can hold: row i is e^{logs[i]}·rows[i], ‖rows[i]‖ = 1. */
export interface GradedRows {
  rows: Float64Array[];
  logs: Float64Array;
}

const MAX_SWEEPS = 40;
/** Rows whose cosine is below this count as orthogonal. */
const ORTHOGONAL = 1e-14;

/**
 * ln σ_i of a graded matrix, largest first: one-sided Jacobi rotations until all rows are orthogonal, whose lengths are
 * then the singular values. It finds the small ones as accurately as the large ones (Demmel & Veselić 1992), which a
 * decomposition of the matrix as plain floats would lose below 1e−16 of the largest. −∞ stands for σ = 0.
 */
export function logSingularValues(matrix: GradedRows): number[] {
  const rows = matrix.rows.map((row) => row.slice());
  const logs = matrix.logs.slice();
  for (let sweep = 0, worst = 1; sweep < MAX_SWEEPS && worst > ORTHOGONAL; sweep++) {
    worst = 0;
    for (let i = 0; i < rows.length; i++) {
      for (let j = i + 1; j < rows.length; j++) worst = Math.max(worst, rotate(rows, logs, i, j));
    }
  }
  return Array.from(logs.sort().reverse());
}

/** Makes rows i and j orthogonal; returns the size of their cosine before. */
function rotate(rows: Float64Array[], logs: Float64Array, i: number, j: number): number {
  const [a, b] = logs[i]! >= logs[j]! ? [i, j] : [j, i];
  const [x, y] = [rows[a]!, rows[b]!];
  const cosine = dot(x, y);
  if (logs[b] === Number.NEGATIVE_INFINITY || Math.abs(cosine) <= ORTHOGONAL) return 0;
  // the rotation of G = [[1, ρc], [ρc, ρ²]] with t = tan of its angle; τ = t/ρ stays finite where ρ underflows
  const ratio = Math.exp(logs[b]! - logs[a]!);
  const gap = 1 - ratio * ratio;
  const tau = (-2 * cosine) / (gap + Math.hypot(2 * ratio * cosine, gap));
  const t = tau * ratio;
  const scale = 1 / Math.sqrt(1 + t * t);
  for (let k = 0; k < x.length; k++) {
    const [xk, yk] = [x[k]!, y[k]!];
    x[k] = scale * (xk - t * ratio * yk);
    y[k] = scale * (tau * xk + yk);
  }
  logs[a] = logs[a]! + normalize(x);
  logs[b] = logs[b]! + normalize(y);
  return Math.abs(cosine);
}

/** Divides by the length and returns its logarithm. */
export function normalize(x: Float64Array): number {
  const length = Math.sqrt(dot(x, x));
  if (length === 0) return Number.NEGATIVE_INFINITY;
  for (let k = 0; k < x.length; k++) x[k] = x[k]! / length;
  return Math.log(length);
}

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k]! * y[k]!;
  return sum;
}
