import { createHash } from 'node:crypto';
import { z } from 'zod';
import { completeConfig, trainSchema } from '../config/index.ts';
import { Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { NUMERICS_IDS } from '../kernels/index.ts';
import { CELLS, parameterTable } from '../model/index.ts';
import { architectureOf, type Checkpoint, countMoments } from './checkpoint.ts';

/*
 * The file: one JSON document, tensors as base64 of little-endian float32 (decimal would lose −0 and cost three
 * times the space), and a SHA-256 over the values, so that formatting the file anew does not break it.
 */

const FORMAT = 'rnn-checkpoint';
const VERSION = 2;
const MAX_VOCABULARY = 1_114_112;

// −0 is a number of its own that the checksum, taken over JSON, cannot tell from 0
const real = z.number().refine((value) => !Object.is(value, -0), 'expected 0, got -0');
const count = real.int().min(0).max(Number.MAX_SAFE_INTEGER);
const base64 = z.string();
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const textRecord = z.strictObject({ sha256: digest, characters: count });

const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal([1, VERSION]),
  config: trainSchema,
  vocabulary: z.union([z.array(z.string().min(1).max(4096)), z.array(z.number().int().min(0).max(255))]),
  corpus: textRecord,
  validation: textRecord.nullable().default(null),
  numerics: z.enum(NUMERICS_IDS),
  state: z.strictObject({
    step: count,
    epoch: count,
    window: count,
    best: z.strictObject({ step: count, bpc: real }).nullable(),
    sinceBest: count,
    plateau: z.strictObject({ sinceCut: count, scale: real }).default({ sinceCut: 0, scale: 1 }),
    meter: z.strictObject({
      nats: real,
      characters: count,
      steps: count,
      clipped: count,
      shrink: real.default(0),
      gradientNorm: real,
    }),
    history: z.array(
      z.strictObject({
        step: count,
        trainBpc: real,
        validationBpc: real.nullable(),
        gradientNorm: real,
        clipRate: real,
        shrink: real.nullable().default(null),
      }),
    ),
    flow: z
      .array(
        z.strictObject({
          step: count,
          kept: real,
          decayPerStep: real,
          recommendedSeqLength: count.nullable(),
          largestLyapunov: real,
          largestSingularValue: real,
          spectralRadius: real,
          shareAbove99: real,
        }),
      )
      .default([]),
  }),
  excerpt: z.array(count),
  parameters: z.array(z.strictObject({ name: z.string().max(4096), shape: z.array(count), data: base64 })),
  moments: z.array(base64),
  carried: base64,
  sha256: digest,
});

type Document = z.input<typeof documentSchema>;

/** A checkpoint as the text of its file; equal checkpoints give equal texts. */
export function serialize(checkpoint: Checkpoint): string {
  const { config, vocabulary, corpus, validation, numerics, state, excerpt, weights, moments, carried } =
    checkpoint;
  const document: Omit<Document, 'sha256'> = {
    format: FORMAT,
    version: VERSION,
    // parsed once more for the order of its keys, which a resumed run must not change
    config: trainSchema.parse(config),
    vocabulary: [...vocabulary.units] as string[] | number[],
    corpus,
    validation,
    numerics,
    state,
    excerpt,
    parameters: parameterTable(architectureOf(checkpoint)).map(({ name, shape, offset, size }) => ({
      name,
      shape: [...shape],
      data: encode(weights.subarray(offset, offset + size)),
    })),
    moments: moments.map(encode),
    carried: encode(carried),
  };
  return `${JSON.stringify({ ...document, sha256: sha256(document) }, null, 1)}\n`;
}

/**
 * @param name the file's name, for messages
 * @throws RnnError with one line that says what is wrong; nothing is allocated that the text's own size does
 *   not justify
 */
