/*
 * The kernels in AssemblyScript, four floats at a time: the same algorithms as native/kernels.inc. Axes as in
 * src/kernels/kernels.ts; matrices are row-major float32, every argument is an address or a count, sizes were
 * checked by the caller (src/kernels/wasm.ts). One source, two builds: with relaxed SIMD products are fused.
 */

const LANES = 4;
/** columns of a packed panel: a packed (K,N) matrix takes ceil(N / PANEL)·PANEL·K floats */
const PANEL = 8;
/** rows of the register block: 12 sums, 2 columns and 1 value fill 16 registers */
const ROWS = 6;
/** rows of x that one block of addOuterProducts packs */
const OUTER_BLOCK = 256;
const FLOAT: usize = 4;
const PANEL_BYTES: usize = 32;

/** This thread's own memory: 64 bytes for the end of a row, then a packed panel. */
let scratch: usize = 0;
export function setScratch(at: usize): void {
  scratch = at;
}

// @ts-expect-error: decorator
@inline
function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-expect-error: decorator
@inline
function min(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

/* ---- products ------------------------------------------------------------------------------------------------ */

/** panels of B (K,N) = Wᵀ, W (N,K) */
export function packTransposed(packed: usize, w: usize, N: i32, K: i32): void {
  for (let n0 = 0; n0 < N; n0 += PANEL) {
    const width = min(PANEL, N - n0);
    if (width < PANEL) memory.fill(packed, 0, PANEL_BYTES * K);
    for (let j = 0; j < width; j++) {
      const row = w + ((n0 + j) as usize) * K * FLOAT;
      for (let k = 0; k < K; k++) {
        f32.store(packed + ((k as usize) * PANEL + j) * FLOAT, f32.load(row + (k as usize) * FLOAT));
      }
    }
    packed += PANEL_BYTES * K;
  }
}

/** panels of B (K,N) = W */
export function pack(packed: usize, w: usize, K: i32, N: i32): void {
  for (let n0 = 0; n0 < N; n0 += PANEL) {
    packPanel(packed, w + (n0 as usize) * FLOAT, K, N, min(PANEL, N - n0));
    packed += PANEL_BYTES * K;
  }
}

function packPanel(packed: usize, w: usize, K: i32, N: i32, width: i32): void {
  for (let k = 0; k < K; k++) {
    if (width == PANEL) {
      v128.store(packed, v128.load(w));
      v128.store(packed, v128.load(w, 16), 16);
    } else {
      memory.fill(packed, 0, PANEL_BYTES);
      memory.copy(packed, w, (width as usize) * FLOAT);
    }
    packed += PANEL_BYTES;
    w += (N as usize) * FLOAT;
  }
}

/** c (PANEL) += sums, of which `width` columns exist */
// @ts-expect-error: decorator
@inline
function addRow(c: usize, sum0: v128, sum1: v128, width: i32): void {
  if (width == PANEL) {
    v128.store(c, f32x4.add(v128.load(c), sum0));
    v128.store(c, f32x4.add(v128.load(c, 16), sum1), 16);
  } else {
    v128.store(scratch, sum0);
    v128.store(scratch, sum1, 16);
    for (let j = 0; j < width; j++) {
      const at = (j as usize) * FLOAT;
      f32.store(c + at, f32.load(c + at) + f32.load(scratch + at));
    }
  }
}

/** c (rows,PANEL) += a·b over K: values of a stand `row` bytes apart down a column, `step` along a row; b one panel */
// @ts-expect-error: decorator
@inline
function block(rows: i32, c: usize, pitch: usize, a: usize, row: usize, step: usize, b: usize, K: i32, width: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const row2 = row * 2, row3 = row * 3, row4 = row * 4, row5 = row * 5;
  for (const end = b + PANEL_BYTES * K; b < end; b += PANEL_BYTES) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    c00 = fma(s, b0, c00);
    c01 = fma(s, b1, c01);
    if (rows > 1) {
      s = v128.load32_splat(a + row);
      c10 = fma(s, b0, c10);
      c11 = fma(s, b1, c11);
    }
    if (rows > 2) {
      s = v128.load32_splat(a + row2);
      c20 = fma(s, b0, c20);
      c21 = fma(s, b1, c21);
    }
    if (rows > 3) {
      s = v128.load32_splat(a + row3);
      c30 = fma(s, b0, c30);
      c31 = fma(s, b1, c31);
    }
    if (rows > 4) {
      s = v128.load32_splat(a + row4);
      c40 = fma(s, b0, c40);
      c41 = fma(s, b1, c41);
    }
    if (rows > 5) {
      s = v128.load32_splat(a + row5);
      c50 = fma(s, b0, c50);
      c51 = fma(s, b1, c51);
    }
    a += step;
  }
  addRow(c, c00, c01, width);
  if (rows > 1) addRow(c + pitch, c10, c11, width);
  if (rows > 2) addRow(c + pitch * 2, c20, c21, width);
  if (rows > 3) addRow(c + pitch * 3, c30, c31, width);
  if (rows > 4) addRow(c + pitch * 4, c40, c41, width);
  if (rows > 5) addRow(c + pitch * 5, c50, c51, width);
}

