import type { Floats } from '../../kernels/index.ts';
import type { Network, RecurrentLayer } from '../../model/index.ts';
import { norm } from '../algebra.ts';
import { CELL_ANALYSES } from '../cells/index.ts';
import type { ExactModel } from '../exact-model.ts';
import type { LayerSpectrum } from '../jacobians/spectra.ts';
import { assertBounded, gradientBounds, slopeBounds, weightBounds } from './bound.ts';
import { batches, followLoss, readWindows, type Windows } from './windows.ts';

/** All arrays hold one number an anchor in each of the rows for lag 0…K (K+1, anchors). */
export interface LagGradients {
  K: number;
  anchors: number;
  /** ‖∂L_s/∂state_{s−k}‖₂ of each layer; the state is h, for an LSTM (h, c) */
  layers: Float64Array[];
  /** over all layers together */
  whole: Float64Array;
  /** what theory allows: from the weights alone, and with the measured slopes of each step */
  bounds: Float64Array;
  stepBounds: Float64Array;
  /** of a vanilla cell's top layer: ‖f′∘g‖/‖g‖ at lag k, what the nonlinearity alone keeps of the gradient g */
  slopeRatio: Float64Array | null;
}

/**
 * Per-lag gradients: one loss L_s per anchor s, followed back K steps. This differs from the gradient of training,
 * which sums the losses of all steps (Aicher, Foti & Fox 2019, arXiv 1905.07473). Anchors run as the streams of one
 * network, as many at once as fit; yields after each batch how many are done.
 * @throws Error when a gradient exceeds its bound: a free self-test on every run
 */
export function* lagGradients(
  model: ExactModel,
  ids: ArrayLike<number>,
  windows: Windows,
  spectra: readonly LayerSpectrum[],
): Generator<number, LagGradients, void> {
  const { K, positions } = windows;
  const parts: LagGradients[] = [];
  for (const batch of batches(model, windows)) {
    const network = readWindows(model, ids, batch);
    followLoss(network, ids, batch);
    parts.push(measureBatch(network, spectra));
    yield parts.reduce((sum, { anchors }) => sum + anchors, 0);
  }
  const joined = (column: (part: LagGradients) => Float64Array | null) => joinColumns(parts, column, K + 1);
  return {
    K,
    anchors: positions.length,
    layers: parts[0]!.layers.map((_, l) => joined((part) => part.layers[l]!)),
    whole: joined((part) => part.whole),
    bounds: joined((part) => part.bounds),
    stepBounds: joined((part) => part.stepBounds),
    slopeRatio: parts[0]!.slopeRatio && joined((part) => part.slopeRatio),
  };
}

function measureBatch(network: Network, spectra: readonly LayerSpectrum[]): LagGradients {
  const { B, T, weights } = network;
  const { cell, hidden: H } = weights.architecture;
  const { boundedByWeights, slopes } = CELL_ANALYSES[cell];
  const layers = network.layers.map((layer) => stateNorms(layer, B, T, H));
  const whole = together(layers);
  const lag0 = layers.map((norms) => norms.subarray(0, B));
  const stepBounds = gradientBounds(network, spectra, slopeBounds(network, spectra), lag0);
  const bounds = boundedByWeights
    ? gradientBounds(network, spectra, weightBounds(spectra), lag0)
    : stepBounds;
  assertBounded(whole, stepBounds);
  assertBounded(stepBounds, bounds);
  const top = network.layers.at(-1)!;
  const slopeRatio = boundedByWeights
    ? slopeRatios(top.dOutput, B, T, H, slopes(top, weights.architecture))
    : null;
  return { K: T - 1, anchors: B, layers, whole, bounds, stepBounds, slopeRatio };
}

/** ‖∂L_s/∂state_{s−k}‖₂ over all layers together (K+1, anchors), of windows that are one batch, and no bounds. */
export function wholeNorms(model: ExactModel, ids: ArrayLike<number>, windows: Windows): Float64Array {
  const network = readWindows(model, ids, windows);
  followLoss(network, ids, windows);
  const { hidden: H } = model.weights.architecture;
  return together(network.layers.map((layer) => stateNorms(layer, network.B, network.T, H)));
}

const together = (layers: readonly Float64Array[]): Float64Array =>
  layers[0]!.map((_, i) => Math.hypot(...layers.map((norms) => norms[i]!)));

/** Norms over the state, lag k at row k: the last time step is lag 0. */
function stateNorms({ dOutput, dCells }: RecurrentLayer, B: number, T: number, H: number): Float64Array {
  const normAt = (gradient: Floats, row: number) => norm(gradient, row * H, H);
  return Float64Array.from({ length: T * B }, (_, i) => {
    const row = (T - 1 - Math.floor(i / B)) * B + (i % B);
    return Math.hypot(normAt(dOutput, row), dCells ? normAt(dCells, row) : 0);
  });
}

/** ‖f′∘dh‖/‖dh‖ */
function slopeRatios(
  dh: Floats,
  B: number,
  T: number,
  H: number,
  slope: (row: number, unit: number) => number,
): Float64Array {
  const damped = new Float64Array(H);
  return Float64Array.from({ length: T * B }, (_, i) => {
    const row = (T - 1 - Math.floor(i / B)) * B + (i % B);
    for (let j = 0; j < H; j++) damped[j] = dh[row * H + j]! * slope(row, j);
    return norm(damped, 0, H) / norm(dh, row * H, H);
  });
}

/** Arrays (rows, anchors of a part) side by side: (rows, all anchors). */
function joinColumns(
  parts: readonly LagGradients[],
  column: (part: LagGradients) => Float64Array | null,
  rows: number,
): Float64Array {
  const total = parts.reduce((sum, { anchors }) => sum + anchors, 0);
  const joined = new Float64Array(rows * total);
  let first = 0;
  for (const part of parts) {
    const { anchors } = part;
    const values = column(part)!;
    for (let k = 0; k < rows; k++)
      joined.set(values.subarray(k * anchors, (k + 1) * anchors), k * total + first);
    first += anchors;
  }
  return joined;
}
