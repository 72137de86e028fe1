/* Elementwise kernels, softmax, norms. */

import { LANES, FLOAT, scratch, min, loadN, storeN } from './simd';
import { exp4, sigmoid4, tanh4 } from './vectors';

/** x ← f(x); the last, incomplete vector goes through scratch, so its lanes compute the same bits */
// @ts-ignore: decorator
@inline
function apply(f: (x: v128) => v128, x: usize, n: i32): void {
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    v128.store(x, f(v128.load(x)));
    x += 16;
  }
  if (i < n) {
    const rest = ((n - i) as usize) * FLOAT;
    memory.copy(scratch, x, rest);
    v128.store(scratch, f(v128.load(scratch)));
    memory.copy(x, scratch, rest);
  }
}

export function exp(x: usize, n: i32): void {
  apply(exp4, x, n);
}

export function sigmoid(x: usize, n: i32): void {
  apply(sigmoid4, x, n);
}

export function tanh(x: usize, n: i32, width: i32, from: i32, to: i32): void {
  for (let row = 0; row < n; row += width) apply(tanh4, x + ((row + from) as usize) * FLOAT, to - from);
}

/** dz = dh ∘ (1 − h²) */
export function tanhGradient(dz: usize, dh: usize, h: usize, n: i32, width: i32, from: i32, to: i32): void {
  const one = f32x4.splat(1);
  for (let row = 0; row < n; row += width) {
    for (let i = from; i < to; i += LANES) {
      const count = min(LANES, to - i);
      const at = ((row + i) as usize) * FLOAT;
      const h4 = loadN(h + at, count);
      storeN(dz + at, f32x4.mul(loadN(dh + at, count), f32x4.sub(one, f32x4.mul(h4, h4))), count);
    }
  }
}

/** x ← max(x, 0) */
export function relu(x: usize, n: i32, width: i32, from: i32, to: i32): void {
  for (let row = 0; row < n; row += width) {
    for (let i = from; i < to; i += LANES) {
      const count = min(LANES, to - i);
      const at = x + ((row + i) as usize) * FLOAT;
      storeN(at, f32x4.max(loadN(at, count), f32x4.splat(0)), count);
    }
  }
}

/** dz = dh where h > 0, else 0 */
export function reluGradient(dz: usize, dh: usize, h: usize, n: i32, width: i32, from: i32, to: i32): void {
  for (let row = 0; row < n; row += width) {
    for (let i = from; i < to; i += LANES) {
      const count = min(LANES, to - i);
      const at = ((row + i) as usize) * FLOAT;
      const positive = f32x4.gt(loadN(h + at, count), f32x4.splat(0));
      storeN(dz + at, v128.and(loadN(dh + at, count), positive), count);
    }
  }
}

// @ts-expect-error: decorator
@inline
function xorShifted(h: v128, bits: i32): v128 {
  return v128.xor(h, i32x4.shr_u(h, bits));
}

/** x[i] ← 0 where hash(first + i, key) / 2 is below the threshold, else x[i]·scale */
export function dropout(x: usize, n: i32, threshold: i32, scale: f32, key: i32, first: i32): void {
  for (let i = 0; i < n; i += LANES) {
    const count = min(LANES, n - i);
    const place = i32x4.add(i32x4.splat(first + i), i32x4(0, 1, 2, 3));
    let h = i32x4.add(i32x4.mul(place, i32x4.splat(0x9e3779b1)), i32x4.splat(key));
    h = i32x4.mul(xorShifted(h, 16), i32x4.splat(0x7feb352d));
    h = i32x4.mul(xorShifted(h, 15), i32x4.splat(0x846ca68b));
    const dropped = i32x4.lt_s(i32x4.shr_u(xorShifted(h, 16), 1), i32x4.splat(threshold));
    storeN(x, v128.andnot(f32x4.mul(loadN(x, count), f32x4.splat(scale)), dropped), count);
    x += 16;
  }
}

