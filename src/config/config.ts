import { z } from 'zod';
import { fileName, flag, integer, numberAbove, numberBelow, numberFrom, oneOf, text } from './fields.ts';
import { CELL_NAMES, INITIALIZATIONS, NONLINEARITIES } from './names.ts';
import { ESCAPES, reading, textSettings } from './texts.ts';

/*
 * The single source of every flag: name (camelCase here and in files, kebab-case on the command line), type,
 * bounds, default and help text. docs/flags.md and --help are made from it.
 */

export const UNITS = ['codepoint', 'grapheme', 'byte'] as const;
export const SCHEDULES = ['constant', 'linear', 'cosine', 'step', 'plateau'] as const;
export const SPLITS = ['tail', 'striped'] as const;
export const OPTIMIZERS = ['sgd', 'adagrad', 'rmsprop', 'adam'] as const;
export const BACKENDS = ['auto', 'native', 'wasm', 'wasm-simd128', 'reference'] as const;
export type BackendName = (typeof BACKENDS)[number];
export const PRESET_NAMES = ['hello', 'small', 'medium', 'best-rnn', 'best-lstm', 'best-gru'] as const;

/** How many values an optimiser remembers for each weight. */
export const OPTIMIZER_MOMENTS = { sgd: 1, adagrad: 1, rmsprop: 1, adam: 2 } as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];
export type PresetName = (typeof PRESET_NAMES)[number];

/** Every setting that shapes a training run; it is stored in the checkpoint. */
export const trainSchema = z.strictObject({
  unit: oneOf(UNITS).default('codepoint').describe('what one character of the model is'),
  ...textSettings,
  validationFraction: numberBelow(0, 1)
    .optional()
    .describe(
      'share of the text that is never trained on and decides which weights are best (default: 0.1, of a text above 1.2 million characters 120,000 of them)',
    ),
  testFraction: numberBelow(0, 1)
    .default(0)
    .describe('share of the text kept for the very end: rnn eval --part test'),
  split: oneOf(SPLITS)
    .default('tail')
    .describe("where those shares are taken: from the text's end, or (striped) from the end of every stream"),
  cell: oneOf(CELL_NAMES).default('rnn').describe('kind of recurrent cell'),
  hidden: integer(1, 65536).default(128).describe('hidden units of a layer (H)'),
  layers: integer(1, 64).default(1).describe('stacked recurrent layers (L)'),
  nonlinearity: oneOf(NONLINEARITIES)
    .default('tanh')
    .describe('function of the rnn cell; relu with --init identity is the IRNN'),
  embedding: integer(0, 65536)
    .default(0)
    .describe('length of a learned vector for each character, shared by input and output; 0 is one-hot'),
  dropout: numberBelow(0, 1)
    .default(0)
    .describe('share of what each layer gives to the next (and to the output) dropped in training'),
  variational: flag().default(false).describe('one dropout mask for a whole window, not one a step'),
  weightDrop: numberBelow(0, 1)
    .default(0)
    .describe('recurrent dropout: share of the recurrent weights Whh dropped in each window'),
  init: oneOf(INITIALIZATIONS).default('uniform').describe('starting recurrent weights Whh'),
  initGain: numberFrom(0, 1000)
    .default(1)
    .describe('factor on the starting Whh: well below 1 the gradient vanishes, well above it explodes'),
  forgetBias: numberFrom(-100, 100)
    .default(1)
    .describe('starting bias of the forget gates of an lstm; above 0 they start open'),
  seqLength: integer(1, 65536)
    .default(50)
    .describe('time steps of one window of truncated back-propagation (T)'),
  batchSize: integer(1, 65536).default(32).describe('parallel streams of text (B)'),
  replicas: integer(1, 256)
    .default(1)
    .describe('equal groups of streams, whose gradients are summed as a balanced tree (data-parallel work)'),
  epochs: integer(1, 1e6).default(50).describe('passes over the training text, in total'),
  steps: integer(1, 1e12)
    .optional()
    .describe('updates in total; whichever of steps and epochs ends first counts'),
  optimizer: oneOf(OPTIMIZERS).default('adam').describe('rule that turns gradients into updates'),
  learningRate: numberAbove(0, 1e38)
    .optional()
    .describe('step size α (default: 0.002 for adam and rmsprop, 0.1 for adagrad, 0.5 for sgd)'),
  schedule: oneOf(SCHEDULES)
    .default('constant')
    .describe(
      'how the learning rate falls over the run; linear and cosine reach their end with the last step',
    ),
  warmupSteps: integer(0, 1e12).default(0).describe('steps over which the learning rate first rises from 0'),
  minLearningRate: numberFrom(0, 1e38).default(0).describe('learning rate below which no schedule goes'),
  decayEvery: integer(1, 1e12).default(1000).describe('steps between two cuts of the step schedule'),
  decayPatience: integer(0, 1e9)
    .default(2)
    .describe('measurements without a better one after which the plateau schedule cuts'),
  decayFactor: numberAbove(0, 1)
    .default(0.5)
    .describe('what the step and plateau schedules multiply with at each cut'),
  momentum: numberBelow(0, 1).default(0).describe('momentum of sgd'),
  nesterov: flag().default(false).describe("look ahead along sgd's momentum"),
  weightDecay: numberFrom(0, 1e3)
    .default(0)
    .describe('share of every weight, times the learning rate, taken off each step (with adam: AdamW)'),
  average: numberBelow(0, 1)
    .default(0)
    .describe(
      'decay of a running average of the weights, which is measured and kept in their place (try 0.999); 0 is off',
    ),
  clipNorm: numberFrom(0, 1e9)
    .default(5)
    .describe('largest allowed norm of the whole gradient; 0 turns clipping off'),
  clipValue: numberFrom(0, 1e9).default(0).describe('largest allowed size of one gradient element; 0 is off'),
  evalEvery: integer(1, 1e12)
    .optional()
    .describe(
      'steps between measurements on the validation text (default: 200 or more, so that they take at most 3 % of the time)',
    ),
  patience: integer(0, 1e9)
    .default(0)
    .describe('stop after this many measurements without a better one; 0 never stops early'),
  sampleEvery: integer(0, 1e12)
    .optional()
    .describe(
      'steps between sample previews; 0 shows none (default: 500 or more, so that they take at most 1 % of the time)',
    ),
  inspectEvery: integer(0, 1e12)
    .default(0)
    .describe("steps between looks at the gradient's flow, kept for inspect-gradients; 0 takes none"),
  saveEvery: integer(1, 1e12)
    .optional()
    .describe('steps between checkpoints (default: 500 or more, so that they take at most 1 % of the time)'),
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('seed of the random numbers'),
});

