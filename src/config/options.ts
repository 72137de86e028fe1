import { z } from 'zod';
import { FLOW_DEFINITIONS } from '../vanishing.ts';
import { backend, threads } from './compute.ts';
import { PRESET_NAMES } from './config.ts';
import { fileName, flag, group, integer, numberFrom, oneOf, text } from './fields.ts';
import { NONLINEARITIES } from './names.ts';
import { sampling } from './sampling.ts';
import { ESCAPES, reading } from './texts.ts';

/* Options of the commands that are not settings of a run. */

/** For commands that say how they are getting on. */
const quiet = flag()
  .default(false)
  .meta({ short: 'q', description: 'say nothing on stderr but errors and what could not be saved' });

/** Options of a run that are not part of the model: files, machine, output. */
export const runSchema = z.strictObject({
  ...group('Start', {
    preset: oneOf(PRESET_NAMES).optional().describe('set of settings to start from'),
    config: fileName('a file name').optional().describe('settings from a JSON or YAML file'),
  }),
  ...group('Evaluation and saving', {
    out: fileName('a directory', 'directory').default('checkpoints').describe('directory for checkpoints'),
    logDir: fileName('a directory', 'directory')
      .optional()
      .describe('also log the run in a new folder there: an events file for TensorBoard, and metrics.csv'),
  }),
  ...group('Start', {
    resume: fileName('a checkpoint file')
      .optional()
      .describe(
        'continue this run exactly where it stopped, in the same file; a .best.json continues as a new run',
      ),
    initFrom: fileName('a checkpoint file')
      .optional()
      .describe('fine-tune: begin with the weights of this checkpoint'),
  }),
  ...group('Text', {
    validation: fileName('a text file')
      .optional()
      .describe('held-out text for validation (file, folder or glob), instead of a fraction of the corpus'),
  }),
  ...group('Optimizer and learning rate', {
    findLr: flag()
      .default(false)
      .describe(
        'learning-rate range test: raise the rate step by step and show where the loss falls and where it explodes; saves nothing',
      ),
  }),
  ...group('How it runs', {
    open: flag()
      .default(false)
      .describe('watch the run on a page in the browser, and steer it there; for this machine alone'),
    backend,
    threads,
    quiet,
    json: flag().default(false).describe('print events as JSON Lines'),
  }),
});

/** Options of `rnn ui`. */
export const uiSchema = z.strictObject({
  open: flag().default(true).describe('open the page in the browser'),
  export: fileName('a file name')
    .optional()
    .describe('write the page as one HTML file, with the models in it, instead of serving it'),
});

const json = flag().default(false).describe('print one JSON object');
const randomSeed = integer(0, Number.MAX_SAFE_INTEGER).default(1);

const withModels = z
  .array(fileName('checkpoint files'))
  .default([])
  .describe('more checkpoints with the same vocabulary; the predictions of all are averaged');

export const sampleSchema = z.strictObject({
  ...group('What is written', {
    seed: text('seed text')
      .optional()
      .describe(`text to continue; @file reads a file, - reads standard input, @@ is an @; ${ESCAPES}`),
    len: integer(0, 1e12).default(200).describe('characters to generate'),
    stop: text('a string').optional().describe(`stop after this string; ${ESCAPES}`),
    count: integer(1, 1e6).default(1).describe('number of samples, with a blank line between them'),
    interactive: flag().default(false).meta({
      short: 'i',
      description: 'take turns with the model in a terminal, and see which characters it expects next',
    }),
  }),
  ...group('How each character is chosen', sampling),
  ...group('Which models and texts', {
    with: withModels,
    against: z
      .array(fileName('file names'))
      .default([])
      .describe(
        'texts (files, folders, globs or -) to compare each sample with: reports how much of it is copied word for word',
      ),
    ...reading,
  }),
  ...group('How it runs', { backend, quiet, json }),
});

/** An answer is the text between this string and the end of its line. */
const answersAfter = text('a string').min(1, { error: 'expected a string' }).optional();

export const inspectSchema = z.strictObject({
  ...group('Which models and texts', {
    text: z
      .array(fileName('file names'))
      .default([])
      .describe("texts to measure on (default: the checkpoint's excerpt of its own corpus)"),
  }),
  ...group('What is measured', {
    lags: integer(2, 10_000)
      .optional()
      .describe('steps to follow the gradient back (default: twice the seq-length, at least 50)'),
    anchors: integer(2, 10_000).default(64).describe('number of positions whose loss is followed back'),
    check: flag().default(true).describe('compare gradients with finite differences'),
    position: integer(0, Number.MAX_SAFE_INTEGER)
      .optional()
      .describe(
        'position in the text (from 0) of the prediction to trace back to the characters that drive it (default: the last)',
      ),
    answersAfter: answersAfter.describe(
      `ask whether the model uses its past only of answers: the text between this string and the end of its line (= for the tasks of rnn corpus); ${ESCAPES}`,
    ),
  }),
  ...group('Which models and texts', {
    ...reading,
    compare: fileName('a checkpoint file').optional().describe('second checkpoint, shown beside the first'),
  }),
  ...group('What is reported', {
    html: fileName('a file name').optional().describe('also write the report as one HTML file'),
    label: z
      .array(text('names').min(1, { error: 'expected names' }).meta({ placeholder: 'name' }))
      .default([])
      .describe(
        'names of the models in the report (default: their files, without the common folder and .json)',
      ),
    failOn: z
      .array(oneOf(['vanishing', 'exploding']))
      .default([])
      .describe(
        `exit with code 1 if gradients cannot travel, whatever the loss. vanishing: ${FLOW_DEFINITIONS.vanishing}; exploding: ${FLOW_DEFINITIONS.exploding}`,
      ),
  }),
  ...group('What is measured', { rngSeed: randomSeed.describe('random seed') }),
  ...group('What is reported', { json }),
});

