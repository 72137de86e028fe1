import { architectureOf, type Checkpoint } from '../checkpoint/index.ts';
import { drain } from '../drain.ts';
import { type NameOf, RnnError } from '../errors.ts';
import { countParameters } from '../model/index.ts';
import { createRandom } from '../random.ts';
import { type Answers, answer } from './answers.ts';
import { exactModel } from './exact-model.ts';
import type { Facts, NextUpdate } from './facts.ts';
import { checkGradients } from './gradient-check.ts';
import { descending } from './jacobians/products.ts';
import { layerSpectrum } from './jacobians/spectra.ts';
import { decayPerStep, halfLife, memoryLength, recommendedSeqLength, truncationBias } from './lags/decay.ts';
import { lagGradients } from './lags/lag-gradients.ts';
import { lagRows, stepFactors } from './lags/lag-rows.ts';
import { chooseWindows, type Windows } from './lags/windows.ts';
import { inspectLayers, type LayerInspection } from './layers.ts';
import { type InspectionProgress, reporting } from './progress.ts';
import { readFromStart } from './reading.ts';
import { connectivity } from './units/connectivity.ts';
import { type Asked, answerHorizon, contextHorizon } from './units/horizon.ts';
import { saturation } from './units/saturation.ts';

export interface InspectionOptions {
  lags?: number | undefined;
  anchors: number;
  /** place in the text after which a prediction is traced to its characters; the last unless given */
  position?: number | undefined;
  /** what of the text the third question is about; all unless given */
  asked?: Asked | undefined;
  check: boolean;
  rngSeed: number;
  /** how the answers call a setting; as programs do unless given */
  settingName?: NameOf;
  /** computes the trainer's next update on the text; given by the caller, since inspection does not train */
  nextUpdate(checkpoint: Checkpoint, ids: ArrayLike<number>): NextUpdate;
}

/** How a model's gradient flows back through time; what `rnn inspect-gradients` prints as JSON. */
export type Inspection = { answers: Answers; verdict: Answers['travel'] } & Facts;

const DEFAULT_MIN_LAGS = 50;
const CHECKED_PER_TENSOR = 20;
/** How far back a single prediction is traced. */
const TRACED = 200;
/** Lengths at which products and histories are shown. */
const LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** Runs an inspection to its end; see `inspecting`. */
export function inspectGradients(
  checkpoint: Checkpoint,
  ids: ArrayLike<number>,
  text: string,
  options: InspectionOptions,
): Inspection {
  return drain(inspecting(checkpoint, ids, text, options));
}

/**
 * Measures everything, in float64; yields how far it is.
 * @param ids the text to measure on; @param text its name, for the report
 * @throws RnnError when the text is too short
 */