const backend = oneOf(BACKENDS)
  .default('auto')
  .describe(
    'which kernels compute: native C, portable WebAssembly (plain wasm-simd128 gives the same bytes on every machine), or the readable reference; auto takes the fastest there are',
  );

const threads = integer(1, 256)
  .optional()
  .describe('threads that compute (default: as many as there are cores and the work is worth)');

/** What a run does with files and the terminal; not part of the model. */
export const runSchema = z.strictObject({
  preset: oneOf(PRESET_NAMES).optional().describe('a set of settings to start from'),
  config: fileName('a file name').optional().describe('settings from a JSON or YAML file'),
  out: fileName('a directory').default('checkpoints').describe("directory of the run's checkpoints"),
  resume: fileName('a checkpoint file')
    .optional()
    .describe('continue this run exactly where it stopped, in its own file; from a best state as a new run'),
  initFrom: fileName('a checkpoint file').optional().describe('start from the weights of this checkpoint'),
  validation: fileName('a text file')
    .optional()
    .describe('validation text of its own (file, folder or glob), instead of a share of the corpus'),
  findLr: flag()
    .default(false)
    .describe(
      'train nothing: raise the learning rate step by step and show where the loss falls and explodes',
    ),
  backend,
  threads,
  json: flag().default(false).describe('print JSON Lines, one event a line'),
});

const rngSeed = integer(0, Number.MAX_SAFE_INTEGER)
  .optional()
  .describe('seed of the random numbers (default: drawn)');
const json = flag().default(false).describe('print one JSON object');

const withModels = z
  .array(fileName('checkpoint files'))
  .default([])
  .describe('further checkpoints of the same vocabulary, whose predictions are averaged with the first');

export const sampleSchema = z.strictObject({
  seed: text('seed text')
    .optional()
    .describe(`text to continue; @file reads a file, - reads standard input, @@ is an @; ${ESCAPES}`),
  len: integer(0, 1e12).default(200).describe('characters to generate'),
  temperature: numberAbove(0, 1e6)
    .default(1)
    .describe('below 1 bolder choices become rarer, above 1 more frequent'),
  topK: integer(0, 1_114_112).default(0).describe('draw only from the k most probable characters; 0 is off'),
  topP: numberAbove(0, 1)
    .default(1)
    .describe('draw only from the fewest characters that hold this probability'),
  minP: numberBelow(0, 1).default(0).describe('drop characters below this share of the most probable one'),
  greedy: flag().default(false).describe('always take the most probable character'),
  stop: text('a string').optional().describe(`end after this string was generated; ${ESCAPES}`),
  count: integer(1, 1e6).default(1).describe('how many samples'),
  with: withModels,
  ...reading,
  backend,
  rngSeed,
  json,
});

