import type { Floats } from '../kernels/index.ts';

/** ‖x[start … start + length]‖₂ */
export function norm(x: Floats, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += x[i]! * x[i]!;
  return Math.sqrt(sum);
}

/** W·x */
export function multiply(W: Floats, x: Float64Array): Float64Array {
  const K = x.length;
  return Float64Array.from({ length: W.length / K }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += W[row * K + k]! * x[k]!;
    return sum;
  });
}

/** J[row + j, k] += factor(j)·W[block·H + j, k] for an H × H block of W, J of `width` columns */
export function addScaledRows(
  jacobian: Float64Array,
  { width, row }: { width: number; row: number },
  W: Floats,
  { block, H }: { block: number; H: number },
  factor: (j: number) => number,
): void {
  for (let j = 0; j < H; j++) {
    const scale = factor(j);
    for (let k = 0; k < H; k++) {
      const at = (row + j) * width + k;
      jacobian[at] = jacobian[at]! + scale * W[(block * H + j) * H + k]!;
    }
  }
}

/** max_j |value(j)| over j < count */
export function largest(count: number, value: (j: number) => number): number {
  let max = 0;
  for (let j = 0; j < count; j++) max = Math.max(max, Math.abs(value(j)));
  return max;
}

/** σ(z) = 1/(1 + e^{−z}) */
export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