/** row-major a: rows stand `row` bytes apart */
function rowBlock(rows: i32, c: usize, pitch: usize, a: usize, row: usize, b: usize, K: i32, width: i32): void {
  if (rows == 6) block(6, c, pitch, a, row, FLOAT, b, K, width);
  else if (rows == 5) block(5, c, pitch, a, row, FLOAT, b, K, width);
  else if (rows == 4) block(4, c, pitch, a, row, FLOAT, b, K, width);
  else if (rows == 3) block(3, c, pitch, a, row, FLOAT, b, K, width);
  else if (rows == 2) block(2, c, pitch, a, row, FLOAT, b, K, width);
  else block(1, c, pitch, a, row, FLOAT, b, K, width);
}

/** transposed a: its rows are contiguous, k steps over them */
function columnBlock(rows: i32, c: usize, pitch: usize, a: usize, step: usize, b: usize, K: i32, width: i32): void {
  if (rows == 6) block(6, c, pitch, a, FLOAT, step, b, K, width);
  else if (rows == 5) block(5, c, pitch, a, FLOAT, step, b, K, width);
  else if (rows == 4) block(4, c, pitch, a, FLOAT, step, b, K, width);
  else if (rows == 3) block(3, c, pitch, a, FLOAT, step, b, K, width);
  else if (rows == 2) block(2, c, pitch, a, FLOAT, step, b, K, width);
  else block(1, c, pitch, a, FLOAT, step, b, K, width);
}

/** one row: three panels at once, since one alone would wait for its own additions */
function vectorProduct(out: usize, a: usize, packed: usize, N: i32, K: i32): void {
  const panel = PANEL_BYTES * K;
  let n = 0;
  for (; n + 3 * PANEL <= N; n += 3 * PANEL) {
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
    for (let k = 0; k < K; k++) {
      const s = v128.load32_splat(a + (k as usize) * FLOAT);
      const b = packed + (k as usize) * PANEL_BYTES;
      c00 = fma(s, v128.load(b), c00);
      c01 = fma(s, v128.load(b, 16), c01);
      c10 = fma(s, v128.load(b + panel), c10);
      c11 = fma(s, v128.load(b + panel, 16), c11);
      c20 = fma(s, v128.load(b + 2 * panel), c20);
      c21 = fma(s, v128.load(b + 2 * panel, 16), c21);
    }
    const c = out + (n as usize) * FLOAT;
    addRow(c, c00, c01, PANEL);
    addRow(c + PANEL_BYTES, c10, c11, PANEL);
    addRow(c + 2 * PANEL_BYTES, c20, c21, PANEL);
    packed += 3 * panel;
  }
  for (; n < N; n += PANEL) {
    rowBlock(1, out + (n as usize) * FLOAT, 0, a, 0, packed, K, min(PANEL, N - n));
    packed += panel;
  }
}

