import { sha256 } from '../bytes.ts';
import { RnnError, type Wording } from '../errors.ts';
import { IdCollector, type Ids, MAX_CHARACTERS } from './collect.ts';
import { bytesOf, readBytes } from './files.ts';
import { createIndexer } from './indexers.ts';
import { Numbering, type Unknown } from './numbering.ts';
import { Seams } from './seams.ts';
import { concat, TextReader } from './text-reader.ts';
import type { Unit, Vocabulary } from './vocabulary.ts';

/** A source that is read as one file: a file name, - for standard input, or the bytes of a program. */
export type Source = string | GivenText;

export interface GivenText {
  /** for messages */
  name: string;
  /** text, or bytes in the encoding of the corpus */
  pieces: AsyncIterable<string> | AsyncIterable<Uint8Array>;
}

export interface ReadOptions {
  unit: Unit;
  /** a label of the Encoding Standard */
  encoding: string;
  /** treatment of bytes that are invalid in the encoding */
  invalid: 'error' | 'replace';
  /** what the source - reads */
  stdin?: AsyncIterable<Uint8Array>;
  chunkBytes?: number;
  /** read with this vocabulary; by default one is made of the text's own characters */
  vocabulary?: Vocabulary;
  /** what happens to characters that the vocabulary lacks */
  unknown?: Unknown;
  /** what an empty text was wanted for; by default "to learn from" */
  purpose?: string;
  /** whether the hash tells which text it is, so that one of unknown characters alone is given back too */
  byHash?: boolean;
  /** whether a text without characters is one too */
  mayBeEmpty?: boolean;
  /** ends the reading between two chunks */
  signal?: AbortSignal | undefined;
  /** how many characters to read at most; the text's hash and bytes are then of as much as was read */
  limit?: number;
}

export interface Corpus {
  vocabulary: Vocabulary;
  ids: Ids;
  /** of the raw bytes of all sources in order */
  sha256: string;
  bytes: number;
  files: number;
  /** how many characters the vocabulary lacked and `unknown: 'skip'` left out */
  skipped: number;
  /** what is worth a line: an encoding other than the asked one, files without an end of their last line */
  notes: readonly string[];
}

/** How much of a file decides about its encoding. */
const HEAD_BYTES = 4096;

/**
 * Reads texts one after another, nothing between them, in memory of about their own size.
 * @throws RnnError naming file and place of what cannot be read, or the characters the vocabulary lacks
 */
export async function readCorpus(sources: readonly Source[], options: ReadOptions): Promise<Corpus> {
  const what = textName(sources);
  const { unit, vocabulary: known, unknown = 'error', limit, purpose, byHash, mayBeEmpty } = options;
  const expected = await totalBytes(sources);
  if (limit === undefined) refuseTooLong(expected, what);
  const numbering = new Numbering(unit, what, known, unknown);
  const collector = new IdCollector(expected, known?.size, limit);
  const read = await collect(sources, options, numbering, collector);
  numbering.refuseMissing();
  const { length, skipped } = collector;
  if (length === 0 && !mayBeEmpty && !(byHash && skipped > 0)) throw emptyText(what, skipped, purpose);
  const { vocabulary, translation } = numbering.finish();
  return { vocabulary, ids: collector.finish(translation), files: sources.length, skipped, ...read };
}

/** Numbers the characters of all sources. */
async function collect(
  sources: readonly Source[],
  options: ReadOptions,
  numbering: Numbering,
  collector: IdCollector,
): Promise<Pick<Corpus, 'sha256' | 'bytes' | 'notes'>> {
  const hash = sha256();
  const indexer = createIndexer(options.unit, numbering, collector);
  const notes = new Set<string>();
  const seams = new Seams();
  // of a text that is not wanted whole no more is read when it is refused
  const isEnough = () => collector.isFull || (options.limit !== undefined && numbering.refuses);
  let bytes = 0;
  for (const source of sources) {
    const name = textName([source]);
    indexer.begin(name);
    for await (const piece of pieces(source, options, notes)) {
      options.signal?.throwIfAborted();
      hash.update(piece.bytes);
      bytes += piece.bytes.length;
      refuseTooLong(bytes, textName(sources));
      indexer.add(piece.text, false);
      numbering.look(piece.text);
      seams.see(name, piece.text);
      if (isEnough()) break;
    }
    if (isEnough()) break;
  }
  // only here, since a grapheme may go on in the next file
  indexer.add('', true);
  return { sha256: hash.digest(), bytes, notes: [...notes, ...seams.notes()] };
}