function maximum(y: usize, V: i32): f32 {
  let best = f32x4.splat(-Infinity);
  let v = 0;
  for (; v + LANES <= V; v += LANES) {
    best = f32x4.max(best, v128.load(y));
    y += 16;
  }
  let max = f32.max(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1));
  max = f32.max(max, f32.max(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)));
  for (; v < V; v++) {
    max = f32.max(max, f32.load(y));
    y += FLOAT;
  }
  return max;
}

/** y ← e^(y − max); the sum of that */
function exponentials(y: usize, V: i32, max: f32): f64 {
  const max4 = f32x4.splat(max);
  let sums = f32x4.splat(0);
  let v = 0;
  for (; v + LANES <= V; v += LANES) {
    const e = exp4(f32x4.sub(v128.load(y), max4));
    sums = f32x4.add(sums, e);
    v128.store(y, e);
    y += 16;
  }
  let sum: f64 = 0;
  sum += f32x4.extract_lane(sums, 0);
  sum += f32x4.extract_lane(sums, 1);
  sum += f32x4.extract_lane(sums, 2);
  sum += f32x4.extract_lane(sums, 3);
  if (v < V) {
    const rest = ((V - v) as usize) * FLOAT;
    memory.copy(scratch, y, rest);
    v128.store(scratch, exp4(f32x4.sub(v128.load(scratch), max4)));
    memory.copy(y, scratch, rest);
    for (; v < V; v++) {
      sum += f32.load(y);
      y += FLOAT;
    }
  }
  return sum;
}

/** losses[m] = −ln p[target]; logits become (p − onehot)·scale; both are zero in rows with target −1 */
export function softmaxCrossEntropy(
  losses: usize, logits: usize, targets: usize, M: i32, V: i32, factor: f32,
): void {
  for (let m = 0; m < M; m++) {
    const y = logits + (m as usize) * V * FLOAT;
    const loss = losses + (m as usize) * FLOAT;
    const target = i32.load(targets + (m as usize) * FLOAT);
    if (target < 0) {
      memory.fill(y, 0, (V as usize) * FLOAT);
      f32.store(loss, 0);
      continue;
    }
    const max = maximum(y, V);
    const at = y + (target as usize) * FLOAT;
    const targetLogit: f64 = (f32.load(at) as f64) - max;
    const sum = exponentials(y, V, max);
    scale(y, V, (factor / sum) as f32);
    f32.store(at, f32.load(at) - factor);
    f32.store(loss, (Math.log(sum) - targetLogit) as f32);
  }
}

export function sumOfSquares(x: usize, n: i32): f64 {
  let sum0 = f64x2.splat(0), sum1 = sum0;
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    const x4 = v128.load(x);
    const low = f64x2.promote_low_f32x4(x4);
    const high = f64x2.promote_low_f32x4(i64x2.shuffle(x4, x4, 1, 1));
    sum0 = f64x2.add(sum0, f64x2.mul(low, low));
    sum1 = f64x2.add(sum1, f64x2.mul(high, high));
    x += 16;
  }
  sum0 = f64x2.add(sum0, sum1);
  let sum = f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1);
  for (; i < n; i++) {
    const value = f32.load(x) as f64;
    sum += value * value;
    x += FLOAT;
  }
  return sum;
}

export function scale(x: usize, n: i32, factor: f32): void {
  const factor4 = f32x4.splat(factor);
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    v128.store(x, f32x4.mul(v128.load(x), factor4));
    x += 16;
  }
  for (; i < n; i++) {
    f32.store(x, f32.load(x) * factor);
    x += FLOAT;
  }
}

export function clamp(x: usize, n: i32, limit: f32): void {
  for (let i = 0; i < n; i++) {
    f32.store(x, f32.min(f32.max(f32.load(x), -limit), limit));
    x += FLOAT;
  }
}