/** out (M,N) += a (M,K) · B (K,N), B packed */
export function addProduct(out: usize, a: usize, packed: usize, M: i32, N: i32, K: i32): void {
  if (M == 1) return vectorProduct(out, a, packed, N, K);
  const pitch = (N as usize) * FLOAT, row = (K as usize) * FLOAT;
  for (let n = 0; n < N; n += PANEL) {
    const width = min(PANEL, N - n);
    // blocks of nearly equal height: 13 is 5 + 4 + 4, not 6 + 6 + 1
    let blocks = (M + ROWS - 1) / ROWS;
    for (let m = 0; m < M; ) {
      const rows = (M - m + blocks - 1) / blocks--;
      rowBlock(rows, out + m * pitch + (n as usize) * FLOAT, pitch, a + m * row, row, packed, K, width);
      m += rows;
    }
    packed += PANEL_BYTES * K;
  }
}

/** dW (N,K) += yᵀ · x, y (M,N), x (M,K) */
export function addOuterProducts(dw: usize, y: usize, x: usize, M: i32, N: i32, K: i32): void {
  const panel = scratch + 64;
  const pitch = (K as usize) * FLOAT, step = (N as usize) * FLOAT;
  for (let m = 0; m < M; m += OUTER_BLOCK) {
    const depth = min(OUTER_BLOCK, M - m);
    for (let k = 0; k < K; k += PANEL) {
      const width = min(PANEL, K - k);
      packPanel(panel, x + m * pitch + (k as usize) * FLOAT, depth, K, width);
      let blocks = (N + ROWS - 1) / ROWS;
      for (let n = 0; n < N; ) {
        const rows = (N - n + blocks - 1) / blocks--;
        const c = dw + n * pitch + (k as usize) * FLOAT;
        columnBlock(rows, c, pitch, y + m * step + (n as usize) * FLOAT, step, panel, depth, width);
        n += rows;
      }
    }
  }
}

/* ---- rows and columns ---------------------------------------------------------------------------------------- */

/** out += x, n floats */
export function add(out: usize, x: usize, n: i32): void {
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
    out += 16;
    x += 16;
  }
  for (; i < n; i++) {
    f32.store(out, f32.load(out) + f32.load(x));
    out += FLOAT;
    x += FLOAT;
  }
}

/** out (V,N) = transpose of w (N,V) */
export function transpose(out: usize, w: usize, N: i32, V: i32): void {
  for (let n0 = 0; n0 < N; n0 += 16) {
    const end = min(n0 + 16, N);
    for (let v = 0; v < V; v++) {
      for (let n = n0; n < end; n++) {
        f32.store(out + ((v as usize) * N + n) * FLOAT, f32.load(w + ((n as usize) * V + v) * FLOAT));
      }
    }
  }
}

export function broadcastBias(out: usize, bias: usize, M: i32, N: i32): void {
  const row = (N as usize) * FLOAT;
  for (let m = 0; m < M; m++) memory.copy(out + m * row, bias, row);
}

export function addColumnSums(sums: usize, y: usize, M: i32, N: i32): void {
  for (let m = 0; m < M; m++) add(sums, y + (m as usize) * N * FLOAT, N);
}

/** out row m += row ids[m] of Wᵀ (V,N) */
export function gatherRows(out: usize, wt: usize, ids: usize, M: i32, N: i32): void {
  const row = (N as usize) * FLOAT;
  for (let m = 0; m < M; m++) add(out + m * row, wt + i32.load(ids + (m as usize) * FLOAT) * row, N);
}

