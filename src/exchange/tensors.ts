import { RnnError } from '../errors.ts';

/** Numbers with a shape, row-major, as another program's file holds them. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

type Numbers = Tensor['data'];

/** Ends the reading of a file with what is wrong with it. */
export type Fail = (problem: string) => never;

/** @param name of the file, for messages */
export const failWith =
  (name: string): Fail =>
  (problem) => {
    throw new RnnError('checkpoint', `${name}: ${problem}`);
  };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Wᵀ (columns,rows) of W (rows,columns) */
export function transpose(W: Numbers, rows: number, columns: number): Float32Array {
  const out = new Float32Array(W.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = W[r * columns + c]!;
  return out;
}

/** The blocks of W, one a gate, in another order: block n of the result is block `order[n]` of W. */
export function reorder(W: Numbers, order: readonly number[]): Float32Array {
  const block = W.length / order.length;
  const out = new Float32Array(W.length);
  order.forEach((from, to) => {
    out.set(W.subarray(from * block, (from + 1) * block), to * block);
  });
  return out;
}

/** A·Bᵀ (M,N) of A (M,K) and B (N,K), summed in float64 */
export function product(A: Numbers, B: Numbers, M: number, N: number, K: number): Float32Array {
  const out = new Float32Array(M * N);
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += A[m * K + k]! * B[n * K + k]!;
      out[m * N + n] = sum;
    }
  return out;
}

/** Columns `from` up to `to` of W, whose rows have `width`. */
export function columns(W: Numbers, width: number, from: number, to: number): Float32Array {
  const rows = W.length / width;
  const out = new Float32Array(rows * (to - from));
  for (let r = 0; r < rows; r++) out.set(W.subarray(r * width + from, r * width + to), r * (to - from));
  return out;
}

/** Little-endian bytes of float32, as every format here stores them. */
export const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A copy, since a view must begin at a multiple of four bytes. */
export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);

export function requireFinite(name: string, values: Numbers, fail: Fail): void {
  if (!values.every(Number.isFinite)) fail(`${name}: holds numbers that are not finite`);
}
