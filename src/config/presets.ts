import { type PartialConfig, type PresetName, trainSchema } from './config.ts';
import type { Layer } from './parse.ts';

/**
 * What all presets for the lowest loss share: measured on Tiny Shakespeare, docs/results.md. Their dropout is left out where
 * a text has as many characters as the model has parameters (`planTraining`).
 */
const BEST = {
  seqLength: 100,
  batchSize: 32,
  epochs: 12,
  learningRate: 0.002,
  schedule: 'cosine',
  average: 0.999,
} as const satisfies PartialConfig;

/** Each preset is a starting point with its reason; flags and files change it. */
export const PRESETS: Record<PresetName, { reason: string; settings: PartialConfig }> = {
  hello: {
    reason: 'the lecture: a handful of units learn the word "hello" in a second',
    settings: {
      hidden: 16,
      seqLength: 12,
      batchSize: 1,
      epochs: 20,
      validationFraction: 0,
      learningRate: 0.01,
      sampleEvery: 100,
      evalEvery: 100,
    },
  },
  small: {
    reason: 'a text of some ten kilobytes, some seconds on one core',
    settings: {
      hidden: 128,
      layers: 1,
      seqLength: 50,
      batchSize: 16,
      learningRate: 0.005,
      epochs: 20,
    },
  },
  medium: {
    reason: 'a text of a megabyte and more: enough units and history for words and their order',
    settings: {
      hidden: 256,
      layers: 2,
      seqLength: 100,
      batchSize: 50,
      learningRate: 0.002,
      epochs: 20,
      init: 'orthogonal',
    },
  },
  'best-rnn': {
    reason: 'the lowest loss of the vanilla cell on a megabyte of text: depth helps it more than width',
    settings: { ...BEST, hidden: 256, layers: 2, dropout: 0.2, epochs: 20 },
  },
  'best-lstm': {
    reason:
      'as best-gru for an LSTM, and without the forget bias, which slows it on text where state is carried over windows',
    settings: { ...BEST, cell: 'lstm', hidden: 384, layers: 2, forgetBias: 0, dropout: 0.4 },
  },
  'best-gru': {
    reason:
      'the lowest loss of all cells on a megabyte of text: two layers with much dropout beat one wider one',
    settings: { ...BEST, cell: 'gru', hidden: 384, layers: 2, dropout: 0.4 },
  },
};

/** A preset as a layer below others: its totals give way to any other total, its learning rate to another optimizer's own. */
export function presetLayer(preset: PresetName, others: readonly Layer[]): Layer {
  const { settings } = PRESETS[preset];
  const given = (key: string) => others.findLast(({ values }) => values[key] !== undefined)?.values[key];
  const { epochs, steps, learningRate, ...rest }: PartialConfig = settings;
  const hasTotal = given('epochs') !== undefined || given('steps') !== undefined;
  const { optimizer = trainSchema.shape.optimizer.parse(undefined) } = settings;
  const hasOptimizer = (given('optimizer') ?? optimizer) === optimizer;
  return {
    values: { ...rest, ...(hasTotal ? {} : { epochs, steps }), ...(hasOptimizer ? { learningRate } : {}) },
    name: (key) => `preset ${preset}: ${key}`,
    remedy: () => 'drop the preset',
  };
}

/** Settings that a preset alone names, and no other layer. */
export const suggestedBy = (preset: Layer | undefined, others: readonly Layer[]): PartialConfig =>
  Object.fromEntries(
    Object.entries(preset?.values ?? {}).filter(([key]) =>
      others.every(({ values }) => values[key] === undefined),
    ),
  );