/** dW (N,V): column ids[m] += row m of y, through a transposed copy, whose rows are added many times faster */
export function scatterColumns(dw: usize, y: usize, ids: usize, M: i32, N: i32, V: i32, dwt: usize): void {
  const row = (N as usize) * FLOAT;
  memory.fill(dwt, 0, V * row);
  for (let m = 0; m < M; m++) add(dwt + i32.load(ids + (m as usize) * FLOAT) * row, y + m * row, N);
  for (let n0 = 0; n0 < N; n0 += 16) {
    const end = min(n0 + 16, N);
    for (let v = 0; v < V; v++) {
      for (let n = n0; n < end; n++) {
        const at = dw + ((n as usize) * V + v) * FLOAT;
        f32.store(at, f32.load(at) + f32.load(dwt + ((v as usize) * N + n) * FLOAT));
      }
    }
  }
}

/* ---- functions ----------------------------------------------------------------------------------------------- */

/** eˣ: x = n·ln 2 + r, |r| ≤ ln 2 / 2, a polynomial for eʳ, then two multiplications by powers of two. NaN stays. */
function exp(x: v128): v128 {
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
function tanh(x: v128): v128 {
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
function sigmoid(x: v128): v128 {
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

/* ---- gated cells: n ≤ 4 values at p, in the first lanes ---- */

// @ts-ignore: decorator
@inline
function loadN(p: usize, n: i32): v128 {
  if (n == LANES) return v128.load(p);
  v128.store(scratch, f32x4.splat(0));
  memory.copy(scratch, p, (n as usize) * FLOAT);
  return v128.load(scratch);
}

// @ts-ignore: decorator
@inline
function storeN(p: usize, v: v128, n: i32): void {
  if (n == LANES) {
    v128.store(p, v);
    return;
  }
  v128.store(scratch, v);
  memory.copy(p, scratch, (n as usize) * FLOAT);
}

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
export function lstmGates(gates: usize, cPrevious: usize, c: usize, h: usize, B: i32, H: i32): void {
  const part = (H as usize) * FLOAT;
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < H; j += LANES) {
      const n = min(LANES, H - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const z = gates + ((b as usize) * 4 * H + j) * FLOAT;
      const i = sigmoid(loadN(z, n)), f = sigmoid(loadN(z + part, n));
      const g = tanh(loadN(z + 2 * part, n)), o = sigmoid(loadN(z + 3 * part, n));
      const state = fma(f, loadN(cPrevious + at, n), f32x4.mul(i, g));
      storeN(c + at, state, n);
      storeN(h + at, f32x4.mul(o, tanh(state)), n);
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
): void {
  const part = (H as usize) * FLOAT;
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < H; j += LANES) {
      const n = min(LANES, H - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const first = ((b as usize) * 4 * H + j) * FLOAT;
      const z = gates + first, d = dz + first;
      const i = loadN(z, n), f = loadN(z + part, n), g = loadN(z + 2 * part, n), o = loadN(z + 3 * part, n);
      const tanhC = tanh(loadN(c + at, n)), fromH = loadN(dh + at, n);
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
): void {
  const part = (H as usize) * FLOAT;
  const one = f32x4.splat(1);
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < H; j += LANES) {
      const n = min(LANES, H - j);
      const at = ((b as usize) * H + j) * FLOAT;
      const first = ((b as usize) * 3 * H + j) * FLOAT;
      const p = gates + first, q = recurrent + first;
      const r = sigmoid(f32x4.add(loadN(p, n), loadN(q, n)));
      const z = sigmoid(f32x4.add(loadN(p + part, n), loadN(q + part, n)));
      const fromH = f32x4.add(loadN(q + 2 * part, n), loadN(bhn + (j as usize) * FLOAT, n));
      const candidate = tanh(fma(r, fromH, loadN(p + 2 * part, n)));
      storeN(q + 2 * part, fromH, n);
      storeN(h + at, fma(z, loadN(hPrevious + at, n), f32x4.mul(f32x4.sub(one, z), candidate)), n);
      storeN(p, r, n);
      storeN(p + part, z, n);
      storeN(p + 2 * part, candidate, n);
    }
  }
}

/** dz, dr (B,3H), and dh ← dh∘z */
export function gruGatesGradient(
  dz: usize, dr: usize, dh: usize, gates: usize, recurrent: usize, hPrevious: usize, B: i32, H: i32,
): void {
  const part = (H as usize) * FLOAT;
  const one = f32x4.splat(1);
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < H; j += LANES) {
      const n = min(LANES, H - j);
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
      storeN(dh + at, f32x4.mul(fromH, z), n);
    }
  }
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

/* ---- optimisers: vectors, then what is left through the same code in scratch ------------------------------------ */

/** v ← μ·v + g;  w ← w − α·v, or α·(g + μ·v) */
export function sgd(w: usize, g: usize, v: usize, n: i32, rate: f32, momentum: f32, nesterov: i32): void {
  for (let i = 0; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const velocity = momentum * f32.load(v + at) + f32.load(g + at);
    f32.store(v + at, velocity);
    const step = nesterov ? f32.load(g + at) + momentum * velocity : velocity;
    f32.store(w + at, f32.load(w + at) - rate * step);
  }
}

/** s ← ρ·s + c·g²;  w ← w − α·g/(√s + ε): Adagrad with ρ = c = 1, RMSprop with c = 1 − ρ */
export function adaptive(w: usize, g: usize, s: usize, n: i32, rate: f32, decay: f32, share: f32, epsilon: f32): void {
  const rate4 = f32x4.splat(rate), decay4 = f32x4.splat(decay);
  const share4 = f32x4.splat(share), epsilon4 = f32x4.splat(epsilon);
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    const at = (i as usize) * FLOAT;
    const g4 = v128.load(g + at);
    const s4 = f32x4.add(f32x4.mul(decay4, v128.load(s + at)), f32x4.mul(f32x4.mul(share4, g4), g4));
    v128.store(s + at, s4);
    const step = f32x4.div(f32x4.mul(rate4, g4), f32x4.add(f32x4.sqrt(s4), epsilon4));
    v128.store(w + at, f32x4.sub(v128.load(w + at), step));
  }
  for (; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const g1 = f32.load(g + at);
    const s1 = decay * f32.load(s + at) + share * g1 * g1;
    f32.store(s + at, s1);
    f32.store(w + at, f32.load(w + at) - (rate * g1) / (f32.sqrt(s1) + epsilon));
  }
}

/** m ← β₁m + (1−β₁)g;  s ← β₂s + (1−β₂)g²;  w ← w − α·m/(√s·inverse + ε) */
export function adam(
  w: usize, g: usize, m: usize, s: usize, n: i32,
  rate: f32, beta1: f32, beta2: f32, inverse: f32, epsilon: f32,
): void {
  const rest1: f32 = 1 - beta1, rest2: f32 = 1 - beta2;
  const beta14 = f32x4.splat(beta1), beta24 = f32x4.splat(beta2);
  const rest14 = f32x4.splat(rest1), rest24 = f32x4.splat(rest2);
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    const at = (i as usize) * FLOAT;
    const g4 = v128.load(g + at);
    const m4 = f32x4.add(f32x4.mul(beta14, v128.load(m + at)), f32x4.mul(rest14, g4));
    const s4 = f32x4.add(f32x4.mul(beta24, v128.load(s + at)), f32x4.mul(f32x4.mul(rest24, g4), g4));
    v128.store(m + at, m4);
    v128.store(s + at, s4);
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(s4), f32x4.splat(inverse)), f32x4.splat(epsilon));
    v128.store(w + at, f32x4.sub(v128.load(w + at), f32x4.div(f32x4.mul(f32x4.splat(rate), m4), root)));
  }
  for (; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const g1 = f32.load(g + at);
    const m1 = beta1 * f32.load(m + at) + rest1 * g1;
    const s1 = beta2 * f32.load(s + at) + rest2 * g1 * g1;
    f32.store(m + at, m1);
    f32.store(s + at, s1);
    f32.store(w + at, f32.load(w + at) - (rate * m1) / (f32.sqrt(s1) * inverse + epsilon));
  }
}
