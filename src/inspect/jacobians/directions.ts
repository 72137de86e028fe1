import type { Kernels } from '../../kernels/index.ts';
import { norm } from '../algebra.ts';
import { dot, type GradedRows, normalize } from './graded-svd.ts';

/**
 * m orthonormal directions of an n-dimensional state, carried along Jacobians by QR (Benettin et al. 1980): each step
 * Q_t·R_t = J_t·Q_{t−1}. The diagonals of R, kept as logarithms, and the product R_t…R_1, kept row by row with a logarithm
 * apart, say what a long product does without ever forming it, so nothing under- or overflows at any lag. A direction that
 * a step leaves shorter than the rounding of the others is lost from then on, R_ii = 0: a J of lower rank has such ones.
 */
export class Directions {
  readonly n: number;
  readonly m: number;
  readonly #kernels: Kernels;
  /** one direction a row (m,n) */
  #rows: Float64Array[];
  #flat: Float64Array;
  #next: Float64Array;

  /** starts with the first m coordinates */
  constructor(kernels: Kernels, n: number, m: number) {
    this.#kernels = kernels;
    this.n = n;
    this.m = m;
    this.#flat = new Float64Array(m * n);
    this.#next = new Float64Array(m * n);
    for (let i = 0; i < m; i++) this.#flat[i * n + i] = 1;
    this.#rows = rowsOf(this.#flat, m, n);
  }

  /** Q ← orthonormal J·Q, or Jᵀ·Q. Returns R (m,m), upper triangular. */
  advance(jacobian: Float64Array, transposed = false): Float64Array {
    const { n, m } = this;
    this.#next.fill(0);
    const J = this.#kernels.weight(jacobian, n, n, 'dense');
    if (transposed) this.#kernels.linearInputGradient(this.#next, this.#flat, J, m);
    else this.#kernels.linear(this.#next, this.#flat, J, m);
    [this.#flat, this.#next] = [this.#next, this.#flat];
    this.#rows = rowsOf(this.#flat, m, n);
    return this.#orthonormalize(n * Number.EPSILON * longestRow(jacobian, n));
  }

  /**
   * Gram-Schmidt, twice, since one pass leaves directions that a step shrinks much no longer orthogonal.
   * @param rounding lengths up to this are none
   */
  #orthonormalize(rounding: number): Float64Array {
    const { m } = this;
    const R = new Float64Array(m * m);
    this.#rows.forEach((v, i) => {
      for (let pass = 0; pass < 2; pass++) {
        for (let j = 0; j < i; j++) {
          const q = this.#rows[j]!;
          const along = dot(q, v);
          R[j * m + i] = R[j * m + i]! + along;
          for (let k = 0; k < v.length; k++) v[k] = v[k]! - along * q[k]!;
        }
      }
      if (norm(v, 0, v.length) <= rounding) v.fill(0);
      R[i * m + i] = Math.exp(normalize(v));
    });
    return R;
  }
}

function longestRow(matrix: Float64Array, n: number): number {
  let longest = 0;
  for (let at = 0; at < matrix.length; at += n) longest = Math.max(longest, norm(matrix, at, n));
  return longest;
}

const rowsOf = (flat: Float64Array, m: number, n: number): Float64Array[] =>
  Array.from({ length: m }, (_, i) => flat.subarray(i * n, (i + 1) * n));

/** The identity, as the product of no steps. */
export function identityRows(m: number): GradedRows {
  const flat = new Float64Array(m * m);
  for (let i = 0; i < m; i++) flat[i * m + i] = 1;
  return { rows: rowsOf(flat, m, m), logs: new Float64Array(m) };
}

/** R·P for an upper triangular R (m,m) and a product P so far. */
export function multiplyRows(R: Float64Array, { rows, logs }: GradedRows): GradedRows {
  const m = rows.length;
  const next = { rows: rows.map((row) => new Float64Array(row.length)), logs: new Float64Array(m) };
  next.rows.forEach((out, j) => {
    const largest = logs.subarray(j).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (largest === Number.NEGATIVE_INFINITY) {
      next.logs[j] = largest;
      return;
    }
    for (let i = j; i < m; i++) {
      const factor = R[j * m + i]! * Math.exp(logs[i]! - largest);
      if (factor === 0) continue;
      const row = rows[i]!;
      // of an upper triangular product, row i begins at column i
      for (let k = i; k < out.length; k++) out[k] = out[k]! + factor * row[k]!;
    }
    next.logs[j] = largest + normalize(out);
  });
  return next;
}
