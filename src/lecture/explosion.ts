import { trainSchema } from '../config/index.ts';
import { norm } from '../inspect/algebra.ts';
import type { Floats, Kernels } from '../kernels/index.ts';
import { createWeights, initializeWeights, Network, type Weights } from '../model/index.ts';
import { createRandom } from '../random.ts';
import { clipGradient } from '../train/index.ts';
import { FLOW_STEPS, type Flow } from '../vanishing.ts';
import { flowOfNorms, normsBack, repeated } from './decay.ts';
import type { TinyModel } from './tiny-model.ts';

/** With fewer units the saturation of tanh can outweigh any Whh. */
const HIDDEN = 32;
const GAINS = [1, 3] as const;
const WINDOWS = [1, 2, 5, 10, 20, FLOW_STEPS];
const LEARNING_RATE = 0.1;
/** of rnn train */
const DEFAULTS = trainSchema.parse({});
/** Some starts meet a text that saturates them; the first of so many is shown whose gradient grows this far. */
const ATTEMPTS = 20;
const LARGE = 100;

/** A vanilla RNN that has learned nothing yet, its Whh an orthogonal matrix, as it is and three times as large. */
export interface Explosion {
  hidden: number;
  rngSeed: number;
  /** for each --init-gain, σ_max of ∂h_T/∂h_{T−N}, N = 1…50 */
  gains: { initGain: number; norms: number[]; flow: Flow }[];
  clipNorm: number;
  /** ‖∂L/∂W‖ of the larger one over windows of several lengths, and by what clipping multiplies it */
  windows: { steps: number; norm: number; factor: number }[];
  /** one step of gradient descent from the longest window */
  step: {
    learningRate: number;
    /** ‖W‖ of all weights */
    weights: number;
    /** ‖α·∂L/∂W‖ */
    length: { unclipped: number; clipped: number };
    /** mean tanh′ over units and steps */
    slope: { before: number; unclipped: number; clipped: number };
  };
}

export function explode(model: TinyModel, rngSeed: number): Explosion {
  for (let attempt = 0; ; attempt++) {
    const explosion = explodeFrom(model, (rngSeed + attempt) % Number.MAX_SAFE_INTEGER);
    if (explosion.windows.at(-1)!.norm > LARGE || attempt === ATTEMPTS) return explosion;
  }
}

function explodeFrom({ ids, vocabulary, kernels }: TinyModel, rngSeed: number): Explosion {
  const { clipNorm, forgetBias } = DEFAULTS;
  const text: Text = { kernels, inputs: repeated(ids.slice(0, -1)), targets: repeated(ids.slice(1)) };
  const gains = GAINS.map((initGain) => {
    const weights = emptyWeights(vocabulary.units.length, kernels);
    // the stream of rnn train, which begins with the same weights
    const random = createRandom(rngSeed, 'init');
    initializeWeights(weights, { init: 'orthogonal', initGain, forgetBias }, random);
    const norms = normsBack({ weights, kernels }, text.inputs);
    return { weights, initGain, norms, flow: flowOfNorms(norms) };
  });
  const { weights } = gains.at(-1)!;
  return {
    hidden: HIDDEN,
    rngSeed,
    gains: gains.map(({ initGain, norms, flow }) => ({ initGain, norms, flow })),
    clipNorm,
    windows: WINDOWS.map((steps) => {
      const { norm, shrink } = clipGradient(readWindow(weights, text, steps).gradient, DEFAULTS, kernels);
      return { steps, norm, factor: shrink };
    }),
    step: descendTwice(weights, text),
  };
}

/** W − α·∂L/∂W of the longest window, as it is and clipped. */
function descendTwice(weights: Weights, text: Text): Explosion['step'] {
  const { gradient, slope } = readWindow(weights, text, FLOW_STEPS);
  const descend = (): { length: number; slope: number } => {
    const moved = emptyWeights(weights.architecture.vocabularySize, text.kernels);
    moved.data.set(weights.data.map((value, i) => value - LEARNING_RATE * gradient[i]!));
    return { length: LEARNING_RATE * lengthOf(gradient), slope: readWindow(moved, text, FLOW_STEPS).slope };
  };
  const unclipped = descend();
  clipGradient(gradient, DEFAULTS, text.kernels);
  const clipped = descend();
  return {
    learningRate: LEARNING_RATE,
    weights: lengthOf(weights.data),
    length: { unclipped: unclipped.length, clipped: clipped.length },
    slope: { before: slope, unclipped: unclipped.slope, clipped: clipped.slope },
  };
}

const emptyWeights = (vocabularySize: number, kernels: Kernels): Weights =>
  createWeights({ cell: 'rnn', hidden: HIDDEN, layers: 1, vocabularySize }, kernels);

const lengthOf = (values: Floats): number => norm(values, 0, values.length);

/** The word read again and again, and what computes with it. */
interface Text {
  kernels: Kernels;
  inputs: readonly number[];
  targets: readonly number[];
}

/** A window that starts from h = 0: the gradient of its mean loss, and the mean of tanh′ = 1 − h². */
function readWindow(
  weights: Weights,
  { kernels, inputs, targets }: Text,
  steps: number,
): { gradient: Floats; slope: number } {
  const network = new Network(weights, kernels, { B: 1, T: steps, backward: true });
  network.ids.set(inputs.slice(0, steps));
  network.targets.set(targets.slice(0, steps));
  network.forward();
  network.loss(1 / steps);
  network.backward();
  const { output } = network.layers[0]!;
  const slope = 1 - lengthOf(output) ** 2 / output.length;
  return { gradient: network.gradient!.data, slope };
}
