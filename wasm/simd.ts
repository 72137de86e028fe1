/* What all kernels share: vectors of four floats, and this thread's scratch memory. */

export const LANES = 4;
/** columns of a packed panel: a packed (K,N) matrix takes ceil(N / PANEL)·PANEL·K floats */
export const PANEL = 8;
/** rows of the register block: 12 sums, 2 columns and 1 value fill 16 registers */
export const ROWS = 6;
/** linearWeightGradient computes from so many rows of dy and x, and in so many rows of dW, at a time */
export const OUTER_BLOCK = 256;
export const OUTER_ROWS = 96;
/** from this width on rows of dy lie so far apart that they push each other out of the first-level cache */
export const FAR_APART = 512;
export const FLOAT: usize = 4;
export const PANEL_BYTES: usize = 32;

/** This thread's own memory: 64 bytes for the end of a row, then a packed panel, then packed rows of dy. */
export let scratch: usize = 0;
export function setScratch(at: usize): void {
  scratch = at;
}

// @ts-expect-error: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-expect-error: decorator
@inline
export function min(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

// @ts-ignore: decorator
@inline
export function loadN(p: usize, n: i32): v128 {
  if (n == LANES) return v128.load(p);
  v128.store(scratch, f32x4.splat(0));
  memory.copy(scratch, p, (n as usize) * FLOAT);
  return v128.load(scratch);
}

// @ts-ignore: decorator
@inline
export function storeN(p: usize, v: v128, n: i32): void {
  if (n == LANES) {
    v128.store(p, v);
    return;
  }
  v128.store(scratch, v);
  memory.copy(p, scratch, (n as usize) * FLOAT);
}
