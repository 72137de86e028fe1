/* Elementwise functions, softmax, norms. */

import { LANES, FLOAT, scratch, fma, min, loadN, storeN } from './simd';

/** eˣ: x = n·ln 2 + r, |r| ≤ ln 2 / 2, a polynomial for eʳ, then two multiplications by powers of two. NaN stays. */
export function exp(x: v128): v128 {
  const magic: f32 = 12582912.0; // 1.5·2²³: adding it rounds to a whole number
  let bounded = v128.bitselect(f32x4.splat(89), x, f32x4.gt(x, f32x4.splat(89)));
  bounded = v128.bitselect(f32x4.splat(-105), bounded, f32x4.lt(x, f32x4.splat(-105)));
  let n = f32x4.add(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)), f32x4.splat(magic));
  const whole = i32x4.sub(n, f32x4.splat(magic));
  n = f32x4.sub(n, f32x4.splat(magic));
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693145751953125)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(1.42860682030941723212e-6)));
  let p = fma(f32x4.splat(1.3988545e-3), r, f32x4.splat(8.3361037e-3));
  p = fma(p, r, f32x4.splat(4.1665997e-2));
  p = fma(p, r, f32x4.splat(1.6666667e-1));
  p = fma(p, r, f32x4.splat(5.0e-1));
  p = f32x4.add(fma(f32x4.mul(p, r), r, r), f32x4.splat(1));
  const half = i32x4.shr_s(whole, 1);
  const low = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(127)), 23);
  let result = f32x4.mul(f32x4.mul(p, low), high);
  result = v128.bitselect(f32x4.splat(Infinity), result, f32x4.gt(x, f32x4.splat(88.7228394)));
  return v128.bitselect(result, x, f32x4.eq(x, x));
}

/** tanh: an odd polynomial below 0.625, 1 − 2/(e²ˣ + 1) above (Cephes, tanhf), ±1 from 9.0109 on */
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = fma(f32x4.splat(-5.70498872745e-3), z, f32x4.splat(2.06390887954e-2));
  p = fma(p, z, f32x4.splat(-5.37397155531e-2));
  p = fma(p, z, f32x4.splat(1.33314422036e-1));
  p = fma(p, z, f32x4.splat(-3.33332819422e-1));
  const small = fma(f32x4.mul(p, z), size, size);
  const one = f32x4.splat(1);
  let large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(size, size)), one)));
  large = v128.bitselect(one, large, f32x4.ge(size, f32x4.splat(9.0109)));
  let result = v128.bitselect(small, large, f32x4.lt(size, f32x4.splat(0.625)));
  result = v128.or(result, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(result, x, f32x4.eq(x, x));
}

/** σ(x) = 1/(1 + e⁻ˣ), from e to the power of −|x| so that nothing overflows and small results keep their digits */
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp(v128.or(x, i32x4.splat(0x80000000)));
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(e, one));
}

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

export function expAll(x: usize, n: i32): void {
  apply(exp, x, n);
}

export function sigmoidAll(x: usize, n: i32): void {
  apply(sigmoid, x, n);
}

export function tanhAll(x: usize, n: i32): void {
  apply(tanh, x, n);
}

/** dz = dh ∘ (1 − h²) */
export function tanhGradient(dz: usize, dh: usize, h: usize, n: i32): void {
  const one = f32x4.splat(1);
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    const at = (i as usize) * FLOAT;
    const h4 = v128.load(h + at);
    v128.store(dz + at, f32x4.mul(v128.load(dh + at), f32x4.sub(one, f32x4.mul(h4, h4))));
  }
  for (; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const h1 = f32.load(h + at);
    f32.store(dz + at, f32.load(dh + at) * (1 - h1 * h1));
  }
}

/** x ← max(x, 0) */
export function reluAll(x: usize, n: i32): void {
  for (let i = 0; i < n; i += LANES) {
    const count = min(LANES, n - i);
    storeN(x, f32x4.max(loadN(x, count), f32x4.splat(0)), count);
    x += 16;
  }
}

/** dz = dh where h > 0, else 0 */
export function reluGradient(dz: usize, dh: usize, h: usize, n: i32): void {
  for (let i = 0; i < n; i += LANES) {
    const count = min(LANES, n - i);
    const at = (i as usize) * FLOAT;
    storeN(dz + at, v128.and(loadN(dh + at, count), f32x4.gt(loadN(h + at, count), f32x4.splat(0))), count);
  }
}

// @ts-expect-error: decorator
@inline
function xorShifted(h: v128, bits: i32): v128 {
  return v128.xor(h, i32x4.shr_u(h, bits));
}

/** x[i] ← 0 where hash(first + i, key) / 2 is below the threshold, else x[i]·scale */
export function dropout(x: usize, threshold: i32, scale: f32, key: i32, first: i32, n: i32): void {
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
    const e = exp(f32x4.sub(v128.load(y), max4));
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
    v128.store(scratch, exp(f32x4.sub(v128.load(scratch), max4)));
    memory.copy(y, scratch, rest);
    for (; v < V; v++) {
      sum += f32.load(y);
      y += FLOAT;
    }
  }
  return sum;
}

/** summed −ln p[target] of the rows; logits become (p − onehot)·scale, rows with target −1 zero */
export function softmaxCrossEntropy(logits: usize, targets: usize, M: i32, V: i32, factor: f32): f64 {
  let nats: f64 = 0;
  for (let m = 0; m < M; m++) {
    const y = logits + (m as usize) * V * FLOAT;
    const target = i32.load(targets + (m as usize) * FLOAT);
    if (target < 0) {
      memory.fill(y, 0, (V as usize) * FLOAT);
      continue;
    }
    const max = maximum(y, V);
    const at = y + (target as usize) * FLOAT;
    const targetLogit: f64 = (f32.load(at) as f64) - max;
    const sum = exponentials(y, V, max);
    scale(y, (factor / sum) as f32, V);
    f32.store(at, f32.load(at) - factor);
    nats += Math.log(sum) - targetLogit;
  }
  return nats;
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

export function scale(x: usize, factor: f32, n: i32): void {
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

export function clamp(x: usize, limit: f32, n: i32): void {
  for (let i = 0; i < n; i++) {
    f32.store(x, f32.min(f32.max(f32.load(x), -limit), limit));
    x += FLOAT;
  }
}
