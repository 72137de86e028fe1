import { Network, type Parameter, type ParameterBuffer } from '../model/index.ts';
import type { Random } from '../random.ts';
import type { ExactModel } from './exact-model.ts';

/** Largest relative error that passes (CS231n notes: 1e-7 is good, 1e-4 too much for tanh and softmax). */
const PASS = 1e-6;
/** An element in which rounding would hide an error of this fraction of it is not checked. */
const VISIBLE = 1e-3;
/** Tried in this order. Of ReLU: shorter, so that few kinks lie within it. */
const STEPS = { tanh: [1e-3, 1e-4, 1e-5], relu: [1e-5, 1e-6] };
const B = 2;
const T = 5;
/** Elements smaller than this fraction of their tensor's largest are judged against that, not against themselves. */
const FLOOR = 1e-2;
/** A loss of L nats is off by up to this many ε·L: four times what was ever measured. */
const ROUNDING = 4;

export interface GradientCheck {
  /** over the elements that rounding leaves to 1e-6, and those that failed */
  maxRelativeError: number;
  passed: boolean;
  tensors: TensorCheck[];
}

export interface TensorCheck {
  name: string;
  /** elements in which an error of a thousandth would have been seen */
  checked: number;
  /** elements too small beside the rounding of the loss */
  tooSmall: number;
  /** elements at whose place a ReLU switches, where there is no derivative */
  atKinks: number;
  maxRelativeError: number;
  passed: boolean;
}

/**
 * Compares back-propagation with finite differences in float64, on a window of the text. Targets are drawn at random, since
 * a well-trained model has next to no gradient on the right ones.
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
  return compareGradient(network, network.gradient!, perTensor, random);
}

/** Compares some elements of each tensor of a gradient with finite differences of the network's loss. */
export function compareGradient(
  network: Network,
  gradient: ParameterBuffer,
  perTensor: number,
  random: Random,
): GradientCheck {
  const tensors = network.weights.table.map((parameter) =>
    compare(network, gradient.view(parameter.name), parameter, pick(parameter, perTensor, random)),
  );
  return {
    maxRelativeError: Math.max(...tensors.map((tensor) => tensor.maxRelativeError)),
    passed: tensors.every(({ passed }) => passed),
    tensors,
  };
}

function pick({ size }: Parameter, count: number, random: Random): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  return [...new Set(Array.from({ length: count }, () => Math.floor(random.next() * size)))];
}

/** An element passes when it differs by at most 1e-6 of its size and what rounding and the step's length allow. */
function compare(
  network: Network,
  analytic: ArrayLike<number>,
  { name }: Parameter,
  indices: readonly number[],
): TensorCheck {
  let scale = 0;
  for (let i = 0; i < analytic.length; i++) scale = Math.max(scale, Math.abs(analytic[i]!));
  const found = { name, checked: 0, tooSmall: 0, atKinks: 0, maxRelativeError: 0, passed: true };
  for (const i of indices) {
    const floor = Math.max(Math.abs(analytic[i]!), FLOOR * scale, Number.MIN_VALUE);
    const numeric = derivative(network, name, i, PASS * floor);
    if (numeric === undefined) {
      found.atKinks++;
      continue;
    }
    const size = Math.max(floor, Math.abs(numeric.value));
    const error = Math.abs(numeric.value - analytic[i]!);
    // not a number fails too
    const passed = error <= PASS * size + numeric.uncertainty;
    if (passed && numeric.uncertainty > VISIBLE * size) found.tooSmall++;
    else found.checked++;
    if (!passed || numeric.uncertainty <= PASS * size)
      found.maxRelativeError = Math.max(found.maxRelativeError, error / size);
    found.passed &&= passed;
  }
  return found;
}

interface Derivative {
  value: number;
  uncertainty: number;
}

/** By the step that leaves the least uncertainty, or the first that leaves no more than `enough`; none between kinks. */
function derivative(network: Network, name: string, i: number, enough: number): Derivative | undefined {
  let best: Derivative | undefined;
  for (const step of STEPS[network.weights.architecture.nonlinearity ?? 'tanh']) {
    const found = finiteDifference(network, name, i, step);
    if (found && !(found.uncertainty >= (best?.uncertainty ?? Number.POSITIVE_INFINITY))) best = found;
    if (best && best.uncertainty <= enough) break;
  }
  return best;
}

/**
 * The five-point formula (8(L₊ − L₋) − (L₊₊ − L₋₋)) / 12h at h = step/2, with an error of the order h⁴. How far it may be
 * off: its difference to the formula at h = step, and the rounding of its losses, 18·c·ε·|L| / 12h. Skipped when the
 * perturbation crosses a ReLU kink, where no derivative exists.
 */
function finiteDifference(network: Network, name: string, i: number, step: number): Derivative | undefined {
  const { weights } = network;
  const relu = weights.architecture.nonlinearity === 'relu';
  const view = weights.view(name);
  const original = view[i]!;
  const patterns = new Set<string>();
  const lossAt = (shift: number) => {
    weights.update(() => {
      view[i] = original + shift;
    });
    network.forward();
    if (relu) patterns.add(network.layers.map(({ output }) => output.map(Math.sign).join('')).join());
    return network.loss(0);
  };
  const loss = Math.abs(lossAt(0));
  const [half, whole, twice] = [step / 2, step, 2 * step].map((h) => lossAt(h) - lossAt(-h));
  weights.update(() => {
    view[i] = original;
  });
  if (patterns.size > 1) return undefined;
  const value = (8 * half! - whole!) / (6 * step);
  const coarse = (8 * whole! - twice!) / (12 * step);
  const rounding = (18 * ROUNDING * Number.EPSILON * loss) / (6 * step);
  return { value, uncertainty: rounding + Math.abs(coarse - value) };
}
