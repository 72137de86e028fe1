/** Plain arrays, since a lecture shows every number and none of them is many. */
export type Vector = number[];
/** rows of equal length */
export type Matrix = Vector[];

export const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** W·x */
export const times = (W: Matrix, x: Vector): Vector => W.map((row) => dot(row, x));

export const transpose = (W: Matrix): Matrix => W[0]!.map((_, j) => W.map((row) => row[j]!));

/** A·B */
export const product = (A: Matrix, B: Matrix): Matrix => A.map((row) => times(transpose(B), row));

/** a·bᵀ */
export const outer = (a: Vector, b: Vector): Matrix => a.map((value) => b.map((other) => value * other));

/** diag(d)·W */
export const scaleRows = (d: Vector, W: Matrix): Matrix =>
  W.map((row, i) => row.map((value) => d[i]! * value));

export const hadamard = (a: Vector, b: Vector): Vector => a.map((value, i) => value * b[i]!);

/** a + Σ others */
export const add = (a: Vector, ...others: Vector[]): Vector =>
  a.map((value, i) => others.reduce((sum, other) => sum + other[i]!, value));

export const addMatrices = (A: Matrix, ...others: Matrix[]): Matrix =>
  A.map((row, i) => add(row, ...others.map((other) => other[i]!)));

/** A vector of `length` zeros but for a 1 at `index`. */
export const oneHot = (length: number, index: number): Vector =>
  Array.from({ length }, (_, i) => Number(i === index));

export function softmax(y: Vector): Vector {
  const max = Math.max(...y);
  const e = y.map((value) => Math.exp(value - max));
  const sum = e.reduce((total, value) => total + value, 0);
  return e.map((value) => value / sum);
}
