import { isUtf8, searchable, utf8 } from '../bytes.ts';
import { completeConfig, EXACT_LATIN1, show } from '../config/index.ts';
import { Vocabulary } from '../corpus/index.ts';
import { drain } from '../drain.ts';
import { RnnError } from '../errors.ts';
import { hashing } from './canonical.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Fail, readTensors } from './read-tensors.ts';
import { type Scanned, scan } from './scan.ts';
import { type Document, documentSchema, FORMAT, MAX_ROWS, VERSION } from './schema.ts';
import { piecesOf } from './tensors.ts';

const NOT_JSON = 'text that is not JSON (cut off or damaged?)';
/** Of a file that is no checkpoint, at most this much is parsed only to say what it is. */
const SMALL_BYTES = 1 << 20;
/** The beginning of a file, where the version stands. */
const HEAD_BYTES = 1000;
const MAX_PROBLEM_LENGTH = 240;
const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** By which a checkpoint is known. */
const MARK = new TextEncoder().encode(`"${FORMAT}"`);

/**
 * @param text of a checkpoint's file; @param name the file's name, for messages
 * @throws RnnError with one line that says what is wrong
 */
export const deserialize = (text: string, name: string): Checkpoint =>
  drain(deserializing(new TextEncoder().encode(text), name));

/**
 * The same of the file's bytes; nothing is allocated that their number does not justify. Yields between the pieces of
 * tensors.
 */
export function* deserializing(file: Uint8Array, name: string): Generator<void, Checkpoint, void> {
  // some editors put a byte order mark in front
  const isMarked = BYTE_ORDER_MARK.every((byte, i) => file[i] === byte);
  const bytes = searchable(file.subarray(isMarked ? BYTE_ORDER_MARK.length : 0));
  const fail: Fail = (problem) => {
    throw new RnnError('checkpoint', `${name}: ${oneLine(problem)}`);
  };
  recognize(bytes, fail);
  const { document, tensors } = yield* parse(bytes, fail);
  const { state, corpus, validation, numerics, imported, excerpt } = document;
  const config = completeConfig(document.config);
  const vocabulary = readVocabulary(config.unit, document.vocabulary, fail);
  const unknown = excerpt.find((id) => id >= vocabulary.size);
  if (unknown !== undefined)
    fail(`the excerpt names character ${unknown} of a vocabulary of ${vocabulary.size}`);
  state.history = thinned(state.history);
  state.flow = thinned(state.flow);
  const head = { config, vocabulary, corpus, validation, numerics, imported, state, excerpt };
  return { ...head, ...(yield* readTensors(document, config, vocabulary.size, tensors, fail)) };
}

/** Foreign text must not begin a line of its own, nor fill the screen. */
function oneLine(text: string): string {
  const line = text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return line.length > MAX_PROBLEM_LENGTH ? `${line.slice(0, MAX_PROBLEM_LENGTH - 1)}…` : line;
}

/** Whether it says that it is a checkpoint, of a version that can be read. */
function recognize(bytes: Uint8Array, fail: Fail): void {
  if (!isUtf8(bytes)) fail('expected a checkpoint (JSON text), got a binary file');
  if (includes(bytes, MARK)) {
    const [, version] = /"version"\s*:\s*(\d{1,15})\b/.exec(utf8(bytes.subarray(0, HEAD_BYTES))) ?? [];
    if (Number(version) > VERSION)
      fail(`written in format version ${version}, this rnn reads up to ${VERSION}; upgrade rnn`);
    return;
  }
  if (bytes.length > SMALL_BYTES) fail(`expected a checkpoint ("format": "${FORMAT}"), got something else`);
  const text = utf8(bytes);
  if (text.trim() === '') fail('expected a checkpoint written by rnn train, got an empty file');
  parseJson(text, fail);
  fail(`expected a checkpoint ("format": "${FORMAT}"), got some other JSON`);
}

/** Whether a stretch of bytes stands in others. */
function includes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const [first] = wanted;
  let at = bytes.indexOf(first!);
  while (at >= 0 && wanted.some((byte, i) => bytes[at + i] !== byte)) at = bytes.indexOf(first!, at + 1);
  return at >= 0;
}

function parseJson(text: string, fail: Fail): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail(`expected a checkpoint written by rnn train, got ${NOT_JSON}`);
  }
}

function* parse(
  bytes: Uint8Array,
  fail: Fail,
): Generator<void, { document: Document; tensors: Uint8Array[] }, void> {
  const scanned = scan(bytes, (problem) =>
    fail(
      problem === undefined
        ? `expected a checkpoint written by rnn train, got ${NOT_JSON}`
        : `damaged checkpoint: ${problem}`,
    ),
  );
  const value = parseJson(scanned.frame, fail);
  const parsed = documentSchema.safeParse(inTodaysNames(value));
  const [issue] = parsed.error?.issues ?? [];
  if (issue) {
    const at = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    const what =
      issue.code === 'unrecognized_keys' ? `Unrecognized key: ${show(issue.keys[0])}` : issue.message;
    fail(`damaged checkpoint: ${at}${what}`);
  }
  const tensors = unescaped(scanned, fail);
  const { sha256: stored, ...rest } = value as Document;
  if ((yield* hashing(rest, tensors.map(piecesOf))) !== stored)
    fail('damaged checkpoint: the values do not match their SHA-256');
  return { document: parsed.data!, tensors };
}

/** The latin1 of version 1 was ISO 8859-1; today that is a name of windows-1252. */
function inTodaysNames(value: unknown): unknown {
  const { version, config } = (value ?? {}) as { version?: unknown; config?: { encoding?: unknown } };
  if (version !== 1 || config?.encoding !== 'latin1') return value;
  return { ...(value as object), config: { ...config, encoding: EXACT_LATIN1 } };
}

/** Some programs write the / of base64 as \/, which is the same text. */
function unescaped({ tensors }: Scanned, fail: Fail): Uint8Array[] {
  return tensors.map((text) =>
    text.includes(BACKSLASH) ? new TextEncoder().encode(parseJson(`"${utf8(text)}"`, fail) as string) : text,
  );
}

function readVocabulary(
  unit: Checkpoint['config']['unit'],
  units: (string | number)[],
  fail: Fail,
): Vocabulary {
  try {
    return new Vocabulary(unit, units as string[] | number[]);
  } catch (error) {
    return fail(`damaged checkpoint: ${(error as Error).message.slice(0, MAX_PROBLEM_LENGTH / 2)}`);
  }
}

/** Every other row, until there are few enough; the last one stays. */
function thinned<T>(rows: T[]): T[] {
  return rows.length <= MAX_ROWS ? rows : thinned(rows.filter((_, i) => (rows.length - i) % 2 === 1));
}