export function* inspecting(
  checkpoint: Checkpoint,
  ids: ArrayLike<number>,
  text: string,
  options: InspectionOptions,
): Generator<InspectionProgress, Inspection, void> {
  const { config, state, vocabulary } = checkpoint;
  const { cell, nonlinearity, seqLength, layers: L, hidden: H } = config;
  const model = exactModel(checkpoint);
  const windows = chooseWindows(ids, askedFor(options, seqLength), createRandom(options.rngSeed, 'anchors'));
  const total = windows.positions.length;
  const spectra = Array.from({ length: L }, (_, layer) => layerSpectrum(model.weights, layer));
  const gradients = yield* reporting(
    'gradients of single losses',
    total,
    lagGradients(model, ids, windows, spectra),
  );
  const lags = lagRows(gradients);
  const reading = readFromStart(model, ids);
  const lengths = LENGTHS.filter((k) => k <= Math.max(gradients.K, DEFAULT_MIN_LAGS));
  const layers = yield* inspectLayers(model, reading, gradients, spectra, seqLength, lengths);
  const phi = lags.map(({ mean }) => mean);
  const beta = decayPerStep(lags.map(({ median }) => median));
  const biases = truncationBias(phi);
  const horizon = options.asked
    ? yield* reporting('context', lengths.at(-1)!, answerHorizon(model, reading, lengths, options.asked))
    : yield* reporting('context', reading.nats.length, contextHorizon(model, reading, lengths));
  const traced = connectivity(model, ids, tracedWindow(ids, options.position), vocabulary)[0]!;
  const { tensors, ...next } = options.nextUpdate(checkpoint, ids);
  yield { doing: 'gradient check', done: 0, total: 1 };
  const check = createRandom(options.rngSeed, 'gradient check');
  const top = layers[L - 1]!;
  const facts: Facts = {
    model: { cell, nonlinearity, layers: L, hidden: H, step: state.step },
    seqLength,
    prediction: { nats: mean(reading.nats), uniformNats: Math.log(vocabulary.size) },
    carried: carriedFurthest(layers),
    lags,
    decayPerStep: beta,
    halfLife: halfLife(beta),
    memoryLength: memoryLength(beta),
    recommendedSeqLength: recommendedSeqLength(biases),
    truncationBias: biases,
    spectralRadius: top.spectralRadius,
    largestSingularValue: top.largestSingularValue,
    lyapunov: layers.flatMap(({ lyapunov }) => lyapunov.exponents).sort(descending),
    stepFactors: stepFactors(gradients),
    saturation: saturation(reading.network.layers, model.weights.architecture),
    layers,
    horizon,
    clipping: clipping(checkpoint),
    nextUpdate: next,
    tensors,
    flow: state.flow,
    connectivity: traced,
    gradientCheck: options.check ? checkGradients(model, ids, CHECKED_PER_TENSOR, check) : null,
    parameters: countParameters(architectureOf(checkpoint)),
    measuredOn: {
      text,
      characters: ids.length,
      charactersRead: reading.nats.length + 1,
      anchors: total,
      warmUp: windows.warmUp,
      precision: 'float64',
      rngSeed: options.rngSeed,
    },
  };
  const answers = answer(facts, options.settingName);
  return { answers, verdict: answers.travel, ...facts };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the layer that keeps most over each stretch: its Jacobian is a block of that of all layers together. */
function carriedFurthest(layers: readonly LayerInspection[]): Facts['carried'] {
  const [{ carried }] = layers as [LayerInspection];
  const factors = carried.logs.map((_, i) =>
    Math.exp(Math.max(...layers.map(({ carried }) => carried.logs[i]!))),
  );
  return { steps: carried.steps, factors };
}

function askedFor({ lags, anchors }: InspectionOptions, seqLength: number) {
  return { lags: lags ?? Math.max(DEFAULT_MIN_LAGS, 2 * seqLength), anchors };
}

/** The characters up to one place of the text; the model reads them from the text's start where it can. */
function tracedWindow(ids: ArrayLike<number>, position = ids.length - 1): Windows {
  if (position >= ids.length) {
    throw new RnnError('usage', (name) => `${name('position')} ${position}`, {
      setting: 'position',
      expected: `a position in the text, 0 to ${ids.length - 1}`,
      hint: 'choose one of them',
    });
  }
  const K = Math.min(TRACED, position);
  return { K, warmUp: Math.min(TRACED, position - K), positions: [position] };
}

/** From the run's history, and the steps since its last row. */
function clipping({ state }: Checkpoint): Facts['clipping'] {
  const { history, meter } = state;
  const rows = history.map(({ step, clipRate, shrink }, i) => {
    const steps = step - (history[i - 1]?.step ?? 0);
    const clipped = clipRate * steps;
    return { steps, clipped, shrink: (shrink ?? 0) * clipped };
  });
  const total = (key: 'steps' | 'clipped' | 'shrink') =>
    [...rows, meter].reduce((sum, row) => sum + row[key], 0);
  if (total('steps') === 0) return null;
  const clipped = total('clipped');
  return { rate: clipped / total('steps'), shrink: clipped > 0 ? total('shrink') / clipped : null };
}
