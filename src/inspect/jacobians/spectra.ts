import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Weights } from '../../model/index.ts';
import { norm } from '../algebra.ts';
import { CELL_ANALYSES } from '../cells/index.ts';

export interface RecurrentSpectrum {
  gate: string;
  /** largest |eigenvalue|: says where a linear network would go, nothing certain about tanh */
  spectralRadius: number;
  largestSingularValue: number;
  /** Henrici's departure from normality √(‖W‖²_F − Σ|λ|²)/‖W‖_F: 0 for a normal matrix, 1 for a nilpotent one */
  departure: number;
  eigenvalues: { re: number; im: number }[];
}

export interface LayerSpectrum {
  /** σ_max(Whh), all gates together: the most that one step can stretch a gradient on its way to the state before */
  largestSingularValue: number;
  /** σ_max(Wxh): the most that the way down to the layer below can stretch it; 0 where nothing is below */
  inputSingularValue: number;
}

/** The norms that every bound needs. */
export function layerSpectrum(weights: Weights, layer: number): LayerSpectrum {
  const { cell, hidden: H } = weights.architecture;
  const rows = CELL_ANALYSES[cell].blocks.length * H;
  const sigma = (name: string) =>
    largestSingularValue(matrixOf(weights.view(`layers.${layer}.${name}`), rows));
  return {
    largestSingularValue: sigma('Whh'),
    inputSingularValue: layer === 0 ? 0 : sigma('Wxh'),
  };
}

/** The eigenvalues of one block of Whh, and what they leave out. */
export function recurrentSpectrum(weights: Weights, layer: number, gate: string): RecurrentSpectrum {
  const { cell, hidden: H } = weights.architecture;
  const place = CELL_ANALYSES[cell].blocks.indexOf(gate);
  const values = weights.view(`layers.${layer}.Whh`).subarray(place * H * H, (place + 1) * H * H);
  const block = matrixOf(values, H);
  const eigenvalues = eigenvaluesOf(block);
  const energy = norm(values, 0, values.length) ** 2;
  const normal = eigenvalues.reduce((sum, { re, im }) => sum + re * re + im * im, 0);
  return {
    gate,
    spectralRadius: Math.max(...eigenvalues.map(({ re, im }) => Math.hypot(re, im))),
    largestSingularValue: largestSingularValue(block),
    departure: energy > 0 ? Math.sqrt(Math.max(0, energy - normal) / energy) : 0,
    eigenvalues,
  };
}

export function matrixOf(values: ArrayLike<number>, rows: number): Matrix {
  return Matrix.from1DArray(rows, values.length / rows, Array.from(values));
}

export function eigenvaluesOf(matrix: Matrix): { re: number; im: number }[] {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(matrix);
  return realEigenvalues
    .map((re, i) => ({ re, im: imaginaryEigenvalues[i]! }))
    .sort((a, b) => Math.hypot(b.re, b.im) - Math.hypot(a.re, a.im));
}

export function largestSingularValue(matrix: Matrix): number {
  const options = {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  };
  return new SingularValueDecomposition(matrix, options).diagonal[0]!;
}