export const inspectSchema = z.strictObject({
  text: z
    .array(fileName('file names'))
    .default([])
    .describe("texts to measure on (default: the checkpoint's excerpt of its own corpus)"),
  lags: integer(2, 10_000)
    .optional()
    .describe('how many steps back to look (default: twice the seq-length, at least 50)'),
  anchors: integer(2, 10_000).default(64).describe('positions whose loss is followed back'),
  check: flag().default(true).describe('compare gradients with finite differences'),
  position: integer(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe(
      'place in the text (from 0) after which a prediction is traced back to the characters that drive it (default: the last)',
    ),
  ...reading,
  compare: fileName('a checkpoint file').optional().describe('a second checkpoint, shown beside the first'),
  html: fileName('a file name').optional().describe('also write the report as one HTML file'),
  failOn: z
    .array(oneOf(['vanishing', 'exploding', 'saturated']))
    .default([])
    .describe(
      'exit with 1 where the gradient of single losses, one --seq-length back, keeps less than a thousandth of its size (vanishing; saturated: with most slopes flat) or has grown more than ten times (exploding); it does not test what the model remembers',
    ),
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('seed of the random choices'),
  json,
});

export const PARTS = ['all', 'train', 'validation', 'test'] as const;

export const evalSchema = z.strictObject({
  part: oneOf(PARTS)
    .default('all')
    .describe(
      'which part to measure, as training split the text (the same one) or was given it with --validation',
    ),
  perChar: flag().default(false).describe('the surprise of every character, as coloured text or data'),
  dynamic: numberFrom(0, 1e3)
    .default(0)
    .describe(
      'learning rate of dynamic evaluation: the model goes on learning from what it reads (try 0.05); 0 is off',
    ),
  with: withModels,
  ...reading,
  backend,
  threads,
  json,
});

export const neuronsSchema = z.strictObject({
  neuron: text('a unit')
    .optional()
    .describe('unit to colour the text by, such as 0:h5 (default: the one that goes most with a property)'),
  length: integer(2, 1e6).default(2000).describe('how much of the text to read, in characters'),
  top: integer(1, 1000).default(5).describe('how many units to name for each property'),
  html: fileName('a file name')
    .optional()
    .describe('write a page for the browser: the text in the colours of any unit'),
  ...reading,
  backend,
  json,
});

export const corpusSchema = z.strictObject({
  lag: integer(2, 1e6).default(20).describe('characters over which something must be remembered'),
  lines: integer(1, 1e9).default(20_000).describe('how many lines'),
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('seed of the random numbers'),
  json,
});

export const LANGUAGES = ['en', 'ko'] as const;

export const explainSchema = z.strictObject({
  lang: oneOf(LANGUAGES).default('en').describe('language of the lecture'),
  html: fileName('a file name')
    .optional()
    .describe('write the lecture as a page that needs no network, instead of showing it'),
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER)
    .default(1)
    .describe('seed of the weights before they learn the word'),
  json,
});

export const infoSchema = z.strictObject({ json });

export type RunOptions = Readonly<z.output<typeof runSchema>>;
export type SampleOptions = Readonly<z.output<typeof sampleSchema>>;
export type InspectOptions = Readonly<z.output<typeof inspectSchema>>;
export type EvalOptions = Readonly<z.output<typeof evalSchema>>;
export type InfoOptions = Readonly<z.output<typeof infoSchema>>;

type Settings = z.output<typeof trainSchema>;
/** A frozen training configuration, as it was asked for. */
export type Config = Readonly<Omit<Settings, 'learningRate'> & { learningRate: number }>;
/** The same, as a plan has fitted it to a text: with those settings that depend on the text and the model. */
export const fittedSchema = trainSchema.required({
  validationFraction: true,
  evalEvery: true,
  sampleEvery: true,
  saveEvery: true,
});
export type FittedConfig = Readonly<
  Omit<z.output<typeof fittedSchema>, 'learningRate'> & { learningRate: number }
>;
/** Settings as a file, a preset or flags give them. */
export type PartialConfig = z.input<typeof trainSchema>;

export const DEFAULT_LEARNING_RATES: Record<OptimizerName, number> = {
  sgd: 0.5,
  adagrad: 0.1,
  rmsprop: 0.002,
  adam: 0.002,
};

/** Fills the default learning rate, which depends on the optimiser, and freezes. */
export function completeConfig<S extends Settings>(
  settings: S,
): Readonly<Omit<S, 'learningRate'> & { learningRate: number }> {
  return Object.freeze({
    ...settings,
    learningRate: settings.learningRate ?? DEFAULT_LEARNING_RATES[settings.optimizer],
  });
}
