import { type Checkpoint, loadWeights } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { type Floats, type Kernels, ReferenceKernels } from '../kernels/index.ts';
import { Network, type Weights } from '../model/index.ts';
import type { Random } from '../random.ts';

/** A model in float64, so that what is measured is the model and not rounding. */
export interface ExactModel {
  weights: Weights;
  kernels: Kernels;
}

export function exactModel(checkpoint: Checkpoint): ExactModel {
  const kernels = new ReferenceKernels('float64');
  return { weights: loadWeights(checkpoint, kernels), kernels };
}

/** Characters read before a window, so that its state is a warm one. */
const WARM_UP = 100;
const MIN_CHARACTERS = 8;

export interface LagGradients {
  /** lags 0…K were measured */
  K: number;
  anchors: number;
  warmUp: number;
  /** ‖∂L_s/∂h_{s−k}‖₂ of each layer (K+1, anchors) */
  layers: Float64Array[];
  /** share of ‖∂L_s/∂h‖ of the top layer that the factor 1−h² alone keeps, per step (K, anchors) */
  derivativeRatio: Float64Array;
  /** states of every layer over all windows (K+1, anchors, H) */
  states: Floats[];
}

/**
 * Per-lag gradients: one loss L_s per anchor s, followed back K steps. This differs from the gradient of training,
 * which sums the losses of all steps (GRADIENTS of Aicher, Foti & Fox 2019, arXiv 1905.07473). All anchors run as the
 * streams of one network; only the last step has a target.
 */
export function lagGradients(
  { weights, kernels }: ExactModel,
  ids: ArrayLike<number>,
  asked: { lags: number; anchors: number },
  random: Random,
): LagGradients {
  const n = ids.length;
  if (n < MIN_CHARACTERS) {
    throw new RnnError(
      'corpus',
      `the text to inspect: expected at least ${MIN_CHARACTERS} characters, got ${n}`,
    );
  }
  const K = Math.min(asked.lags, Math.floor((n - 2) / 2));
  const warmUp = Math.min(WARM_UP, Math.floor((n - 2 - K) / 2));
  const positions = choosePositions(K + warmUp, n - 2, asked.anchors, random);
  const B = positions.length;
  const network = new Network(weights, kernels, { B, T: K + 1, backward: true });
  if (warmUp > 0) warm(network, kernels, ids, positions, warmUp);
  fillWindow(network, ids, positions, K);
  network.forward();
  network.loss(1);
  network.backward();
  return {
    K,
    anchors: B,
    warmUp,
    layers: network.layers.map(({ dOutput }) => normsByLag(dOutput, K, B)),
    derivativeRatio: derivativeRatios(network, K, B),
    states: network.layers.map(({ output }) => output),
  };
}

/** Up to `count` different anchors from first…last, in order. */
function choosePositions(first: number, last: number, count: number, random: Random): number[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  for (let i = 0; i < Math.min(count, all.length); i++) {
    const j = i + Math.floor(random.next() * (all.length - i));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}

function warm(
  network: Network,
  kernels: Kernels,
  ids: ArrayLike<number>,
  positions: number[],
  warmUp: number,
): void {
  const { B, T, weights } = network;
  const reader = new Network(weights, kernels, { B, T: warmUp, backward: false });
  positions.forEach((position, b) => {
    const start = position - (T - 1) - warmUp;
    for (let t = 0; t < warmUp; t++) reader.ids[t * B + b] = ids[start + t]!;
  });
  reader.forward();
  reader.carryState();
  network.layers.forEach((layer, l) => {
    layer.initialState.set(reader.layers[l]!.initialState);
  });
}

/** Inputs s−K…s of every anchor; the only target is the character after s. */
function fillWindow(
  { ids: inputs, targets, B }: Network,
  ids: ArrayLike<number>,
  positions: number[],
  K: number,
): void {
  targets.fill(-1);
  positions.forEach((position, b) => {
    for (let t = 0; t <= K; t++) inputs[t * B + b] = ids[position - K + t]!;
    targets[K * B + b] = ids[position + 1]!;
  });
}

/** dh (T,B,H) → norms over H, lag k at row k: the last time step is lag 0. */
function normsByLag(dh: Floats, K: number, B: number): Float64Array {
  const H = dh.length / ((K + 1) * B);
  const norms = new Float64Array((K + 1) * B);
  for (let k = 0; k <= K; k++) {
    for (let b = 0; b < B; b++) norms[k * B + b] = norm(dh, ((K - k) * B + b) * H, H);
  }
  return norms;
}

/** ‖D_t g_t‖/‖g_t‖ with D_t = diag(1 − h_t²): what saturation alone takes from the gradient at each step. */
function derivativeRatios(network: Network, K: number, B: number): Float64Array {
  const { output: h, dOutput: dh } = network.layers[network.layers.length - 1]!;
  const H = h.length / ((K + 1) * B);
  const ratios = new Float64Array(K * B);
  const damped = new Float64Array(H);
  for (let k = 0; k < K; k++) {
    for (let b = 0; b < B; b++) {
      const row = ((K - k) * B + b) * H;
      for (let i = 0; i < H; i++) damped[i] = dh[row + i]! * (1 - h[row + i]! ** 2);
      ratios[k * B + b] = norm(damped, 0, H) / norm(dh, row, H);
    }
  }
  return ratios;
}

function norm(x: ArrayLike<number>, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += x[i]! * x[i]!;
  return Math.sqrt(sum);
}
