/* The steps of the gated cells and their gradients. */

import { LANES, FLOAT, fma, min, loadN, storeN } from './simd';
import { sigmoid4, tanh4 } from './vectors';

/** x·(1 − x), the derivative of σ where it is x */
// @ts-ignore: decorator
@inline
function slope(x: v128): v128 {
  return f32x4.mul(x, f32x4.sub(f32x4.splat(1), x));
}

/** 1 − x² */
// @ts-ignore: decorator
@inline
function tanhSlope(x: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(x, x));
}

/** gates (B,4H) ← i, f, g, o;  c = f∘cPrevious + i∘g;  h = o∘tanh(c) */
export function lstmGates(
  gates: usize, cPrevious: usize, c: usize, h: usize, B: i32, H: i32, from: i32, to: i32,
): void {
  const part = (H as usize) * FLOAT;
  for (let b = 0; b < B; b++) {
    for (let j = from; j < to; j += LANES) {
      const n = min(LANES, to - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const z = gates + ((b as usize) * 4 * H + j) * FLOAT;
      const i = sigmoid4(loadN(z, n)), f = sigmoid4(loadN(z + part, n));
      const g = tanh4(loadN(z + 2 * part, n)), o = sigmoid4(loadN(z + 3 * part, n));
      const state = fma(f, loadN(cPrevious + at, n), f32x4.mul(i, g));
      storeN(c + at, state, n);
      storeN(h + at, f32x4.mul(o, tanh4(state)), n);
      storeN(z, i, n);
      storeN(z + part, f, n);
      storeN(z + 2 * part, g, n);
      storeN(z + 3 * part, o, n);
    }
  }
}

/** dz (B,4H), and dc ← ∂L/∂cPrevious */
export function lstmGatesGradient(
  dz: usize, dc: usize, dh: usize, gates: usize, cPrevious: usize, c: usize, B: i32, H: i32,
  from: i32, to: i32,
): void {
  const part = (H as usize) * FLOAT;
  for (let b = 0; b < B; b++) {
    for (let j = from; j < to; j += LANES) {
      const n = min(LANES, to - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const first = ((b as usize) * 4 * H + j) * FLOAT;
      const z = gates + first, d = dz + first;
      const i = loadN(z, n), f = loadN(z + part, n), g = loadN(z + 2 * part, n), o = loadN(z + 3 * part, n);
      const tanhC = tanh4(loadN(c + at, n)), fromH = loadN(dh + at, n);
      const dcAll = fma(f32x4.mul(fromH, o), tanhSlope(tanhC), loadN(dc + at, n));
      storeN(d, f32x4.mul(f32x4.mul(dcAll, g), slope(i)), n);
      storeN(d + part, f32x4.mul(f32x4.mul(dcAll, loadN(cPrevious + at, n)), slope(f)), n);
      storeN(d + 2 * part, f32x4.mul(f32x4.mul(dcAll, i), tanhSlope(g)), n);
      storeN(d + 3 * part, f32x4.mul(f32x4.mul(fromH, tanhC), slope(o)), n);
      storeN(dc + at, f32x4.mul(dcAll, f), n);
    }
  }
}

/** gates (B,3H) ← r, z, n;  h = (1 − z)∘n + z∘hPrevious */
export function gruGates(
  gates: usize, recurrent: usize, bhn: usize, hPrevious: usize, h: usize, B: i32, H: i32,
  from: i32, to: i32,
): void {
  const part = (H as usize) * FLOAT;
  const one = f32x4.splat(1);
  for (let b = 0; b < B; b++) {
    for (let j = from; j < to; j += LANES) {
      const n = min(LANES, to - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const first = ((b as usize) * 3 * H + j) * FLOAT;
      const p = gates + first, q = recurrent + first;
      const r = sigmoid4(f32x4.add(loadN(p, n), loadN(q, n)));
      const z = sigmoid4(f32x4.add(loadN(p + part, n), loadN(q + part, n)));
      const fromH = f32x4.add(loadN(q + 2 * part, n), loadN(bhn + (j as usize) * FLOAT, n));
      const candidate = tanh4(fma(r, fromH, loadN(p + 2 * part, n)));
      storeN(q + 2 * part, fromH, n);
      storeN(h + at, fma(z, loadN(hPrevious + at, n), f32x4.mul(f32x4.sub(one, z), candidate)), n);
      storeN(p, r, n);
      storeN(p + part, z, n);
      storeN(p + 2 * part, candidate, n);
    }
  }
}

/** dz, dr (B,3H), and dhPrevious += dh∘z */
export function gruGatesGradient(
  dz: usize, dr: usize, dhPrevious: usize, dh: usize, gates: usize, recurrent: usize, hPrevious: usize,
  B: i32, H: i32, from: i32, to: i32,
): void {
  const part = (H as usize) * FLOAT;
  const one = f32x4.splat(1);
  for (let b = 0; b < B; b++) {
    for (let j = from; j < to; j += LANES) {
      const n = min(LANES, to - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const first = ((b as usize) * 3 * H + j) * FLOAT;
      const r = loadN(gates + first, n), z = loadN(gates + first + part, n);
      const candidate = loadN(gates + first + 2 * part, n), fromH = loadN(dh + at, n);
      const dn = f32x4.mul(f32x4.mul(fromH, f32x4.sub(one, z)), tanhSlope(candidate));
      const dReset = f32x4.mul(f32x4.mul(dn, loadN(recurrent + first + 2 * part, n)), slope(r));
      const difference = f32x4.sub(loadN(hPrevious + at, n), candidate);
      const dUpdate = f32x4.mul(f32x4.mul(fromH, difference), slope(z));
      storeN(dz + first, dReset, n);
      storeN(dr + first, dReset, n);
      storeN(dz + first + part, dUpdate, n);
      storeN(dr + first + part, dUpdate, n);
      storeN(dz + first + 2 * part, dn, n);
      storeN(dr + first + 2 * part, f32x4.mul(dn, r), n);
      storeN(dhPrevious + at, fma(fromH, z, loadN(dhPrevious + at, n)), n);
    }
  }
}