export function deserialize(text: string, name: string): Checkpoint {
  const document = parseDocument(text, name);
  const fail = (problem: string): never => {
    throw new RnnError('checkpoint', `${name}: ${problem}`);
  };
  const { config: settings, state, corpus, validation, numerics, excerpt } = document;
  if (document.vocabulary.length === 0 || document.vocabulary.length > MAX_VOCABULARY) {
    fail(`expected a vocabulary of 1 to ${MAX_VOCABULARY} entries, got ${document.vocabulary.length}`);
  }
  const config = completeConfig(settings);
  const vocabulary = readVocabulary(config.unit, document.vocabulary, fail);
  const checkpoint = { config, vocabulary, corpus, validation, numerics, state, excerpt };
  const weights = readWeights(checkpoint as Checkpoint, document, fail);
  const { layers, batchSize, hidden, cell } = config;
  const carriedLength = layers * CELLS[cell].stateParts * batchSize * hidden;
  const moments = document.moments.map((data, i) => decode(data, weights.length, `moment ${i}`, fail));
  const expected = countMoments(config);
  if (moments.length !== expected) {
    fail(`expected ${expected} moments of ${config.optimizer}, got ${moments.length}`);
  }
  const carried = decode(document.carried, carriedLength, 'carried state', fail);
  const unknown = excerpt.find((id) => id >= vocabulary.size);
  if (unknown !== undefined)
    fail(`the excerpt names character ${unknown} of a vocabulary of ${vocabulary.size}`);
  return { ...checkpoint, weights, moments, carried };
}

type Fail = (problem: string) => never;

function parseDocument(text: string, name: string): z.output<typeof documentSchema> {
  const fail = (problem: string): never => {
    throw new RnnError('checkpoint', `${name}: ${problem}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const what = text.trim() === '' ? 'an empty file' : 'text that is not JSON (cut off or damaged?)';
    fail(`expected a checkpoint written by rnn train, got ${what}`);
  }
  if (value === null || typeof value !== 'object' || !('format' in value) || value.format !== FORMAT) {
    fail(`expected a checkpoint ("format": "${FORMAT}"), got some other JSON`);
  }
  const { version } = value as { version?: unknown };
  if (typeof version === 'number' && version > VERSION) {
    fail(`written in format version ${version}, this rnn reads up to ${VERSION}; upgrade rnn`);
  }
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const at = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    // a damaged key is quoted in the message, line breaks and all
    fail(`damaged checkpoint: ${at}${issue.message}`.replace(/\s+/g, ' ').slice(0, 280));
  }
  const { sha256: stored, ...rest } = value as Document;
  if (sha256(rest) !== stored) fail('damaged checkpoint: the values do not match their SHA-256');
  return parsed.data!;
}

function readVocabulary(
  unit: Checkpoint['config']['unit'],
  units: string[] | number[],
  fail: Fail,
): Vocabulary {
  try {
    return new Vocabulary(unit, units);
  } catch (error) {
    return fail(`damaged checkpoint: ${(error as Error).message}`);
  }
}

/** The tensors must be those of the parameter table, by name, order and shape. */
function readWeights(
  checkpoint: Checkpoint,
  document: z.output<typeof documentSchema>,
  fail: Fail,
): Float32Array {
  const table = parameterTable(architectureOf(checkpoint));
  const total = table.reduce((sum, { size }) => sum + size, 0);
  const present = document.parameters.reduce((sum, { data }) => sum + data.length, 0);
  if (!Number.isSafeInteger(total) || total * 4 > present) {
    fail(`the configuration needs ${total} weights, the file holds about ${Math.floor((present * 3) / 16)}`);
  }
  const weights = new Float32Array(total);
  table.forEach(({ name, shape, offset, size }, i) => {
    const found = document.parameters[i];
    if (found?.name !== name || found.shape.join() !== shape.join()) {
      const got = found ? `${found.name} (${found.shape})` : 'nothing';
      fail(`expected parameter ${name} (${shape}) at place ${i}, got ${got}`);
    }
    weights.set(decode(found!.data, size, `parameter ${name}`, fail), offset);
  });
  if (document.parameters.length > table.length)
    fail(`more parameters than the ${table.length} of its configuration`);
  return weights;
}

function encode(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function decode(data: string, length: number, what: string, fail: Fail): Float32Array {
  const expected = 4 * Math.ceil((length * 4) / 3);
  if (data.length !== expected) {
    fail(
      `${what}: expected ${length} numbers (${expected} characters of base64), got ${data.length} characters`,
    );
  }
  const bytes = Buffer.from(data, 'base64');
  if (bytes.toString('base64') !== data) fail(`${what}: not canonical base64`);
  // a copy with an ArrayBuffer of its own, since Buffer may sit at any byte offset of a shared pool
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  if (!values.every(Number.isFinite)) fail(`${what}: holds numbers that are not finite`);
  return values;
}

/** SHA-256 of the document's values, keys sorted, so that neither layout nor key order matters. */
function sha256(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
