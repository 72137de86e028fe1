import { z } from 'zod';
import { flag, integer, numberAbove, numberBelow, numberFrom, oneOf } from './fields.ts';
import { CELL_NAMES, INITIALIZATIONS, NONLINEARITIES } from './names.ts';
import { textSettings } from './texts.ts';

/*
 * The single source of every setting of a run, as options.ts is of every other flag: name (camelCase here and in files, kebab-case on the command line), type,
 * bounds, default and help text. docs/flags.md and --help are made from it.
 */

export const UNITS = ['codepoint', 'grapheme', 'byte'] as const;
export const SCHEDULES = ['constant', 'linear', 'cosine', 'step', 'plateau'] as const;
export const SPLITS = ['tail', 'striped'] as const;
export const OPTIMIZERS = ['sgd', 'adagrad', 'rmsprop', 'adam'] as const;
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
      'share of the text held out for validation, which decides the best weights (default: 0.1, of a text above 1.2 million characters 120,000 of them)',
    ),
  testFraction: numberBelow(0, 1)
    .default(0)
    .describe('share of the text held out for a final test: rnn eval --part test'),
  split: oneOf(SPLITS)
    .default('tail')
    .describe(
      'where held-out text is taken: from the end of the text (tail), or from the end of every stream (striped)',
    ),
  cell: oneOf(CELL_NAMES).default('rnn').describe('kind of recurrent cell'),
  hidden: integer(1, 65536).default(256).describe('hidden units of a layer (H)'),
  layers: integer(1, 64).default(1).describe('stacked recurrent layers (L)'),
  nonlinearity: oneOf(NONLINEARITIES)
    .default('tanh')
    .describe('function of the rnn cell; relu with --init identity is the IRNN'),
  embedding: integer(0, 65536)
    .default(0)
    .describe('length of a learned vector for each character, shared by input and output; 0 is one-hot'),
  dropout: numberBelow(0, 1)
    .default(0)
    .describe('share of the outputs of each layer that is dropped in training'),
  variational: flag().default(false).describe('variational dropout: one mask for all steps of a window'),
  weightDrop: numberBelow(0, 1)
    .default(0)
    .describe('DropConnect: share of the recurrent weights Whh dropped in each window'),
  init: oneOf(INITIALIZATIONS).default('uniform').describe('initialization of the recurrent weights Whh'),
  initGain: numberFrom(0, 1000)
    .default(1)
    .describe('factor on the initial Whh: well below 1 the gradient vanishes, well above it explodes'),
  forgetBias: numberFrom(-100, 100)
    .default(1)
    .describe('initial bias of the forget gates of an lstm; above 0 they start open'),
  seqLength: integer(1, 65536)
    .default(50)
    .describe('time steps of one window of truncated back-propagation (T)'),
  batchSize: integer(1, 65536)
    .optional()
    .describe(
      'parallel streams of text (B) (default: 32, fewer of a short text, so that an epoch has some 50 updates)',
    ),
  carryState: flag()
    .default(true)
    .describe(
      'carry the state from a window to the next: each begins from zero, in measuring too, as some publications do',
    ),
  replicas: integer(1, 256)
    .default(1)
    .describe('equal groups of streams, whose gradients are summed as a balanced tree (data-parallel work)'),
  epochs: integer(1, 1e6)
    .optional()
    .describe(
      'passes over the training text, in total (default, where no steps are given: 20, fewer of a text above a megabyte; at least as many as make 500 updates, and no more for a text below some 2,800 characters)',
    ),
  steps: integer(1, 1e12)
    .optional()
    .describe('updates in total; of steps and epochs given together, whichever ends first counts'),
  optimizer: oneOf(OPTIMIZERS).default('adam').describe('rule that turns gradients into updates'),
  learningRate: numberAbove(0, 1e38)
    .optional()
    .describe('step size α (default: 0.003 for adam, 0.002 for rmsprop, 0.1 for adagrad, 0.5 for sgd)'),
  schedule: oneOf(SCHEDULES)
    .default('cosine')
    .describe('learning-rate schedule; linear and cosine reach the minimum learning rate at the last step'),
  warmupSteps: integer(0, 1e12)
    .default(0)
    .describe('steps of linear warm-up: the learning rate rises from 0'),
  minLearningRate: numberFrom(0, 1e38).default(0).describe('minimum learning rate of every schedule'),
  decayEvery: integer(1, 1e12).default(1000).describe('step schedule: steps between two decays'),
  decayPatience: integer(0, 1e9)
    .default(2)
    .describe('plateau schedule: evaluations without improvement before a decay'),
  decayFactor: numberAbove(0, 1)
    .default(0.5)
    .describe('step and plateau schedules: factor on the learning rate at each decay'),
  momentum: numberBelow(0, 1).default(0).describe('momentum of sgd'),
  nesterov: flag().default(false).describe('Nesterov momentum for sgd'),
  weightDecay: numberFrom(0, 1e3)
    .default(0)
    .describe(
      'decoupled weight decay λ: each step multiplies the weights by 1 − α·λ (AdamW with adam); 0 is off',
    ),
  average: numberBelow(0, 1)
    .default(0)
    .describe(
      'decay of an exponential moving average of the weights, which is evaluated and saved in their place (try 0.999); 0 is off',
    ),
  clipNorm: numberFrom(0, 1e9)
    .default(5)
    .describe('gradient clipping by norm: largest norm of the whole gradient; 0 is off'),
  clipValue: numberFrom(0, 1e9)
    .default(0)
    .describe('gradient clipping by value: largest absolute value of an element; 0 is off'),
  evalEvery: integer(1, 1e12)
    .optional()
    .describe(
      'steps between measurements on the validation text (default: 200 or more, so that they take at most 3 % of the time, but at least one an epoch)',
    ),
  patience: integer(0, 1e9)
    .optional()
    .describe(
      "stop after this many measurements without a better one; 0 never stops early (default: a quarter of the run's measurements, at least 5; 0 without a validation text)",
    ),
  sampleEvery: integer(0, 1e12)
    .optional()
    .describe(
      'steps between sample previews; 0 shows none (default: 500 or more, so that they take at most 1 % of the time)',
    ),
  inspectEvery: integer(0, 1e12)
    .default(0)
    .describe('steps between measurements of the gradient flow, kept for inspect-gradients; 0 is off'),
  saveEvery: integer(1, 1e12)
    .optional()
    .describe('steps between checkpoints (default: 500 or more, so that they take at most 1 % of the time)'),
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('seed of the random numbers'),
});

