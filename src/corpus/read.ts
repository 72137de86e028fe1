import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { splitGraphemes } from 'unicode-segmenter/grapheme';
import { RnnError } from '../errors.ts';
import { IdCollector, type Ids } from './collect.ts';
import { type Encoding, TextReader } from './decode.ts';
import { Numbering, type Unknown } from './numbering.ts';
import type { Unit, Vocabulary } from './vocabulary.ts';

export interface ReadOptions {
  unit: Unit;
  encoding: Encoding;
  /** what happens to bytes that are not text in that encoding */
  invalid: 'error' | 'replace';
  /** what the source - reads */
  stdin?: AsyncIterable<Uint8Array>;
  chunkBytes?: number;
  /** read with this vocabulary; by default one is made of the text's own characters */
  vocabulary?: Vocabulary;
  /** what happens to characters that the vocabulary lacks */
  unknown?: Unknown;
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
}

const CHUNK_BYTES = 1 << 20;
const CODE_POINTS = 0x110000;

/**
 * Reads texts one after another, nothing between them, in memory of about their own size.
 * @throws RnnError naming file and place of what cannot be read, or the characters the vocabulary lacks
 */
export async function readCorpus(sources: readonly string[], options: ReadOptions): Promise<Corpus> {
  const hash = createHash('sha256');
  const numbering = new Numbering(options.unit, options.vocabulary, options.unknown ?? 'error');
  const collector = new IdCollector(await totalBytes(sources), options.vocabulary?.size);
  const units = createIndexer(options.unit, numbering, collector);
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
  }
  // only here, since a grapheme may go on in the next file
  units.add('', true);
  if (options.unknown !== 'skip') numbering.refuseMissing(nameOf(sources));
  if (collector.length === 0) throw emptyCorpus(sources);
  const { vocabulary, translation } = numbering.finish();
  return {
    vocabulary,
    ids: collector.finish(translation),
    sha256: hash.digest('hex'),
    bytes,
    files: sources.length,
    skipped: collector.skipped,
  };
}

function nameOf(sources: readonly string[]): string {
  const [first] = sources;
  if (sources.length > 1) return `${sources.length} files`;
  return first === '-' ? 'standard input' : first!;
}

function emptyCorpus(sources: readonly string[]): RnnError {
  return new RnnError('corpus', `${nameOf(sources)}: expected text to learn from, got none (empty)`);
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

/** Text in, ids out. */
interface Indexer {
  /** @param end whether the last file ended, so that what was held back is complete */
  add(text: string | Uint8Array, end: boolean): void;
}

function createIndexer(unit: Unit, numbering: Numbering, collector: IdCollector): Indexer {
  return unit === 'grapheme'
    ? graphemeIndexer(numbering, collector)
    : numberIndexer(unit, numbering, collector);
}

const UNSEEN = -1;

/** Code points and bytes: a table from number to id is several times faster than a map of strings. */
function numberIndexer(unit: 'codepoint' | 'byte', numbering: Numbering, collector: IdCollector): Indexer {
  const table = new Int32Array(unit === 'byte' ? 0x100 : CODE_POINTS).fill(UNSEEN);
  const push = (code: number) => {
    if (table[code] === UNSEEN) {
      table[code] = numbering.claim(unit === 'byte' ? code : String.fromCodePoint(code));
    }
    collector.push(table[code]!);
  };
  return {
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
function graphemeIndexer(numbering: Numbering, collector: IdCollector): Indexer {
  const table = new Map<string, number>();
  let held = '';
  const push = (grapheme: string) => {
    let id = table.get(grapheme);
    if (id === undefined) {
      id = numbering.claim(grapheme);
      table.set(grapheme, id);
    }
    collector.push(id);
  };
  return {
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