export const PARTS = ['all', 'train', 'validation', 'test'] as const;

export const evalSchema = z.strictObject({
  ...group('What is measured', {
    part: oneOf(PARTS)
      .default('all')
      .describe('part of the text, as training split it or was given it with --validation'),
    perChar: flag().default(false).describe('surprise of every character, as coloured text or data'),
    dynamic: numberFrom(0, 1e3)
      .default(0)
      .describe(
        'learning rate of dynamic evaluation: the model keeps learning from the text that it reads. This helps on text unlike the training text and hurts if the rate is too high (try 0.01); 0 is off',
      ),
    answersAfter: answersAfter.describe(
      `also count right answers: the text between this string and the end of its line, of which each character must be the most probable one (= for the tasks of rnn corpus); ${ESCAPES}`,
    ),
    coldEvery: integer(0, 1e9)
      .optional()
      .describe(
        'reset the state to zero after every so many characters, as in some publications; 0 carries it through the whole text (default: as in training)',
      ),
  }),
  ...group('Which models and texts', { with: withModels, ...reading }),
  ...group('How it runs', { backend, threads, quiet, json }),
});

export const neuronsSchema = z.strictObject({
  ...group('What is reported', {
    neuron: text('a unit')
      .meta({ placeholder: 'unit' })
      .optional()
      .describe('unit to colour the text by, such as 0:h5 (default: the most strongly correlated one)'),
    length: integer(2, 1e6).default(2000).describe('characters of the text to read'),
    top: integer(1, 1000).default(5).describe('units to name for each property'),
    html: fileName('a file name')
      .optional()
      .describe('write an HTML page, with the text in the colours of any unit'),
  }),
  ...group('Which models and texts', reading),
  ...group('How it runs', { backend, json }),
});

export const corpusSchema = z.strictObject({
  lag: integer(2, 1e6).default(20).describe('characters over which a symbol must be remembered'),
  lines: integer(1, 1e9).default(20_000).describe('number of lines'),
  rngSeed: randomSeed.describe('random seed'),
  json,
});

export const LANGUAGES = ['en', 'ko'] as const;

export const explainSchema = z.strictObject({
  lang: oneOf(LANGUAGES)
    .default('en')
    .describe('language of the lecture; a page has both and begins with this one'),
  html: fileName('a file name')
    .optional()
    .describe('write the lecture as one HTML page that needs no network, instead of showing it'),
  rngSeed: randomSeed.describe('random seed of the initial weights'),
  json,
});

export const infoSchema = z.strictObject({ json });
/** Options of `rnn config` beside the settings of a run. */
export const configSchema = z.strictObject({
  print: flag().default(false).describe('print the settings (the default)'),
  json: flag().default(false).describe('print JSON, which --config reads too'),
});
export const listSchema = z.strictObject({ json });
export const doctorSchema = z.strictObject({
  mpi: flag()
    .default(false)
    .describe('build what mpirun needs to train one model on several machines, with the mpicc of this one'),
  json,
});

export const EXPORT_FORMATS = ['onnx', 'safetensors', 'ml5', 'js'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const force = flag().default(false).describe('replace an existing file');

export const exportSchema = z.strictObject({
  format: oneOf(EXPORT_FORMATS)
    .optional()
    .describe(
      'onnx for onnxruntime and others, safetensors for PyTorch, ml5 for its charRNN (a folder), js as a module of its own (default: from the extension of --out)',
    ),
  out: fileName('a file name').optional().describe('file to write, for ml5 a folder'),
  force,
  json,
});

export const importSchema = z.strictObject({
  out: fileName('a file name').optional().describe('checkpoint to write'),
  vocabulary: fileName('a file name')
    .optional()
    .describe(
      'vocabulary as JSON, where the model comes without one: a list of characters in the order of their ids, or an object from character to id',
    ),
  nonlinearity: oneOf(NONLINEARITIES)
    .optional()
    .describe('activation function of an nn.RNN, which PyTorch does not save (default: tanh)'),
  force,
  json,
});

export type RunOptions = Readonly<z.output<typeof runSchema>>;
export type SampleOptions = Readonly<z.output<typeof sampleSchema>>;
export type InspectOptions = Readonly<z.output<typeof inspectSchema>>;
export type EvalOptions = Readonly<z.output<typeof evalSchema>>;
export type ImportOptions = Readonly<z.output<typeof importSchema>>;
