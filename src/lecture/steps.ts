import type { Weights } from '../model/index.ts';
import {
  add,
  addMatrices,
  hadamard,
  type Matrix,
  oneHot,
  outer,
  scaleRows,
  softmax,
  times,
  transpose,
  type Vector,
} from './algebra.ts';

/*
 * One step of the vanilla cell, forward and backward, with every intermediate number kept:
 *
 *   z_t = Wxh·x_t + Whh·h_{t−1} + bh,  h_t = tanh(z_t),  y_t = Why·h_t + by,  p_t = softmax(y_t),  L = Σ_t −ln p_t[target_t]
 */

/** The weights, or their gradient: one set for all steps. */
export interface RnnParameters {
  Wxh: Matrix;
  Whh: Matrix;
  bh: Vector;
  Why: Matrix;
  by: Vector;
}

/** What the output layer makes of a hidden state. */
export interface Prediction {
  /** Why·h_t */
  fromState: Vector;
  /** logits */
  y: Vector;
  p: Vector;
  /** id of the most probable character */
  predicted: number;
}

/** The forward pass of one step. */
export interface ForwardStep extends Prediction {
  x: Vector;
  /** h_{t−1} */
  previous: Vector;
  /** Wxh·x_t */
  fromInput: Vector;
  /** Whh·h_{t−1} */
  fromHistory: Vector;
  z: Vector;
  h: Vector;
}

/** The backward pass of one step. */
export interface BackwardStep {
  t: number;
  /** ∂L/∂y_t = p_t − target_t */
  dy: Vector;
  /** Whyᵀ·dy_t, from the loss of this step */
  dhFromOutput: Vector;
  /** Whhᵀ·dz_{t+1}, from the losses of all later steps */
  dhFromFuture: Vector;
  dh: Vector;
  /** tanh′(z_t) = 1 − h_t² */
  slope: Vector;
  dz: Vector;
  /** Whhᵀ·dz_t, what the step before receives */
  toPast: Vector;
  /** J_t = ∂h_t/∂h_{t−1} = diag(1 − h_t²)·Whh */
  jacobian: Matrix;
  /** what this step adds to the gradient of the shared weights */
  share: RnnParameters;
}

/** The parameters of a model as rows. */
export function parametersOf(weights: Weights): RnnParameters {
  const { hidden: H, vocabularySize: V } = weights.architecture;
  return {
    Wxh: rowsOf(weights, 'layers.0.Wxh', V),
    Whh: rowsOf(weights, 'layers.0.Whh', H),
    bh: Array.from(weights.view('layers.0.bh')),
    Why: rowsOf(weights, 'output.Why', H),
    by: Array.from(weights.view('output.by')),
  };
}

/** A parameter as rows of so many columns. */
function rowsOf(weights: Weights, name: string, columns: number): Matrix {
  const values = Array.from(weights.view(name));
  return Array.from({ length: values.length / columns }, (_, row) =>
    values.slice(row * columns, (row + 1) * columns),
  );
}

/** y = Why·h + by, p = softmax(y) */
export function predict({ Why, by }: Pick<RnnParameters, 'Why' | 'by'>, h: Vector): Prediction {
  const fromState = times(Why, h);
  const y = add(fromState, by);
  const p = softmax(y);
  return { fromState, y, p, predicted: p.indexOf(Math.max(...p)) };
}

export function stepForward(parameters: RnnParameters, id: number, previous: Vector): ForwardStep {
  const { Wxh, Whh, bh, by } = parameters;
  const x = oneHot(by.length, id);
  const fromInput = times(Wxh, x);
  const fromHistory = times(Whh, previous);
  const z = add(fromInput, fromHistory, bh);
  const h = z.map(Math.tanh);
  return { x, previous, fromInput, fromHistory, z, h, ...predict(parameters, h) };
}

/** All steps of a text from h_0 = 0. */
export function read(parameters: RnnParameters, ids: readonly number[]): ForwardStep[] {
  const steps: ForwardStep[] = [];
  for (const id of ids)
    steps.push(stepForward(parameters, id, steps.at(-1)?.h ?? parameters.bh.map(() => 0)));
  return steps;
}

/** Summed cross-entropy in nats. */
export const lossOf = (steps: readonly Prediction[], targets: readonly number[]): number =>
  steps.reduce((sum, { p }, i) => sum - Math.log(p[targets[i]!]!), 0);

/** Back-propagation through time, from the last step to the first. */
export function goBack(
  { Whh, Why, bh }: RnnParameters,
  steps: readonly ForwardStep[],
  targets: readonly number[],
): BackwardStep[] {
  let dhFromFuture: Vector = bh.map(() => 0);
  return steps
    .map((step, i) => ({ ...step, t: i + 1, target: targets[i]! }))
    .reverse()
    .map(({ t, target, x, previous, h, p }) => {
      const dy = p.map((value, v) => value - Number(v === target));
      const dhFromOutput = times(transpose(Why), dy);
      const dh = add(dhFromOutput, dhFromFuture);
      const slope = h.map((value) => 1 - value * value);
      const dz = hadamard(dh, slope);
      const toPast = times(transpose(Whh), dz);
      const share = { Wxh: outer(dz, x), Whh: outer(dz, previous), bh: dz, Why: outer(dy, h), by: dy };
      const backward = { t, dy, dhFromOutput, dhFromFuture, dh, slope, dz, toPast };
      dhFromFuture = toPast;
      return { ...backward, jacobian: scaleRows(slope, Whh), share };
    });
}

/** first + Σ others, parameter by parameter. */
export function addParameters(first: RnnParameters, ...others: RnnParameters[]): RnnParameters {
  const matrix = (name: 'Wxh' | 'Whh' | 'Why') =>
    addMatrices(first[name], ...others.map((other) => other[name]));
  const vector = (name: 'bh' | 'by') => add(first[name], ...others.map((other) => other[name]));
  return {
    Wxh: matrix('Wxh'),
    Whh: matrix('Whh'),
    bh: vector('bh'),
    Why: matrix('Why'),
    by: vector('by'),
  };
}

/** factor·parameters */
export function scaleParameters(factor: number, { Wxh, Whh, bh, Why, by }: RnnParameters): RnnParameters {
  const vector = (values: Vector) => values.map((value) => factor * value);
  return {
    Wxh: Wxh.map(vector),
    Whh: Whh.map(vector),
    bh: vector(bh),
    Why: Why.map(vector),
    by: vector(by),
  };
}
