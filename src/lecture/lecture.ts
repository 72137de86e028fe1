import { largestSingularValue, matrixOf } from '../inspect/jacobians/spectra.ts';
import { add, type Matrix, product, softmax, times, type Vector } from './algebra.ts';
import { type Decay, decays } from './decay.ts';
import { type Explosion, explode } from './explosion.ts';
import { type GruLesson, gruLesson } from './gru.ts';
import { type LstmLesson, lstmLesson } from './lstm.ts';
import {
  addParameters,
  type BackwardStep,
  type ForwardStep,
  goBack,
  lossOf,
  parametersOf,
  type RnnParameters,
  read,
  scaleParameters,
  stepForward,
} from './steps.ts';
import { HIDDEN, LEARNING_RATE, learnWord } from './tiny-model.ts';
import { type CutText, cutText } from './truncation.ts';

/** A step of the word: what goes in and what should follow, as places in the vocabulary. */
export interface WordStep extends ForwardStep {
  t: number;
  input: number;
  target: number;
  /** −ln p[target] */
  loss: number;
}

/** ∂h_T/∂h_{T−N}, a product of N Jacobians, and what bounds its norm. */
export interface JacobianProduct {
  N: number;
  matrix: Matrix;
  /** largest singular value: the most by which it can stretch a gradient */
  norm: number;
  /** Π max tanh′ of those steps */
  slopes: number;
  /** σ_max(Whh)^N */
  weights: number;
}

/** Where the same weights end in a text of some length. */
export interface FinalState {
  ids: number[];
  h: Vector;
  p: Vector;
  predicted: number;
}

/** One character after two histories. */
export interface Histories {
  /** whether the word asks for different followers, for the same, or has no character twice */
  kind: 'different' | 'same' | 'none';
  character: number;
  cases: { before: number[]; step: ForwardStep }[];
}

/** Every number of `rnn explain`. */
export interface Lecture {
  word: string;
  /** of the word, and ⏎ (a newline) when it has only one letter */
  characters: string[];
  vocabulary: string[];
  rngSeed: number;
  hidden: number;
  training: { optimizer: 'adam'; learningRate: number; updates: number; startLoss: number };
  weights: RnnParameters;
  /** how many numbers the weights are */
  parameters: number;
  steps: WordStep[];
  loss: number;
  /** step t once more, with W = [Whh Wxh] over [h_{t−1}; x_t] */
  concatenated: { t: number; W: Matrix; input: Vector; product: Vector; z: Vector };
  lengths: FinalState[];
  histories: Histories;
  /** from the last step to the first */
  backward: BackwardStep[];
  products: JacobianProduct[];
  /** the same over the word read again and again */
  horizon: JacobianProduct[];
  gradient: RnnParameters;
  update: { learningRate: number; weights: RnnParameters; loss: number };
  /** the greedy continuation of the first character: each output is the next input */
  generated: { input: number; step: ForwardStep }[];
  /** the character that the model is least sure of, at several temperatures */
  temperatures: { t: number; cases: { temperature: number; p: Vector }[] };
  /** by how much the loss of the last step changes with the first number of h_{T−1}, for a small nudge */
  nudge: { size: number; slope: number };
  truncation: CutText;
  explosion: Explosion;
  lstm: LstmLesson;
  gru: GruLesson;
  decays: Decay[];
}

const HORIZON = [1, 2, 5, 10, 20, 50];
const TEMPERATURES = [0.5, 1, 2];
const NUDGE = 1e-3;
/** σ(5) = 0.993: forget gates that start nearly open. */
const OPEN_FORGET_BIAS = 5;
/** Of the update that is shown, on the summed loss. */
const UPDATE_RATE = 0.1;

/** Learns the word and computes the lecture about it. */
export function giveLecture(word: string, rngSeed: number): Lecture {
  const model = learnWord(word, rngSeed);
  const { characters, vocabulary, ids, weights: trained, updates, startLoss } = model;
  const [lstm, open, gru] = [
    learnWord(word, rngSeed, { cell: 'lstm' }),
    learnWord(word, rngSeed, { cell: 'lstm', forgetBias: OPEN_FORGET_BIAS }),
    learnWord(word, rngSeed, { cell: 'gru' }),
  ];
  const weights = parametersOf(trained);
  const [inputs, targets] = [ids.slice(0, -1), ids.slice(1)];
  const steps = read(weights, inputs);
  const backward = goBack(weights, steps, targets);
  const [first, ...others] = backward.map(({ share }) => share);
  const gradient = addParameters(first!, ...others);
  return {
    word,
    characters,
    vocabulary: [...vocabulary.units] as string[],
    rngSeed,
    hidden: HIDDEN,
    training: { optimizer: 'adam', learningRate: LEARNING_RATE, updates, startLoss },
    weights,
    parameters: trained.data.length,
    steps: steps.map((step, i) => {
      const target = targets[i]!;
      return { ...step, t: i + 1, input: inputs[i]!, target, loss: -Math.log(step.p[target]!) };
    }),
    loss: lossOf(steps, targets),
    concatenated: concatenate(weights, steps),
    lengths: readLengths(weights, ids),
    histories: compareHistories(weights, ids),
    backward,
    products: jacobianProducts(
      weights,
      backward,
      backward.map((_, i) => i + 1),
    ),
    horizon: lookFarBack(weights, inputs),
    gradient,
    update: descend(weights, gradient, (updated) => lossOf(read(updated, inputs), targets)),
    generated: continueGreedily(weights, ids),
    temperatures: heat(steps, targets),
    nudge: nudgeLast(weights, steps, ids),
    truncation: cutText(weights, inputs, targets),
    explosion: explode(model, rngSeed),
    lstm: lstmLesson(lstm),
    gru: gruLesson(gru),
    decays: decays(inputs, [model, gru, lstm, open]),
  };
}

