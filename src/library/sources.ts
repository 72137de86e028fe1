import type { Checkpoint } from '../checkpoint/index.ts';
import { type Corpus, type GivenText, readCorpus, type Source, textName } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { orAborted, Turns } from '../turns.ts';
import type { ModelSource, ReadingOptions, TextSource } from './api.ts';
import { check, misfit, readingSchema, splitOptions } from './checked.ts';
import { bytesOfStream } from './fetched.ts';
import { checkpointOf } from './given.ts';
import { openCheckpoint, openTexts } from './open.ts';

/**
 * The checkpoint that a program names or gives.
 * @param what it is called in messages
 */
export function readModel(source: ModelSource, what: string, signal?: AbortSignal): Promise<Checkpoint> {
  const read = (): Promise<Checkpoint> => {
    if (typeof source === 'string' || source instanceof URL) return openCheckpoint(source, signal);
    if (source instanceof Blob)
      return checkpointOf(bytesOfStream(source.stream()), nameOf(source, what), signal);
    if (source instanceof Uint8Array) return checkpointOf(inOne(source), what, signal);
    if (source instanceof ArrayBuffer) return checkpointOf(inOne(new Uint8Array(source)), what, signal);
    throw misfit(what, 'a file name, a URL, a Blob or bytes', source);
  };
  return orAborted(read(), signal);
}

/** A text in the characters of a model. @throws RnnError where it has fewer than two */
export async function readText(
  source: TextSource,
  { config, vocabulary }: Checkpoint,
  given: ReadingOptions,
  purpose: string,
): Promise<Corpus & { name: string }> {
  const [settings, signal] = splitOptions(given);
  const { encoding = config.encoding, invalid = config.invalid, unknown } = check(readingSchema, settings);
  const sources = await sourcesOf(source, 'the text', () => {}, signal);
  const options = { unit: config.unit, vocabulary, encoding, invalid, unknown, purpose, signal };
  const text = await orAborted(readCorpus(sources, options), signal);
  const name = textName(sources);
  if (text.ids.length < 2)
    throw new RnnError('corpus', `${name}: expected at least 2 known characters ${purpose}, got 1`);
  return { ...text, name };
}

/**
 * What a program names or gives as a text.
 * @param what it is called in messages; @param note is told what was left out
 */
export async function sourcesOf(
  source: TextSource,
  what: string,
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<Source[]> {
  if (typeof source === 'string' || source instanceof URL || isNames(source))
    return orAborted(openTexts(source, note, signal), signal);
  if (source instanceof Blob) return [given(nameOf(source, what), bytesOfStream(source.stream()), signal)];
  if (source instanceof Uint8Array) return [given(what, slices(source), signal)];
  if (source === null || typeof source !== 'object') throw misfit(what, EXPECTED_TEXT, source);
  if ('text' in source && typeof source.text === 'string') return [given(what, slices(source.text), signal)];
  if (Symbol.asyncIterator in source) return [given(what, source, signal)];
  throw misfit(what, EXPECTED_TEXT, source);
}

const EXPECTED_TEXT = 'names, { text }, a Blob or bytes';

const isNames = (source: TextSource): source is readonly string[] =>
  Array.isArray(source) && source.length > 0 && source.every((name) => typeof name === 'string');

const nameOf = (blob: Blob, otherwise: string): string =>
  'name' in blob && typeof blob.name === 'string' ? blob.name : otherwise;

/** Between its pieces others get their turn, and an abort is heard. */
function given<T extends string | Uint8Array>(
  name: string,
  pieces: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): GivenText {
  async function* heard() {
    const turns = new Turns();
    for await (const piece of pieces) {
      await turns.take(signal);
      yield piece;
    }
  }
  return { name, pieces: heard() as GivenText['pieces'] };
}

async function* inOne<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** Read in some milliseconds. */
const SLICE = 1 << 18;

/** A text in memory, with turns of the event loop between its parts; no character is cut. */
async function* slices<T extends string | Uint8Array>(whole: T): AsyncGenerator<T> {
  for (let from = 0; from < whole.length; ) {
    let to = Math.min(from + SLICE, whole.length);
    if (typeof whole === 'string' && /[\ud800-\udbff]/.test(whole[to - 1]!)) to++;
    yield whole.slice(from, to) as T;
    from = to;
  }
}