type Settings = z.output<typeof trainSchema>;
/** A frozen training configuration, as it was asked for. */
export type Config = Readonly<Omit<Settings, 'learningRate'> & { learningRate: number }>;
/** The same, as a plan has fitted it to a text: with those settings that depend on the text and the model. */
export const fittedSchema = trainSchema.required({
  validationFraction: true,
  batchSize: true,
  evalEvery: true,
  sampleEvery: true,
  saveEvery: true,
});
export type FittedConfig = Readonly<
  Omit<z.output<typeof fittedSchema>, 'learningRate'> & { learningRate: number }
>;
/** Characters after which the state is zero again, as a run measures; 0 for never. */
export const coldEveryOf = ({ carryState, seqLength }: Pick<Config, 'carryState' | 'seqLength'>): number =>
  carryState ? 0 : seqLength;
/** A configuration whose cutting of the text is fitted to it. */
export type CutConfig = Config & Pick<FittedConfig, 'validationFraction' | 'batchSize'>;
/** Settings as a file, a preset or flags give them. */
export type PartialConfig = z.input<typeof trainSchema>;

export const DEFAULT_LEARNING_RATES: Record<OptimizerName, number> = {
  sgd: 0.5,
  adagrad: 0.1,
  rmsprop: 0.002,
  adam: 0.003,
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