/** W − α·dW. A gradient promises a lower loss only for a small enough α, so it is halved until that holds. */
function descend(
  weights: RnnParameters,
  gradient: RnnParameters,
  loss: (weights: RnnParameters) => number,
): Lecture['update'] {
  const update = (learningRate: number): Lecture['update'] => {
    const updated = addParameters(weights, scaleParameters(-learningRate, gradient));
    return { learningRate, weights: updated, loss: loss(updated) };
  };
  const before = loss(weights);
  let rate = UPDATE_RATE;
  while (update(rate).loss >= before && rate > Number.EPSILON) rate /= 2;
  return update(rate);
}

/** Of the second step, the first with a history; of the only one else. */
function concatenate(
  { Whh, Wxh, bh }: RnnParameters,
  steps: readonly ForwardStep[],
): Lecture['concatenated'] {
  const t = Math.min(2, steps.length);
  const { previous, x } = steps[t - 1]!;
  const W = Whh.map((row, i) => [...row, ...Wxh[i]!]);
  const input = [...previous, ...x];
  const summed = times(W, input);
  return { t, W, input, product: summed, z: add(summed, bh) };
}

/** Two characters, the word without its last, the word twice: longer than anything it was trained on. */
function readLengths(weights: RnnParameters, ids: readonly number[]): FinalState[] {
  const T = ids.length - 1;
  const texts = [ids.slice(0, Math.min(2, T)), ids.slice(0, T), [...ids, ...ids]];
  return [...new Map(texts.map((text) => [text.length, text])).values()].map((text) => {
    const { h, p, predicted } = read(weights, text).at(-1)!;
    return { ids: text, h, p, predicted };
  });
}

/** A repeated character, best one with two followers; else the last one read, after nothing and after its past. */
function compareHistories(weights: RnnParameters, ids: readonly number[]): Histories {
  const inputs = ids.slice(0, -1);
  const pairs = inputs.flatMap((id, later) =>
    inputs.slice(0, later).flatMap((other, earlier) => (other === id ? [[earlier, later] as const] : [])),
  );
  const pair = pairs.find(([a, b]) => ids[a + 1] !== ids[b + 1]) ?? pairs[0];
  const after = (before: number[], character: number) => ({
    before,
    step: read(weights, [...before, character]).at(-1)!,
  });
  if (pair) {
    const [a, b] = pair;
    const kind = ids[a + 1] === ids[b + 1] ? 'same' : 'different';
    const character = ids[a]!;
    const cases = [a, b].map((end) => after(inputs.slice(0, end), character));
    return { kind, character, cases };
  }
  const character = inputs.at(-1)!;
  const past = inputs.length > 1 ? inputs.slice(0, -1) : [...ids];
  return { kind: 'none', character, cases: [after([], character), after(past, character)] };
}

/** ∂h_T/∂h_{T−N} = J_T·J_{T−1}·…·J_{T−N+1} for each N asked for. */
function jacobianProducts(
  { Whh }: RnnParameters,
  backward: readonly BackwardStep[],
  asked: readonly number[],
): JacobianProduct[] {
  const sigma = spectralNorm(Whh);
  let matrix: Matrix | undefined;
  let slopes = 1;
  const all = backward.map(({ jacobian, slope }, i) => {
    matrix = matrix ? product(matrix, jacobian) : jacobian;
    slopes *= Math.max(...slope);
    return { N: i + 1, matrix, norm: spectralNorm(matrix), slopes, weights: sigma ** (i + 1) };
  });
  return asked.map((N) => all[N - 1]!);
}

const spectralNorm = (matrix: Matrix): number => largestSingularValue(matrixOf(matrix.flat(), matrix.length));

function lookFarBack(weights: RnnParameters, inputs: readonly number[]): JacobianProduct[] {
  const ids = Array.from({ length: HORIZON.at(-1)! }, (_, t) => inputs[t % inputs.length]!);
  return jacobianProducts(weights, goBack(weights, read(weights, ids), ids), HORIZON);
}

function continueGreedily(weights: RnnParameters, ids: readonly number[]): Lecture['generated'] {
  const generated: Lecture['generated'] = [];
  for (let t = 0; t < ids.length - 1; t++) {
    const last = generated.at(-1)?.step;
    const input = last?.predicted ?? ids[0]!;
    generated.push({ input, step: stepForward(weights, input, last?.h ?? weights.bh.map(() => 0)) });
  }
  return generated;
}

/** softmax(y/T) of the step whose right answer is least probable */
function heat(steps: readonly ForwardStep[], targets: readonly number[]): Lecture['temperatures'] {
  const right = steps.map(({ p }, i) => p[targets[i]!]!);
  const least = right.indexOf(Math.min(...right));
  const { y } = steps[least]!;
  const cases = TEMPERATURES.map((temperature) => ({
    temperature,
    p: softmax(y.map((logit) => logit / temperature)),
  }));
  return { t: least + 1, cases };
}

/** The central difference that the gradient through Whhᵀ has to equal. */
function nudgeLast(
  weights: RnnParameters,
  steps: readonly ForwardStep[],
  ids: readonly number[],
): Lecture['nudge'] {
  const [input, target] = ids.slice(-2) as [number, number];
  const { previous } = steps.at(-1)!;
  const loss = (shift: number) =>
    lossOf([stepForward(weights, input, [previous[0]! + shift, ...previous.slice(1)])], [target]);
  return { size: NUDGE, slope: (loss(NUDGE) - loss(-NUDGE)) / (2 * NUDGE) };
}
