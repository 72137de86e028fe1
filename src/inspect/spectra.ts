import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
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