/** Some sources in a message. */
export function textName(sources: readonly Source[]): string {
  const [first] = sources;
  if (sources.length > 1) return `${sources.length} files`;
  if (typeof first !== 'string') return first!.name;
  return first === '-' ? 'standard input' : first;
}

function emptyText(what: string, skipped: number, purpose = 'to learn from'): RnnError {
  const got = skipped === 0 ? 'none (empty)' : `none that the model knows (${skipped} left out)`;
  return new RnnError('corpus', `${what}: expected text ${purpose}, got ${got}`);
}

function refuseTooLong(bytes: number, what: string): void {
  if (bytes <= MAX_CHARACTERS) return;
  throw new RnnError(
    'corpus',
    `${what}: expected at most ${MAX_CHARACTERS} bytes of text (4 GiB), got ${bytes} or more; take a part of it`,
  );
}

/** Bytes of all sources, which no number of characters exceeds; 0 when one is not a file. */
async function totalBytes(sources: readonly Source[]): Promise<number> {
  const sizes = await Promise.all(
    sources.map((source) => (typeof source === 'string' && source !== '-' ? bytesOf(source) : undefined)),
  );
  return sizes.reduce<number>((sum, size) => sum + (size ?? Number.NaN), 0) || 0;
}

interface Piece {
  bytes: Uint8Array;
  /** for the unit byte the bytes themselves */
  text: string | Uint8Array;
}

async function* pieces(source: Source, options: ReadOptions, notes: Set<string>): AsyncGenerator<Piece> {
  const { unit, encoding, invalid, vocabulary } = options;
  const name = textName([source]);
  // the unit of a model that is there already cannot be chosen
  const remedies: Wording = (name) =>
    `use ${name('invalid')} replace${vocabulary ? '' : ` or ${name('unit')} byte`}`;
  let reader: TextReader | undefined;
  for await (const chunk of withHead(chunks(source, options))) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    if (unit === 'byte') yield { bytes, text: bytes };
    else if (typeof chunk === 'string') yield { bytes, text: chunk };
    else {
      reader ??= new TextReader(name, bytes, { encoding, invalid, remedies });
      yield { bytes, text: reader.read(bytes) };
    }
  }
  if (reader === undefined) return;
  if (reader.encoding !== encoding)
    notes.add(`${name}: read as ${reader.encoding}, as its byte order mark says`);
  yield { bytes: new Uint8Array(0), text: reader.end() };
}

/** The same bytes, the first of them together. */
async function* withHead<T extends string | Uint8Array>(
  chunks: AsyncIterable<T>,
): AsyncGenerator<T | Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (head === undefined || typeof chunk === 'string') yield chunk;
    else {
      head = concat(head, chunk);
      if (head.length < HEAD_BYTES) continue;
      yield head;
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
}

async function* chunks(
  source: Source,
  { stdin, chunkBytes }: ReadOptions,
): AsyncGenerator<string | Uint8Array> {
  if (typeof source !== 'string') return yield* source.pieces;
  try {
    yield* source === '-' ? (stdin ?? []) : readBytes(source, chunkBytes);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === undefined) throw cause;
    const problem = code === 'EISDIR' ? 'expected a file, got a folder' : `cannot be read (${code})`;
    throw new RnnError('corpus', `${source}: ${problem}`, { cause });
  }
}
