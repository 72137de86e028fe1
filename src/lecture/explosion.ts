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
  const config = trainSchema.parse({});
  const inputs = repeated(ids.slice(0, -1));
  const targets = repeated(ids.slice(1));
  const gains = GAINS.map((initGain) => {
    const weights = emptyWeights(vocabulary.units.length, kernels);
    // the stream of rnn train, which begins with the same weights
    initializeWeights(weights, { ...config, init: 'orthogonal', initGain }, createRandom(rngSeed, 'init'));
    const norms = normsBack({ weights, kernels }, inputs);
    return { weights, initGain, norms, flow: flowOfNorms(norms) };
  });
  const { weights } = gains.at(-1)!;
  const readSteps = (of: Weights, steps: number) =>
    readWindow(of, kernels, inputs.slice(0, steps), targets.slice(0, steps));
  const clip = (gradient: Floats) => clipGradient(gradient, config, kernels);
  const { gradient, slope: before } = readSteps(weights, FLOW_STEPS);
  const descend = (): { length: number; slope: number } => {
    const moved = emptyWeights(vocabulary.units.length, kernels);
    moved.data.set(weights.data.map((value, i) => value - LEARNING_RATE * gradient[i]!));
    return { length: LEARNING_RATE * lengthOf(gradient), slope: readSteps(moved, FLOW_STEPS).slope };
  };
  const unclipped = descend();
  clip(gradient);
  const clipped = descend();
  return {
    hidden: HIDDEN,
    rngSeed,
    gains: gains.map(({ initGain, norms, flow }) => ({ initGain, norms, flow })),
    clipNorm: config.clipNorm,
    windows: WINDOWS.map((steps) => {
      const { norm, shrink } = clip(readSteps(weights, steps).gradient);
      return { steps, norm, factor: shrink };
    }),
    step: {
      learningRate: LEARNING_RATE,
      weights: lengthOf(weights.data),
      length: { unclipped: unclipped.length, clipped: clipped.length },
      slope: { before, unclipped: unclipped.slope, clipped: clipped.slope },
    },
  };
}

const emptyWeights = (vocabularySize: number, kernels: Kernels): Weights =>
  createWeights({ cell: 'rnn', hidden: HIDDEN, layers: 1, vocabularySize }, kernels);

const lengthOf = (values: Floats): number => norm(values, 0, values.length);

/** A window that starts from h = 0: the gradient of its mean loss, and the mean of tanh′ = 1 − h². */
function readWindow(
  weights: Weights,
  kernels: Kernels,
  inputs: readonly number[],
  targets: readonly number[],
): { gradient: Floats; slope: number } {
  const T = inputs.length;
  const network = new Network(weights, kernels, { B: 1, T, backward: true });
  network.ids.set(inputs);
  network.targets.set(targets);
  network.forward();
  network.loss(1 / T);
  network.backward();
  const { output } = network.layers[0]!;
  const slope = 1 - lengthOf(output) ** 2 / output.length;
  return { gradient: network.gradient!.data, slope };
}
