import { type Checkpoint, countMoments, type TextRecord } from '../checkpoint/index.ts';
import type { Config } from '../config/index.ts';
import { type Corpus, fitBatch, type Ids, type Split, splitStriped, splitTail } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { architectureFor, CELLS, countParameters } from '../model/index.ts';
import { countShards } from './shards.ts';

/** A corpus cut into training and validation text, and the configuration that fits it. */
export interface Plan {
  config: Config;
  corpus: Corpus;
  train: Ids;
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

/** Longest stretch of text kept in a checkpoint for the inspector. */
const EXCERPT_LENGTH = 2048;
const FLOAT_BYTES = 4;
/** V8 ends strings there; a checkpoint is one string. */
const MAX_STRING = 0x1fffffe8;

/**
 * Splits the corpus and shrinks batch, sequence or validation share where the text is too short for them.
 * @param validationCorpus a validation text of its own, whose vocabulary begins with the corpus's; by default it is a
 *   share of the corpus
 * @throws RnnError when there is nothing to learn from, or a checkpoint could never be written
 */
export function planTraining(asked: Config, text: Corpus, validationCorpus?: Corpus): Plan {
  const notes: string[] = [];
  const corpus = validationCorpus ? { ...text, vocabulary: validationCorpus.vocabulary } : text;
  if (asked.nonlinearity !== 'tanh' && asked.cell !== 'rnn') {
    throw new RnnError(
      'config',
      `--nonlinearity ${asked.nonlinearity}: expected tanh, got a cell (${asked.cell}) that has no other; drop it, or take --cell rnn`,
    );
  }
  if (corpus.vocabulary.size < 2) {
    const only = JSON.stringify(corpus.vocabulary.unitAt(0));
    throw new RnnError(
      'corpus',
      `the corpus holds only one distinct character, ${only}; expected at least 2, since one alone leaves nothing to predict`,
    );
  }
  let split = splitCorpus(asked, corpus, validationCorpus?.ids);
  if (split.validation.length < 2 && asked.validationFraction > 0) {
    split = splitCorpus({ ...asked, validationFraction: 0 }, corpus);
    notes.push(
      `${corpus.ids.length} characters are too few for a validation text; all of them are trained on`,
    );
  }
  const { train, validation, test } = split;
  const { B, T } = fitBatch(train.length, asked.batchSize, asked.seqLength);
  if (B !== asked.batchSize) notes.push(shrunk('batch-size', asked.batchSize, B, train.length));
  if (T !== asked.seqLength) notes.push(shrunk('seq-length', asked.seqLength, T, train.length));
  const config = Object.freeze({ ...asked, batchSize: B, seqLength: T });
  const sizes = estimateSizes(config, corpus.vocabulary.size);
  if (sizes.checkpointBytes > MAX_STRING) {
    throw new RnnError(
      'config',
      `${sizes.parameters} parameters would make a checkpoint of ${sizes.checkpointBytes} bytes, expected at most ${MAX_STRING}; lower --hidden or --layers`,
    );
  }
  const validationText = validationCorpus ? recordOf(validationCorpus) : null;
  return { config, corpus, train, validation, test, validationText, notes, ...sizes };
}

/** By what a corpus is known again. */
export const recordOf = ({ sha256, ids }: Corpus): TextRecord => ({ sha256, characters: ids.length });

/** The parts of a corpus as this configuration splits it; @param validation a text of its own */
export function splitCorpus(config: Config, { ids }: Pick<Corpus, 'ids'>, validation?: Ids): Split {
  const { validationFraction, testFraction } = config;
  if (validationFraction + testFraction >= 1) {
    throw new RnnError(
      'config',
      `--validation-fraction ${validationFraction} and --test-fraction ${testFraction} leave nothing to train on; expected a sum below 1`,
    );
  }
  if (validation) {
    const { train, test } = splitTail(ids, { ...config, validationFraction: 0 });
    return { train, validation, test };
  }
  return config.split === 'striped' ? splitStriped(ids, config, config.batchSize) : splitTail(ids, config);
}

function shrunk(name: string, asked: number, fitted: number, characters: number): string {
  return `${name} ${asked} lowered to ${fitted}, the most that ${characters} training characters allow`;
}

/** Memory of training beside the corpus, and the size of a checkpoint, before anything is allocated. */
function estimateSizes(config: Config, V: number) {
  const { cell, hidden: H, layers: L, batchSize: B, seqLength: T, embedding: N, dropout } = config;
  const parameters = countParameters(architectureFor(config, V));
  const moments = countMoments(config);
  const layer = CELLS[cell].memory(T) + (dropout > 0 ? T : 0);
  const activations = L * layer * B * H + T * B * (V + 4 * N);
  const memoryBytes = FLOAT_BYTES * ((1 + countShards(B) + moments) * parameters + activations);
  const checkpointBytes = Math.ceil(
    (4 / 3) * FLOAT_BYTES * ((1 + moments) * parameters + L * CELLS[cell].stateParts * B * H),
  );
  return { parameters, memoryBytes, checkpointBytes };
}

/** The stretch of text that goes into the checkpoint: the start of the validation text, else the corpus's end. */
export function excerptOf({ corpus, validation }: Plan): number[] {
  const text =
    validation.length > 0 ? validation.subarray(0, EXCERPT_LENGTH) : corpus.ids.subarray(-EXCERPT_LENGTH);
  return Array.from(text);
}

/** Settings a resumed run may change; the others are part of what is being continued. */
const RESUMABLE = [
  'epochs',
  'steps',
  'learningRate',
  'momentum',
  'clipNorm',
  'clipValue',
  'evalEvery',
  'patience',
  'sampleEvery',
  'saveEvery',
] as const satisfies readonly (keyof Config)[];

/**
 * The configuration of a resumed run: the checkpoint's, with what was given explicitly and may change.
 * @param given settings by flag or file; @param flagName how a setting is called in messages
 */
export function resumeConfig(
  checkpoint: Checkpoint,
  given: Partial<Config>,
  flagName: (key: string) => string,
): Config {
  const stored = checkpoint.config as Record<string, unknown>;
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if ((RESUMABLE as readonly string[]).includes(key)) changed[key] = value;
    else if (value !== stored[key]) {
      throw new RnnError(
        'config',
        `${flagName(key)} ${value}: the run being resumed has ${stored[key]}; drop ${flagName(key)}, or start anew from these weights with --init-from`,
      );
    }
  }
  return Object.freeze({ ...checkpoint.config, ...changed });
}
