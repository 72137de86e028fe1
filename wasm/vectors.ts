/* Functions of four floats. */

import { fma } from './simd';

/** eˣ: x = n·ln 2 + r, |r| ≤ ln 2 / 2, a polynomial for eʳ, then two multiplications by powers of two. NaN stays. */
export function exp4(x: v128): v128 {
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
export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = fma(f32x4.splat(-5.70498872745e-3), z, f32x4.splat(2.06390887954e-2));
  p = fma(p, z, f32x4.splat(-5.37397155531e-2));
  p = fma(p, z, f32x4.splat(1.33314422036e-1));
  p = fma(p, z, f32x4.splat(-3.33332819422e-1));
  const small = fma(f32x4.mul(p, z), size, size);
  const one = f32x4.splat(1);
  let large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp4(f32x4.add(size, size)), one)));
  large = v128.bitselect(one, large, f32x4.ge(size, f32x4.splat(9.0109)));
  let result = v128.bitselect(small, large, f32x4.lt(size, f32x4.splat(0.625)));
  result = v128.or(result, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(result, x, f32x4.eq(x, x));
}

/** σ(x) = 1/(1 + e⁻ˣ), from e to the power of −|x| so that nothing overflows and small results keep their digits */
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp4(v128.or(x, i32x4.splat(0x80000000)));
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(e, one));
}
