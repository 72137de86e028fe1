import { type FittedConfig, fittedSchema, OPTIMIZER_MOMENTS } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import { drain } from '../drain.ts';
import { RnnError } from '../errors.ts';
import { NUMERICS_IDS } from '../kernels/index.ts';
import { architectureFor, parameterTable } from '../model/index.ts';
import { hashing } from './canonical.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  type Document,
  documentSchema,
  FORMAT,
  MAX_CHECKPOINT_BYTES,
  MAX_EXCERPT,
  MAX_PREVIEW_LENGTH,
  MAX_PREVIEWS,
  MAX_RATE_CHANGES,
  MAX_ROWS,
  PREVIEW_LENGTH,
  TENSOR_PLACES,
  tensorPlace,
  VERSION,
} from './schema.ts';
import { base64Length, encode, fillIn, problemOf, type TensorSlot, tensorSlots } from './tensors.ts';

type Head = Omit<Checkpoint, 'weights' | 'moments' | 'average' | 'carried'>;

/** A checkpoint as the text of its file; equal checkpoints give equal texts. */
export function serialize(checkpoint: Checkpoint): string {
  return [...drain(serializing(checkpoint))].join('');
}

/**
 * The text in pieces, so that a large one is never in memory as a whole; yields while it is made ready.
 * @throws RnnError before the first piece where the text could not be read again
 */
export function* serializing(checkpoint: Checkpoint): Generator<void, Iterable<string | Uint8Array>, void> {
  const slots = tensorSlots(checkpoint.config, checkpoint.vocabulary.size);
  const tensors = tensorsOf(checkpoint);
  for (const [i, slot] of slots.entries()) {
    const { length } = tensors[i] ?? [];
    if (length !== slot.length) fail(`${slot.name}: expected ${slot.length} numbers, got ${length}`);
    const problem = problemOf(tensors[i]!, slot);
    if (problem !== undefined) fail(problem);
    yield;
  }
  const encoded = () => tensors.map(encode);
  const document = checked(documentOf(checkpoint));
  const frame = toText({ ...document, sha256: yield* hashing(document, encoded()) });
  const bytes = fileBytes(frame, slots);
  if (bytes > MAX_CHECKPOINT_BYTES) fail(`${bytes} bytes, expected at most ${MAX_CHECKPOINT_BYTES}`);
  return fillIn(frame, encoded());
}

const fail = (problem: string): never => {
  throw new RnnError('checkpoint', problem);
};

const toText = (document: object): string => `${JSON.stringify(document, null, 1)}\n`;

function tensorsOf({ config, vocabulary, weights, moments, average, carried }: Checkpoint): Float32Array[] {
  const table = parameterTable(architectureFor(config, vocabulary.size));
  const parameters = table.map(({ offset, size }) => weights.subarray(offset, offset + size));
  return [...parameters, ...moments, ...(average ? [average] : []), carried];
}

/** Content of the file, its tensors numbered in the order of `tensorSlots`. */
function documentOf(head: Head): Omit<Document, 'sha256'> {
  const { config, vocabulary, corpus, validation, numerics, imported, state, excerpt } = head;
  let tensors = 0;
  const place = () => tensorPlace(tensors++);
  return {
    format: FORMAT,
    version: VERSION,
    // parsed once more for the order of its keys, which a resumed run must not change
    config: fittedSchema.parse(config),
    vocabulary: [...vocabulary.units] as string[] | number[],
    corpus,
    validation,
    numerics,
    ...(imported !== undefined && { imported }),
    state,
    excerpt,
    parameters: parameterTable(architectureFor(config, vocabulary.size)).map(({ name, shape }) => ({
      name,
      shape: [...shape],
      data: place(),
    })),
    moments: Array.from({ length: OPTIMIZER_MOMENTS[config.optimizer] }, place),
    average: config.average > 0 ? place() : null,
    carried: place(),
  };
}

/** The document as it will come back from its JSON, which knows neither −0 nor NaN. */
function checked(document: Omit<Document, 'sha256'>): Omit<Document, 'sha256'> {
  const text = JSON.stringify(document, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      fail(`${key}: expected a finite number, got ${value}`);
    }
    return value;
  });
  const written = JSON.parse(text) as Omit<Document, 'sha256'>;
  const parsed = documentSchema.omit({ sha256: true }).safeParse(written);
  const [issue] = parsed.error?.issues ?? [];
  if (issue) fail(`${issue.path.join('.')}: ${issue.message}`);
  return written;
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

function fileBytes(frame: string, slots: readonly TensorSlot[]): number {
  return frame
    .split(TENSOR_PLACES)
    .map((part, i) => (i % 2 === 0 ? utf8Length(part) : base64Length(slots[Number(part)]!.length)))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** No number takes more characters. */
const LONGEST_NUMBER = -2.2250738585072014e-308;
const LONGEST_COUNT = Number.MAX_SAFE_INTEGER;
/** Tensors that a resumed run may add by other settings. */
const SETTINGS_BYTES = 500;

/** A preview that takes the most bytes in JSON, where a control character takes six. */
function longestPreview({ unit, units }: Vocabulary): string {
  if (unit === 'byte') return '\u0000'.repeat(PREVIEW_LENGTH);
  const size = (text: string) => utf8Length(JSON.stringify(text));
  const longest = (units as readonly string[]).reduce((a, b) => (size(b) > size(a) ? b : a));
  return longest.repeat(PREVIEW_LENGTH).slice(0, MAX_PREVIEW_LENGTH);
}

/** The most bytes that the file of a run can take, whatever the run comes to. */
export function largestCheckpoint(config: FittedConfig, vocabulary: Vocabulary): number {
  const real = LONGEST_NUMBER;
  const count = LONGEST_COUNT;
  const text = { sha256: '0'.repeat(64), characters: count };
  const history = { step: count, trainBpc: real, validationBpc: real, gradientNorm: real, clipRate: real };
  const flow = { step: count, kept: real, decayPerStep: real, recommendedSeqLength: count };
  const spectrum = { largestLyapunov: real, largestSingularValue: real, spectralRadius: real };
  const rows = <T>(row: T): T[] => Array<T>(MAX_ROWS).fill(row);
  const head: Head = {
    config,
    vocabulary,
    corpus: text,
    validation: text,
    numerics: [...NUMERICS_IDS].sort((a, b) => b.length - a.length)[0]!,
    state: {
      step: count,
      epoch: count,
      window: count,
      best: { step: count, bpc: real },
      sinceBest: count,
      plateau: { sinceCut: count, scale: real },
      meter: {
        nats: real,
        characters: count,
        steps: count,
        clipped: count,
        shrink: real,
        gradientNorm: real,
      },
      history: rows({ ...history, shrink: real }),
      flow: rows({ ...flow, ...spectrum, shareAbove99: real }),
      previews: Array(MAX_PREVIEWS).fill({ step: count, text: longestPreview(vocabulary) }),
      rateChanges: Array(MAX_RATE_CHANGES).fill({ step: count, factor: -real }),
    },
    excerpt: Array<number>(MAX_EXCERPT).fill(vocabulary.size - 1),
  };
  const frame = toText({ ...documentOf(head), sha256: text.sha256 });
  return fileBytes(frame, tensorSlots(config, vocabulary.size)) + SETTINGS_BYTES;
}
