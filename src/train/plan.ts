import {
  type Checkpoint,
  largestCheckpoint,
  MAX_CHECKPOINT_BYTES,
  MAX_EXCERPT,
  type TextRecord,
} from '../checkpoint/index.ts';
import {
  CELL_NAMES,
  type Config,
  type CutConfig,
  type FittedConfig,
  OPTIMIZER_MOMENTS,
  type PartialConfig,
} from '../config/index.ts';
import {
  type Corpus,
  fitCutting,
  type Ids,
  measureSplit,
  requireWindow,
  type Split,
  Streams,
  splitText,
} from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { architectureFor, CELLS, countParameters } from '../model/index.ts';
import { fitCadence } from './cadence.ts';
import { trainingBytes } from './memory.ts';
import { totalSteps } from './update/schedule.ts';

/** A corpus cut into training and validation text, and the configuration that fits it. */
export interface Plan {
  config: FittedConfig;
  corpus: Corpus;
  train: Ids;
  /** the training text, as it is read */
  streams: Streams;
  validation: Ids;
  /** measured in the end only */
  test: Ids;
  /** the validation text, where it is not a part of the corpus */
  validationText: TextRecord | null;
  parameters: number;
  memoryBytes: number;
  checkpointBytes: number;
  /** what had to be changed, one sentence each */
  notes: string[];
}

const FLOAT_BYTES = 4;

/**
 * Splits the corpus and shrinks batch, sequence or validation share where the text is too short for them.
 * @param validationCorpus a validation text of its own, whose vocabulary begins with the corpus's; by default it is a
 *   fraction of the corpus
 * @param suggested settings that were not asked for but come with a preset: its dropout gives way to what the text is
 * @throws RnnError when there is nothing to learn from, or a checkpoint could never be written
 */
export function planTraining(
  asked: Config,
  text: Corpus,
  validationCorpus?: Corpus,
  suggested: PartialConfig = {},
): Plan {
  const corpus = validationCorpus ? { ...text, vocabulary: validationCorpus.vocabulary } : text;
  checkAsked(asked, corpus, validationCorpus);
  const cut = fitConfig(asked, corpus.ids.length, validationCorpus !== undefined);
  const { train, validation, test } = splitCorpus(cut, corpus, validationCorpus?.ids);
  requireWindow(train.length);
  const notes = fittingNotes(asked, cut, corpus.ids.length, train.length);
  const parameters = countParameters(architectureFor(cut, corpus.vocabulary.size));
  const leftOut = leavesDropoutOut(suggested, parameters, train.length);
  if (leftOut !== undefined) notes.push(leftOut);
  const regular = leftOut === undefined ? cut : { ...cut, dropout: 0 };
  const sizes = estimateSizes(regular, corpus.vocabulary.size, validation.length);
  const streams = new Streams(train, cut.batchSize, cut.seqLength);
  const { windows } = streams;
  const timed = { ...regular, epochs: cut.epochs ?? defaultEpochs(cut, train.length, windows) };
  const config = Object.freeze(fitCadence(timed, { ...sizes, windows, validation: validation.length }));
  const largest = largestCheckpoint(config, corpus.vocabulary);
  if (largest > MAX_CHECKPOINT_BYTES) {
    throw new RnnError(
      'config',
      `${sizes.parameters} parameters would make a checkpoint of up to ${largest} bytes, expected at most ${MAX_CHECKPOINT_BYTES}`,
      { hint: (name) => `lower ${name('hidden')} or ${name('layers')}` },
    );
  }
  const validationText = validationCorpus ? recordOf(validationCorpus) : null;
  return { config, corpus, train, streams, validation, test, validationText, notes, ...sizes };
}

function checkAsked(asked: Config, { vocabulary }: Corpus, validation?: Corpus): void {
  const { nonlinearity, cell, replicas, batchSize = replicas } = asked;
  if (batchSize % replicas !== 0) {
    throw new RnnError('config', (name) => `${name('replicas')} ${replicas}`, {
      setting: 'replicas',
      expected: `a divisor of the batch size, ${batchSize}`,
      hint: 'change either',
    });
  }
  if (nonlinearity !== 'tanh' && !CELLS[cell].choosesNonlinearity) {
    const choosing = CELL_NAMES.filter((name) => CELLS[name].choosesNonlinearity).join(' or ');
    throw new RnnError('config', (name) => `${name('nonlinearity')} ${nonlinearity}`, {
      setting: 'nonlinearity',
      expected: `a cell that has it (${choosing})`,
      got: cell,
      hint: (name) => `drop it, or take ${name('cell')} ${choosing}`,
    });
  }
  if (vocabulary.size < 2) {
    const only = JSON.stringify(vocabulary.unitAt(0));
    throw new RnnError(
      'corpus',
      `the corpus holds only one distinct character, ${only}; expected at least 2, since one alone leaves nothing to predict`,
    );
  }
  if (validation && validation.ids.length < 2) {
    throw new RnnError(
      'corpus',
      `the validation text: expected at least 2 characters, of which one can be predicted, got ${validation.ids.length}; name a longer one`,
    );
  }
}

/** The record by which a corpus is recognized. */
const recordOf = ({ sha256, ids }: Corpus): TextRecord => ({ sha256, characters: ids.length });

/**
 * The configuration that a text of so many characters allows: with a smaller batch or sequence, or without parts that
 * would hold nothing to evaluate. A configuration that was fitted stays as it is.
 * @param ownValidation whether the validation text is none of the corpus's
 */
