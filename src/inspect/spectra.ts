import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Floats } from '../kernels/index.ts';
import { Network } from '../model/index.ts';
import type { ExactModel } from './lag-gradients.ts';

export interface LayerSpectrum {
  /** largest |eigenvalue| of Whh: says where a linear network would go, nothing certain about tanh */
  spectralRadius: number;
  /** σ_max(Whh): the most that one step can stretch a gradient */
  largestSingularValue: number;
  /** σ_max(Wxh): the most that the way down from this layer can stretch it */
  inputSingularValue: number;
}

export function layerSpectrum({ weights }: ExactModel, layer: number): LayerSpectrum {
  const Whh = matrixOf(weights.view(`layers.${layer}.Whh`), weights.architecture.hidden);
  const Wxh = matrixOf(weights.view(`layers.${layer}.Wxh`), weights.architecture.hidden);
  return {
    spectralRadius: spectralRadius(Whh),
    largestSingularValue: largestSingularValue(Whh),
    // the one-hot input of layer 0 has nothing below it that a gradient could reach
    inputSingularValue: layer === 0 ? 0 : largestSingularValue(Wxh),
  };
}

export function matrixOf(values: ArrayLike<number>, rows: number): Matrix {
  return Matrix.from1DArray(rows, values.length / rows, Array.from(values));
}

export function spectralRadius(matrix: Matrix): number {
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(matrix);
  return re.reduce((max, value, i) => Math.max(max, Math.hypot(value, im[i]!)), 0);
}

export function largestSingularValue(matrix: Matrix): number {
  const options = {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  };
  return new SingularValueDecomposition(matrix, options).diagonal[0]!;
}

const MAX_EXPONENTS = 8;
const MAX_STEPS = 400;

/**
 * The largest Lyapunov exponents of the top layer along a text, in nats a step, by QR (Benettin et al. 1980;
 * Vogt et al. 2020, arXiv 2006.14123): Q_t R_t = J_t Q_{t−1}, λ_i = mean ln |R_t,ii|, J_t = diag(1 − h_t²)·Whh.
 * The first quarter of the steps only turns Q towards the stretching directions and is not counted.
 */
export function lyapunovExponents({ weights, kernels }: ExactModel, ids: ArrayLike<number>): number[] {
  const { hidden: H, layers: L } = weights.architecture;
  const T = Math.min(MAX_STEPS, ids.length);
  const network = new Network(weights, kernels, { B: 1, T, backward: false });
  for (let t = 0; t < T; t++) network.ids[t] = ids[t]!;
  network.forward();
  const h = network.layers[L - 1]!.output;
  const jacobians = Array.from({ length: T }, (_, t) => h.subarray(t * H, (t + 1) * H));
  return exponentsOf(weights.view(`layers.${L - 1}.Whh`), jacobians, Math.min(H, MAX_EXPONENTS));
}

/** @param states h_t of each step; @returns the `count` largest exponents, largest first */
export function exponentsOf(Whh: Floats, states: readonly Floats[], count: number): number[] {
  const H = states[0]!.length;
  let Q: Float64Array[] = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: H }, (_, j) => (i === j ? 1 : 0)),
  );
  const sums = new Float64Array(count);
  const skipped = Math.floor(states.length / 4);
  states.forEach((h, t) => {
    Q = Q.map((q) => multiplyJacobian(Whh, h, q));
    const stretch = orthonormalize(Q);
    if (t >= skipped) for (let i = 0; i < count; i++) sums[i] = sums[i]! + Math.log(stretch[i]!);
  });
  return Array.from(sums, (sum) => sum / (states.length - skipped)).sort((a, b) => b - a);
}

/** J·q, J = diag(1 − h²)·Whh */
function multiplyJacobian(Whh: Floats, h: Floats, q: Float64Array): Float64Array {
  const H = h.length;
  const out = new Float64Array(H);
  for (let i = 0; i < H; i++) {
    let sum = 0;
    for (let j = 0; j < H; j++) sum += Whh[i * H + j]! * q[j]!;
    out[i] = (1 - h[i]! * h[i]!) * sum;
  }
  return out;
}

/** Modified Gram-Schmidt in place; returns the diagonal of R. */
function orthonormalize(vectors: Float64Array[]): number[] {
  return vectors.map((v, i) => {
    for (const u of vectors.slice(0, i)) {
      const dot = v.reduce((sum, value, j) => sum + value * u[j]!, 0);
      for (let j = 0; j < v.length; j++) v[j] = v[j]! - dot * u[j]!;
    }
    const length = Math.max(Math.hypot(...v), Number.MIN_VALUE);
    for (let j = 0; j < v.length; j++) v[j] = v[j]! / length;
    return length;
  });
}
