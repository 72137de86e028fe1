/* Matrix products over packed panels, and what works on rows and columns. */

import { LANES, PANEL, ROWS, OUTER_BLOCK, OUTER_ROWS, FAR_APART, FLOAT, PANEL_BYTES, scratch, fma, min } from './simd';

// @ts-expect-error: decorator
@inline
function panelCount(N: i32): i32 {
  return (N + PANEL - 1) / PANEL;
}

/** panels of Wᵀ, W (N,K) in G blocks of rows */
export function packTransposed(packed: usize, w: usize, N: i32, K: i32, G: i32, from: i32, to: i32): void {
  const H = N / G, each = panelCount(H);
  for (let p = from; p < to; p++) {
    const unit = (p % each) * PANEL;
    const rows = w + (((p / each) * H + unit) as usize) * K * FLOAT;
    packRows(packed + p * PANEL_BYTES * K, rows, K, min(PANEL, H - unit));
  }
}

function packRows(packed: usize, w: usize, K: i32, width: i32): void {
  if (width < PANEL) memory.fill(packed, 0, PANEL_BYTES * K);
  for (let j = 0; j < width; j++) {
    let at = packed + (j as usize) * FLOAT;
    for (const end = w + (K as usize) * FLOAT; w < end; w += FLOAT) {
      f32.store(at, f32.load(w));
      at += PANEL_BYTES;
    }
  }
}