export function fitConfig(asked: Config, characters: number, ownValidation: boolean): CutConfig {
  const { validationFraction = defaultFraction(characters), testFraction } = asked;
  const { batchSize = defaultBatch(asked, characters) } = asked;
  if (validationFraction + testFraction >= 1) {
    throw new RnnError(
      'config',
      (name) =>
        `${name('validationFraction')} ${validationFraction} and ${name('testFraction')} ${testFraction} leave nothing to train on`,
      { hint: 'expected a sum below 1' },
    );
  }
  if (!ownValidation)
    return Object.freeze(fitCutting(characters, { ...asked, batchSize, validationFraction }));
  return Object.freeze({
    ...fitCutting(characters, { ...asked, batchSize, validationFraction: 0 }),
    validationFraction,
  });
}

/** A tenth; of long texts as much as tells one state of a run from the next (its bpc within some 0.01). */
const defaultFraction = (characters: number): number => Math.min(0.1, MAX_VALIDATION / characters);
const MAX_VALIDATION = 120_000;

/** As many streams as leave an epoch some 50 windows, in equal groups of replicas. */
function defaultBatch({ seqLength, replicas }: Config, characters: number): number {
  const streams = Math.min(MAX_BATCH, Math.floor(characters / (WINDOWS * seqLength)));
  return Math.max(1, Math.floor(streams / replicas)) * replicas;
}
const [MAX_BATCH, WINDOWS] = [32, 50];

/**
 * Twenty, of a long text as many as read some 14 million characters, and enough for some updates; no more than these for a
 * text of less than one stream's windows, which is soon learned by heart (docs/results.md).
 */
function defaultEpochs(
  { steps, seqLength }: Config,
  characters: number,
  windows: number,
): number | undefined {
  if (steps !== undefined) return undefined;
  const least = Math.ceil(LEAST_UPDATES / windows);
  if (characters < WINDOWS * seqLength) return least;
  return Math.max(least, 3, Math.min(20, Math.round(14e6 / characters)));
}
const LEAST_UPDATES = 500;

/**
 * A preset's dropout is for models that can learn the text by heart: those with more parameters than it has characters
 * (docs/results.md). @returns why it is left out, if it is
 */
function leavesDropoutOut(
  { dropout = 0 }: PartialConfig,
  parameters: number,
  characters: number,
): string | undefined {
  if (dropout === 0 || parameters > characters) return undefined;
  return `the preset's dropout ${dropout} is left out: the model has no more parameters (${parameters.toLocaleString('en')}) than the text has training characters (${characters.toLocaleString('en')}); ask for dropout ${dropout} to keep it`;
}

/** The parts of a corpus as a fitted configuration splits it; @param validation a text of its own */
export function splitCorpus(config: CutConfig, { ids }: Pick<Corpus, 'ids'>, validation?: Ids): Split {
  return validation
    ? { ...splitText(ids, { ...config, validationFraction: 0 }), validation }
    : splitText(ids, config);
}

/** Changes made by fitting, one sentence each. */
function fittingNotes(asked: Config, fitted: CutConfig, characters: number, trained: number): string[] {
  const notes: string[] = [];
  for (const [share, part] of [
    ['validationFraction', 'validation'],
    ['testFraction', 'test'],
  ] as const) {
    if (fitted[share] > 0 || asked[share] === 0) continue;
    notes.push(
      `${characters} characters are too few for a ${part} text (a fraction of ${asked[share] ?? defaultFraction(characters)}), so there is none`,
    );
  }
  for (const [key, name] of [
    ['batchSize', 'batch-size'],
    ['seqLength', 'seq-length'],
  ] as const) {
    if (asked[key] === undefined || fitted[key] === asked[key]) continue;
    notes.push(
      `${name} ${asked[key]} lowered to ${fitted[key]}, the most that ${trained} training characters allow`,
    );
  }
  return notes;
}

/** Memory of training beside the corpus, and the size of a checkpoint, before anything is allocated. */
function estimateSizes(config: CutConfig, V: number, validation: number) {
  const { cell, hidden: H, layers: L, batchSize: B } = config;
  const parameters = countParameters(architectureFor(config, V));
  // the averaged weights are one tensor more
  const moments = OPTIMIZER_MOMENTS[config.optimizer] + (config.average > 0 ? 1 : 0);
  const checkpointBytes = Math.ceil(
    (4 / 3) * FLOAT_BYTES * ((1 + moments) * parameters + L * CELLS[cell].stateParts.length * B * H),
  );
  // about half of its text is there at a time, written and not yet collected
  const memoryBytes = trainingBytes(config, V, validation) + Math.ceil(checkpointBytes / 2);
  return { parameters, memoryBytes, checkpointBytes };
}

/** The stretch of text that goes into the checkpoint: the start of the validation text, else the corpus's end. */
export function excerptOf({ corpus, validation }: Pick<Plan, 'corpus' | 'validation'>): number[] {
  const text =
    validation.length > 0 ? validation.subarray(0, MAX_EXCERPT) : corpus.ids.subarray(-MAX_EXCERPT);
  return Array.from(text);
}

/** How many steps a run makes in all, and in an epoch, as its text was split. */
export function lengthOf({
  config,
  corpus,
  validation,
}: Pick<Checkpoint, 'config' | 'corpus' | 'validation'>): { steps: number; stepsPerEpoch: number } {
  const cutting = validation === null ? config : { ...config, validationFraction: 0 };
  const { perStream } = measureSplit(corpus.characters, cutting);
  const stepsPerEpoch = Math.floor((perStream - 1) / config.seqLength);
  return { steps: totalSteps(config, stepsPerEpoch), stepsPerEpoch };
}

/** What a checkpoint keeps of a plan. */
export const keptOf = ({ config, corpus, validationText }: Plan) => ({
  config,
  vocabulary: corpus.vocabulary,
  corpus: recordOf(corpus),
  validation: validationText,
});
