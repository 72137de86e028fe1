import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { splitGraphemes } from 'unicode-segmenter/grapheme';
import { RnnError } from '../errors.ts';
import { IdCollector, type Ids } from './collect.ts';
import { type Encoding, TextReader } from './decode.ts';
import { type Unit, Vocabulary } from './vocabulary.ts';

export interface ReadOptions {
  unit: Unit;
  encoding: Encoding;
  /** what happens to bytes that are not text in that encoding */
  invalid: 'error' | 'replace';
  /** what the source - reads */
  stdin?: AsyncIterable<Uint8Array>;
  chunkBytes?: number;
}

export interface Corpus {
  vocabulary: Vocabulary;
  ids: Ids;
  /** of the raw bytes of all sources in order */
  sha256: string;
  bytes: number;
  files: number;
  /** characters up to the end of each file */
  ends: number[];
}

const CHUNK_BYTES = 1 << 20;
const CODE_POINTS = 0x110000;

/** Reads texts one after another, nothing between them, in memory of about their own size. */
export async function readCorpus(sources: readonly string[], options: ReadOptions): Promise<Corpus> {
  const hash = createHash('sha256');
  const units = createIndexer(options.unit, await totalBytes(sources));
  const ends: number[] = [];
  let bytes = 0;
  for (const source of sources) {
    const name = source === '-' ? 'standard input' : source;
    const reader =
      options.unit === 'byte' ? undefined : new TextReader(name, options.encoding, options.invalid);
    for await (const chunk of chunks(source, options)) {
      hash.update(chunk);
      bytes += chunk.length;
      units.add(reader ? reader.read(chunk, false) : chunk, false);
    }
    if (reader) units.add(reader.read(new Uint8Array(0), true), false);
    ends.push(units.collector.length);
  }
  // only here, since a grapheme may go on in the next file
  units.add('', true);
  const { entries, collector } = units;
  ends[ends.length - 1] = collector.length;
  if (entries.length === 0) throw emptyCorpus(sources);
  const { vocabulary, translation } = sortEntries(options.unit, entries);
  return {
    vocabulary,
    ids: collector.finish(translation),
    sha256: hash.digest('hex'),
    bytes,
    files: sources.length,
    ends,
  };
}

function emptyCorpus(sources: readonly string[]): RnnError {
  const name = sources.length === 1 ? sources[0] : `${sources.length} files`;
  return new RnnError(
    'corpus',
    `${name === '-' ? 'standard input' : name}: expected text to learn from, got none (empty)`,
  );
}

/** Bytes of all sources, which no number of characters exceeds; 0 when one is not a file. */
async function totalBytes(sources: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    sources.map((source) => (source === '-' ? undefined : stat(source).catch(() => undefined))),
  );
  return sizes.every((size) => size?.isFile()) ? sizes.reduce((sum, size) => sum + size!.size, 0) : 0;
}

async function* chunks(source: string, { stdin, chunkBytes }: ReadOptions): AsyncGenerator<Uint8Array> {
  try {
    yield* source === '-'
      ? (stdin ?? [])
      : createReadStream(source, { highWaterMark: chunkBytes ?? CHUNK_BYTES });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const problem = code === 'EISDIR' ? 'expected a file, got a folder' : `cannot be read (${code})`;
    throw new RnnError('corpus', `${source}: ${problem}`, { cause });
  }
}

/** Numbers units in order of appearance. */
interface Indexer {
  /** @param end whether the last file ended, so that what was held back is complete */
  add(text: string | Uint8Array, end: boolean): void;
  readonly entries: (string | number)[];
  readonly collector: IdCollector;
}

function createIndexer(unit: Unit, expected: number): Indexer {
  const collector = new IdCollector(expected);
  return unit === 'grapheme' ? graphemeIndexer(collector) : numberIndexer(unit, collector);
}

/** Code points and bytes: a table from number to id is several times faster than a map of strings. */
function numberIndexer(unit: 'codepoint' | 'byte', collector: IdCollector): Indexer {
  const table = new Int32Array(unit === 'byte' ? 0x100 : CODE_POINTS).fill(-1);
  const entries: (string | number)[] = [];
  const push = (code: number) => {
    let id = table[code]!;
    if (id < 0) {
      id = entries.length;
      table[code] = id;
      entries.push(unit === 'byte' ? code : String.fromCodePoint(code));
    }
    collector.push(id);
  };
  return {
    entries,
    collector,
    add(text) {
      if (typeof text !== 'string') {
        for (const byte of text) push(byte);
        return;
      }
      for (let i = 0; i < text.length; i++) {
        const code = text.codePointAt(i)!;
        if (code > 0xffff) i++;
        push(code);
      }
    },
  };
}

/** Graphemes: the last one of a chunk is held back, since the next chunk may go on with it. */
function graphemeIndexer(collector: IdCollector): Indexer {
  const table = new Map<string, number>();
  const entries: (string | number)[] = [];
  let held = '';
  const push = (grapheme: string) => {
    let id = table.get(grapheme);
    if (id === undefined) {
      id = entries.length;
      table.set(grapheme, id);
      entries.push(grapheme);
    }
    collector.push(id);
  };
  return {
    entries,
    collector,
    add(text, end) {
      let last = '';
      for (const grapheme of splitGraphemes(held + text)) {
        if (last !== '') push(last);
        last = grapheme;
      }
      held = end ? '' : last;
      if (end && last !== '') push(last);
    },
  };
}

/** Sorted by code points, so that the order depends on the set of characters alone. */
function sortEntries(unit: Unit, entries: readonly (string | number)[]) {
  const order = entries.map((_, id) => id).sort((a, b) => compare(entries[a]!, entries[b]!));
  const translation = new Uint32Array(entries.length);
  order.forEach((id, place) => {
    translation[id] = place;
  });
  const sorted = order.map((id) => entries[id]!);
  return { vocabulary: new Vocabulary(unit, sorted as string[] | number[]), translation };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  const left = Array.from(a, (c) => c.codePointAt(0)!);
  const right = Array.from(b, (c) => c.codePointAt(0)!);
  const at = left.findIndex((code, i) => code !== right[i]);
  return at < 0 ? left.length - right.length : left[at]! - (right[at] ?? -1);
}