/** panels of W (K,N) */
export function pack(packed: usize, w: usize, K: i32, N: i32, from: i32, to: i32): void {
  for (let p = from; p < to; p++) {
    const n = p * PANEL;
    packPanel(packed + p * PANEL_BYTES * K, w + (n as usize) * FLOAT, K, N, min(PANEL, N - n));
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
function vectorProduct(out: usize, a: usize, packed: usize, K: i32, from: i32, to: i32): void {
  const panel = PANEL_BYTES * K;
  packed += (from as usize) * K * FLOAT;
  let n = from;
  for (; n + 3 * PANEL <= to; n += 3 * PANEL) {
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
  for (; n < to; n += PANEL) {
    rowBlock(1, out + (n as usize) * FLOAT, 0, a, 0, packed, K, min(PANEL, to - n));
    packed += panel;
  }
}

/** columns of out (M rows, `pitch` bytes apart) += a (M,K) · B */
function product(out: usize, pitch: usize, a: usize, packed: usize, M: i32, K: i32, from: i32, to: i32): void {
  const row = (K as usize) * FLOAT;
  packed += from * row;
  for (let n = from; n < to; n += PANEL) {
    const width = min(PANEL, to - n);
    // blocks of nearly equal height: 13 is 5 + 4 + 4, not 6 + 6 + 1
    let blocks = (M + ROWS - 1) / ROWS;
    for (let m = 0; m < M; ) {
      const rows = (M - m + blocks - 1) / blocks--;
      rowBlock(rows, out + m * pitch + (n as usize) * FLOAT, pitch, a + m * row, row, packed, K, width);
      m += rows;
    }
    packed += PANEL * row;
  }
}

/** out (M,N) += x (M,K) · B (K,N), B packed in G blocks; columns of each block */
export function linear(
  out: usize, x: usize, packed: usize, M: i32, N: i32, K: i32, G: i32, from: i32, to: i32,
): void {
  const H = N / G, pitch = (N as usize) * FLOAT;
  // gates of whole panels stand side by side, as one
  if (H % PANEL == 0 && from == 0 && to == H) {
    G = 1;
    to = N;
  }
  for (let g = 0; g < G; g++) {
    if (M == 1) vectorProduct(out, x, packed, K, from, to);
    else product(out, pitch, x, packed, M, K, from, to);
    out += (H as usize) * FLOAT;
    packed += panelCount(H) * PANEL_BYTES * K;
  }
}

/** columns of dy (depth,N), as strips of the heights that the blocks of rows of dW have */
function packStrips(strips: usize, dy: usize, depth: i32, N: i32, columns: i32): void {
  let blocks = (columns + ROWS - 1) / ROWS;
  for (let n = 0; n < columns; ) {
    const height = (columns - n + blocks - 1) / blocks--;
    for (let m = 0; m < depth; m++) {
      const from = dy + ((m as usize) * N + n) * FLOAT;
      for (let i = 0; i < height; i++) f32.store(strips + (i as usize) * FLOAT, f32.load(from + (i as usize) * FLOAT));
      strips += (height as usize) * FLOAT;
    }
    n += height;
  }
}

/** the same as below over at most OUTER_BLOCK rows of dy and x; rows of dy that are far apart are packed, of dW at most
 * OUTER_ROWS at a time */
function outerBlock(dw: usize, dy: usize, x: usize, depth: i32, N: i32, K: i32, rows: i32, k0: i32, k1: i32): void {
  const panel = scratch + 64, strips = panel + (OUTER_BLOCK as usize) * PANEL_BYTES;
  const pitch = (K as usize) * FLOAT, packed = N >= FAR_APART;
  if (packed) packStrips(strips, dy, depth, N, rows);
  for (let k = k0; k < k1; k += PANEL) {
    const width = min(PANEL, k1 - k);
    packPanel(panel, x + (k as usize) * FLOAT, depth, K, width);
    let blocks = (rows + ROWS - 1) / ROWS;
    for (let n = 0; n < rows; ) {
      const height = (rows - n + blocks - 1) / blocks--;
      const step = packed ? height : N;
      const a = packed ? strips + (n as usize) * depth * FLOAT : dy + (n as usize) * FLOAT;
      const c = dw + n * pitch + (k as usize) * FLOAT;
      columnBlock(height, c, pitch, a, (step as usize) * FLOAT, panel, depth, width);
      n += height;
    }
  }
}

/** dW (N,K) += dyᵀ · x, dy (M,N), x (M,K); its rows n0…n1 and columns k0…k1 */
export function linearWeightGradient(
  dw: usize, dy: usize, x: usize, M: i32, N: i32, K: i32,
  n0: i32, n1: i32, k0: i32, k1: i32,
): void {
  const most = N >= FAR_APART ? OUTER_ROWS : n1 - n0;
  for (let m = 0; m < M; m += OUTER_BLOCK) {
    for (let n = n0; n < n1; n += most) {
      const rows = min(most, n1 - n), depth = min(OUTER_BLOCK, M - m);
      const y = dy + ((m as usize) * N + n) * FLOAT;
      outerBlock(dw + (n as usize) * K * FLOAT, y, x + (m as usize) * K * FLOAT, depth, N, K, rows, k0, k1);
    }
  }
}

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

/** rows of out (V,N) = transpose of w (N,V) */
export function transpose(out: usize, w: usize, N: i32, V: i32, from: i32, to: i32): void {
  for (let n0 = 0; n0 < N; n0 += 16) {
    const end = min(n0 + 16, N);
    for (let v = from; v < to; v++) {
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

/** dBias (N) += sum of the rows of dy (M,N) */
export function biasGradient(dBias: usize, dy: usize, M: i32, N: i32, from: i32, to: i32): void {
  const first = (from as usize) * FLOAT;
  for (let m = 0; m < M; m++) add(dBias + first, dy + (m as usize) * N * FLOAT + first, to - from);
}

/** out row m += row ids[m] of Wᵀ (V,N) */
export function oneHotLinear(out: usize, wt: usize, ids: usize, M: i32, N: i32, V: i32): void {
  const row = (N as usize) * FLOAT;
  for (let m = 0; m < M; m++) add(out + m * row, wt + i32.load(ids + (m as usize) * FLOAT) * row, N);
}

/** dW (N,V): column ids[m] += row m of dy, through columns of dWᵀ, whose rows are added many times faster */
export function oneHotWeightGradient(
  dw: usize, dy: usize, ids: usize, M: i32, N: i32, V: i32, from: i32, to: i32, dwt: usize,
): void {
  const count = to - from;
  const row = (count as usize) * FLOAT;
  memory.fill(dwt, 0, V * row);
  for (let m = 0; m < M; m++) {
    const at = dy + ((m as usize) * N + from) * FLOAT;
    add(dwt + i32.load(ids + (m as usize) * FLOAT) * row, at, count);
  }
  for (let n0 = 0; n0 < count; n0 += 16) {
    const end = min(n0 + 16, count);
    for (let v = 0; v < V; v++) {
      for (let n = n0; n < end; n++) {
        const at = dw + (((from + n) as usize) * V + v) * FLOAT;
        f32.store(at, f32.load(at) + f32.load(dwt + (v as usize) * row + (n as usize) * FLOAT));
      }
    }
  }
}
