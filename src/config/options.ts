import { z } from 'zod';
import { FLOW_DEFINITIONS } from '../vanishing.ts';
import { PRESET_NAMES } from './config.ts';
import {
  fileName,
  flag,
  group,
  integer,
  numberAbove,
  numberBelow,
  numberFrom,
  oneOf,
  text,
} from './fields.ts';
import { ESCAPES, reading } from './texts.ts';

/* The options of the commands that are no setting of a run. */

export const BACKENDS = ['auto', 'native', 'wasm', 'wasm-simd128', 'reference'] as const;
export type BackendName = (typeof BACKENDS)[number];

const backend = oneOf(BACKENDS)
  .default('auto')
  .describe(
    'which kernels compute: native C, portable WebAssembly (plain wasm-simd128 gives the same bytes on every machine), or the readable reference; auto takes the fastest there are',
  );

const threads = integer(1, 256)
  .optional()
  .describe(
    'number of threads (default: the fastest, at most one a core); the result is the same to the byte',
  );

/** For commands that say how they are getting on. */
const quiet = flag()
  .default(false)
  .meta({ short: 'q', description: 'say nothing on stderr but errors and what could not be saved' });

/** What a run does with files and the terminal; not part of the model. */
export const runSchema = z.strictObject({
  preset: oneOf(PRESET_NAMES).optional().describe('a set of settings to start from'),
  config: fileName('a file name').optional().describe('settings from a JSON or YAML file'),
  out: fileName('a directory').default('checkpoints').describe("directory of the run's checkpoints"),
  logDir: fileName('a directory')
    .optional()
    .describe(
      'also log the run in a folder of its own there: an events file for TensorBoard, and metrics.csv',
    ),
  resume: fileName('a checkpoint file')
    .optional()
    .describe('continue this run exactly where it stopped, in its own file; from a best state as a new run'),
  initFrom: fileName('a checkpoint file')
    .optional()
    .describe('fine-tune: begin with the weights of this checkpoint'),
  validation: fileName('a text file')
    .optional()
    .describe('held-out text to validate on (file, folder or glob), instead of a share of the corpus'),
  findLr: flag()
    .default(false)
    .describe(
      'learning-rate range test: raise the rate step by step, show where the loss falls and explodes, and save nothing',
    ),
  backend,
  threads,
  quiet,
  json: flag().default(false).describe('print JSON Lines, one event a line'),
});

const rngSeed = integer(0, Number.MAX_SAFE_INTEGER)
  .optional()
  .describe('seed of the random numbers, which makes a sample repeatable (default: drawn, and printed)');
const json = flag().default(false).describe('print one JSON object');

const withModels = z
  .array(fileName('checkpoint files'))
  .default([])
  .describe('further checkpoints of the same vocabulary, whose predictions are averaged with the first');

export const sampleSchema = z.strictObject({
  ...group('What is written', {
    seed: text('seed text')
      .optional()
      .describe(`text to continue; @file reads a file, - reads standard input, @@ is an @; ${ESCAPES}`),
    len: integer(0, 1e12).default(200).describe('characters to generate'),
    stop: text('a string').optional().describe(`end after this string was generated; ${ESCAPES}`),
    count: integer(1, 1e6).default(1).describe('how many samples, with a blank line between them'),
    interactive: flag().default(false).meta({
      short: 'i',
      description: 'write by turns with the model in a terminal, and see which characters it expects next',
    }),
  }),
  ...group('How each character is chosen', {
    temperature: numberAbove(0, 1e6, ', or --greedy for the most probable character each time')
      .default(1)
      .describe(
        'softmax temperature: below 1 safer and more repetitive, above 1 more varied and more errors',
      ),
    topK: integer(0, 1_114_112)
      .default(0)
      .describe('top-k sampling: choose among the k most probable characters; 0 is off'),
    topP: numberAbove(0, 1)
      .default(1)
      .describe(
        'nucleus sampling: choose among the fewest most probable characters whose probabilities sum to p; 1 is off',
      ),
    minP: numberBelow(0, 1)
      .default(0)
      .describe(
        'min-p sampling: leave out characters less probable than this share of the most probable one; 0 is off',
      ),
    greedy: flag().default(false).describe('always take the most probable character'),
    repetitionPenalty: numberFrom(1, 1e6)
      .default(1)
      .describe(
        'break loops: once more than 16 characters repeat recent text, each further one divides the odds of going on with the repeat by this (try 1.5); 1 is off',
      ),
    rngSeed,
  }),
  ...group('Which models and texts', {
    with: withModels,
    against: z
      .array(fileName('file names'))
      .default([])
      .describe(
        'texts (files, folders, globs or -) to compare each sample with: says how much of it is copied word for word',
      ),
    ...reading,
  }),
  ...group('How it runs', { backend, quiet, json }),
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
  label: z
    .array(text('names').min(1, { error: 'expected names' }))
    .default([])
    .describe(
      'what to call the models in the report (default: their files, without common folder and .json)',
    ),
  failOn: z
    .array(oneOf(['vanishing', 'exploding']))
    .default([])
    .describe(
      `exit with 1 where gradients cannot travel, whatever the loss: vanishing, ${FLOW_DEFINITIONS.vanishing}; exploding, ${FLOW_DEFINITIONS.exploding}`,
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
      'learning rate of dynamic evaluation: the model goes on learning from what it reads, which helps where the text is unlike the training text and hurts where the rate is too high (try 0.01); 0 is off',
    ),
  with: withModels,
  ...reading,
  backend,
  threads,
  quiet,
  json,
});

export const neuronsSchema = z.strictObject({
  neuron: text('a unit')
    .optional()
    .describe('unit to colour the text by, such as 0:h5 (default: the most strongly correlated one)'),
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
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('seed of the initial weights'),
  json,
});

export const infoSchema = z.strictObject({ json });
/** What `rnn config` takes beside the settings of a run. */
export const configSchema = z.strictObject({
  print: flag().default(false).describe('print the settings, which it also does without'),
  json: flag().default(false).describe('print JSON, which --config reads too'),
});
export const listSchema = z.strictObject({ json });
export const doctorSchema = z.strictObject({ json });

export type RunOptions = Readonly<z.output<typeof runSchema>>;
export type SampleOptions = Readonly<z.output<typeof sampleSchema>>;
export type InspectOptions = Readonly<z.output<typeof inspectSchema>>;
export type EvalOptions = Readonly<z.output<typeof evalSchema>>;
export type InfoOptions = Readonly<z.output<typeof infoSchema>>;
