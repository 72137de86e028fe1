import { Network, type Parameter } from '../model/index.ts';
import type { Random } from '../random.ts';
import type { ExactModel } from './exact-model.ts';

/** Largest relative error that passes (CS231n notes: 1e-7 is good, 1e-4 too much for tanh and softmax). */
const PASS = 1e-6;
const STEP = 1e-3;
/** Of ReLU: shorter, so that few kinks lie within it. */
const RELU_STEP = 1e-5;
const B = 2;
const T = 5;
/** Elements smaller than this share of their tensor's largest are judged against that, not against themselves. */
const FLOOR = 1e-2;

export interface GradientCheck {
  maxRelativeError: number;
  passed: boolean;
  tensors: { name: string; checked: number; maxRelativeError: number }[];
}

/**
 * Compares back-propagation with finite differences in float64, on a window of the text: the five-point formula
 * (8(L₊ − L₋) − (L₊₊ − L₋₋)) / 12ε, whose error falls with ε⁴. Targets are drawn at random, since a well-trained
 * model has next to no gradient on the right ones.
 */
export function checkGradients(
  model: ExactModel,
  ids: ArrayLike<number>,
  perTensor: number,
  random: Random,
): GradientCheck {
  const { weights, kernels } = model;
  const network = new Network(weights, kernels, { B, T, backward: true });
  const V = weights.architecture.vocabularySize;
  for (let i = 0; i < B * T; i++) {
    network.ids[i] = ids[i % ids.length]!;
    network.targets[i] = Math.floor(random.next() * V);
  }
  network.forward();
  network.loss(1);
  network.backward();
  const gradient = network.gradient!;
  const tensors = weights.table.map((parameter) => {
    const indices = pick(parameter, perTensor, random);
    return {
      name: parameter.name,
      checked: indices.length,
      maxRelativeError: compare(network, gradient.view(parameter.name), parameter, indices),
    };
  });
  const maxRelativeError = Math.max(...tensors.map((tensor) => tensor.maxRelativeError));
  return { maxRelativeError, passed: maxRelativeError <= PASS, tensors };
}

function pick({ size }: Parameter, count: number, random: Random): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  return [...new Set(Array.from({ length: count }, () => Math.floor(random.next() * size)))];
}

function compare(
  network: Network,
  analytic: ArrayLike<number>,
  { name }: Parameter,
  indices: readonly number[],
): number {
  let scale = 0;
  for (let i = 0; i < analytic.length; i++) scale = Math.max(scale, Math.abs(analytic[i]!));
  let worst = 0;
  for (const i of indices) {
    const numeric = finiteDifference(network, name, i);
    if (numeric === undefined) continue;
    const size = Math.max(Math.abs(numeric), Math.abs(analytic[i]!), FLOOR * scale, Number.MIN_VALUE);
    worst = Math.max(worst, Math.abs(numeric - analytic[i]!) / size);
  }
  return worst;
}

/** None where a ReLU switches within the step, since no derivative is there to be compared with. */
function finiteDifference(network: Network, name: string, i: number): number | undefined {
  const { weights } = network;
  const relu = weights.architecture.nonlinearity === 'relu';
  const step = relu ? RELU_STEP : STEP;
  const view = weights.view(name);
  const original = view[i]!;
  const patterns = new Set<string>();
  const lossAt = (shift: number) => {
    view[i] = original + shift;
    weights.refresh();
    network.forward();
    if (relu) patterns.add(network.layers.map(({ output }) => output.map(Math.sign).join('')).join());
    return network.loss(0);
  };
  const near = lossAt(step) - lossAt(-step);
  const far = lossAt(2 * step) - lossAt(-2 * step);
  view[i] = original;
  weights.refresh();
  return patterns.size > 1 ? undefined : (8 * near - far) / (12 * step);
}
