import { z } from 'zod';
import { flag, group, integer, numberAbove, numberBelow, numberFrom, oneOf } from './fields.ts';
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

/** How many values an optimizer keeps for each weight. */
export const OPTIMIZER_MOMENTS = { sgd: 1, adagrad: 1, rmsprop: 1, adam: 2 } as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];
export type PresetName = (typeof PRESET_NAMES)[number];

/** Every setting that shapes a training run; it is stored in the checkpoint. */
export const trainSchema = z.strictObject({
  ...group('Text', {
    unit: oneOf(UNITS)
      .default('codepoint')
      .describe('what counts as one character: a code point, a grapheme or a byte'),
    ...textSettings,
    validationFraction: numberBelow(0, 1)
      .optional()
      .describe(
        'fraction of the text held out for validation, which decides the best weights (default: 0.1; of a text above 1.2 million characters, 120,000 characters)',
      ),
    testFraction: numberBelow(0, 1)
      .default(0)
      .describe('fraction of the text held out for a final test: rnn eval --part test'),
    split: oneOf(SPLITS)
      .default('tail')
      .describe(
        'where held-out text is taken from: the end of the text (tail), or the end of every stream (striped)',
      ),
  }),
  ...group('Model', {
    cell: oneOf(CELL_NAMES).default('rnn').describe('type of recurrent cell'),
    hidden: integer(1, 65536).default(256).describe('hidden units of each layer (H)'),
    layers: integer(1, 64).default(1).describe('stacked recurrent layers (L)'),
    nonlinearity: oneOf(NONLINEARITIES)
      .default('tanh')
      .describe('activation function of the rnn cell; relu with --init identity is the IRNN'),
    embedding: integer(0, 65536)
      .default(0)
      .describe('size of the character embedding, tied: input and output share it; 0 is one-hot'),
  }),
  ...group('Regularization', {
    dropout: numberBelow(0, 1)
      .default(0)
      .describe('probability of dropping an output of a layer in training'),
    variational: flag().default(false).describe('variational dropout: one mask for all steps of a window'),
    weightDrop: numberBelow(0, 1)
      .default(0)
      .describe('DropConnect: probability of dropping a recurrent weight of Whh in each window'),
  }),
  ...group('Model', {
    init: oneOf(INITIALIZATIONS).default('uniform').describe('initialization of the recurrent weights Whh'),
    initGain: numberFrom(0, 1000)
      .default(1)
      .describe('factor on the initial Whh: well below 1 the gradient vanishes, well above it explodes'),
    forgetBias: numberFrom(-100, 100)
      .default(1)
      .describe('initial bias of the forget gates of an lstm; above 0 they start open'),
  }),
  ...group('Training', {
    seqLength: integer(1, 65536)
      .default(50)
      .describe('window of truncated back-propagation through time, in steps (T)'),
    batchSize: integer(1, 65536)
      .optional()
      .describe(
        'parallel streams of text (B) (default: 32, fewer for a short text, so that an epoch has about 50 updates)',
      ),
    carryState: flag()
      .default(true)
      .describe(
        'carry the state from one window to the next: each begins from zero, in evaluations too, as in some publications',
      ),
    replicas: integer(1, 256)
      .default(1)
      .describe('data parallelism: equal groups of streams, whose gradients are summed in a balanced tree'),
    epochs: integer(1, 1e6)
      .optional()
      .describe(
        'total passes over the training text (default, without --steps: 20; fewer for a text above a megabyte; as many as make 500 updates where 20 make fewer, or where the text is shorter than some 2,800 characters)',
      ),
    steps: integer(1, 1e12)
      .optional()
      .describe('total updates; if epochs are given too, the run ends at whichever comes first'),
  }),
  ...group('Optimizer and learning rate', {
    optimizer: oneOf(OPTIMIZERS).default('adam').describe('optimizer; adam with --weight-decay is AdamW'),
    learningRate: numberAbove(0, 1e38).optional().meta({
      short: 'lr',
      description:
        'learning rate α (default: 0.003 for adam, 0.002 for rmsprop, 0.1 for adagrad, 0.5 for sgd)',
    }),
    schedule: oneOf(SCHEDULES)
      .default('cosine')
      .describe('learning-rate schedule; linear and cosine reach the minimum learning rate at the last step'),
    warmupSteps: integer(0, 1e12)
      .default(0)
      .describe('steps of linear warm-up, in which the learning rate rises from 0'),
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
  }),
  ...group('Regularization', {
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
  }),
  ...group('Optimizer and learning rate', {
    clipNorm: numberFrom(0, 1e9)
      .default(5)
      .describe('gradient clipping by norm: largest norm of the whole gradient; 0 is off'),
    clipValue: numberFrom(0, 1e9)
      .default(0)
      .describe('gradient clipping by value: largest absolute value of an element; 0 is off'),
  }),
  ...group('Evaluation and saving', {
    evalEvery: integer(1, 1e12)
      .optional()
      .describe(
        'steps between evaluations on the validation text (default: at least 200, so that they take at most 3 % of the time, but at least once an epoch)',
      ),
    patience: integer(0, 1e9)
      .optional()
      .describe(
        "early stopping: end after this many evaluations without improvement; 0 is off (default: a quarter of the run's evaluations, at least 5; off without a validation text)",
      ),
    sampleEvery: integer(0, 1e12)
      .optional()
      .describe(
        'steps between sample previews; 0 is off (default: at least 500, so that they take at most 1 % of the time)',
      ),
    inspectEvery: integer(0, 1e12)
      .default(0)
      .describe('steps between records of the gradient flow, which inspect-gradients shows; 0 is off'),
    saveEvery: integer(1, 1e12)
      .optional()
      .describe(
        'steps between checkpoints (default: at least 500, so that they take at most 1 % of the time)',
      ),
  }),
  ...group('Training', {
    rngSeed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('random seed'),
  }),
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
/** Characters after which the state is reset to zero in evaluations of a run; 0 for never. */
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

/** Fills the default learning rate, which depends on the optimizer, and freezes. */
export function completeConfig<S extends Settings>(
  settings: S,
): Readonly<Omit<S, 'learningRate'> & { learningRate: number }> {
  return Object.freeze({
    ...settings,
    learningRate: settings.learningRate ?? DEFAULT_LEARNING_RATES[settings.optimizer],
  });
}
