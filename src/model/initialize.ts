import type { Config } from '../config/index.ts';
import type { Floats } from '../kernels/kernels.ts';
import { normal, type Random } from '../random.ts';
import { CELLS } from './cells.ts';
import type { Parameter, Weights } from './parameters.ts';

/**
 * Starting weights. Matrices are uniform in ±1/√H (PyTorch's rule for recurrent layers), but ±1 where a character
 * selects one column or row, a sum of one term (after 600 steps 0.2 bits better for every cell). Biases are zero but where
 * the cell has them start otherwise; `orthogonal` and `identity` replace the recurrent matrices Whh (Saxe et al. 2014; Le,
 * Jaitly & Hinton 2015).
 */
export function initializeWeights(
  weights: Weights,
  { init, initGain, forgetBias }: Pick<Config, 'init' | 'initGain' | 'forgetBias'>,
  random: Random,
): void {
  const { cell, hidden: H } = weights.architecture;
  for (const parameter of weights.table) {
    const view = weights.view(parameter.name);
    if (parameter.role === 'bias') {
      view.fill(0);
      if (parameter.name.endsWith('.bh')) CELLS[cell].initialBias?.(view, H, forgetBias);
    } else if (parameter.role === 'recurrent' && init !== 'uniform') {
      fillSquares(view, parameter, init, random);
    } else {
      const limit = parameter.role === 'oneHot' || parameter.role === 'embedding' ? 1 : 1 / Math.sqrt(H);
      for (let i = 0; i < view.length; i++) view[i] = (2 * random.next() - 1) * limit;
    }
    if (parameter.role === 'recurrent') for (let i = 0; i < view.length; i++) view[i] = view[i]! * initGain;
  }
  weights.stale = true;
}

/** A recurrent matrix (G·H,H) is G square blocks, each orthogonal or the identity. */
function fillSquares(
  view: Floats,
  { shape }: Parameter,
  kind: 'orthogonal' | 'identity',
  random: Random,
): void {
  const H = shape[1]!;
  for (let offset = 0; offset < view.length; offset += H * H) {
    const block = view.subarray(offset, offset + H * H);
    if (kind === 'orthogonal') block.set(randomOrthogonal(H, random));
    else for (let i = 0; i < H * H; i++) block[i] = i % (H + 1) === 0 ? 1 : 0;
  }
}

/** Gram-Schmidt over Gaussian rows: uniform over the orthogonal matrices. Twice, so that rows stay orthogonal to 1e-15. */
export function randomOrthogonal(n: number, random: Random): Float64Array {
  const q = Float64Array.from({ length: n * n }, () => normal(random));
  for (let i = 0; i < n; i++) {
    const row = q.subarray(i * n, (i + 1) * n);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) subtractProjection(row, q.subarray(j * n, (j + 1) * n));
    }
    const norm = Math.hypot(...row);
    for (let k = 0; k < n; k++) row[k] = row[k]! / norm;
  }
  return q;
}

/** row ← row − (row·unit)·unit */
function subtractProjection(row: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let k = 0; k < row.length; k++) dot += row[k]! * unit[k]!;
  for (let k = 0; k < row.length; k++) row[k] = row[k]! - dot * unit[k]!;
}
