import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  baselines,
  MAX_CHARACTER_LENGTH,
  type ReadOptions,
  readCorpus,
  Vocabulary,
} from '../../src/corpus/index.ts';
import { RnnError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'rnn-edges-'));
const write = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const options = (more: Partial<ReadOptions> = {}): ReadOptions => ({
  unit: 'codepoint',
  encoding: 'utf-8',
  invalid: 'error',
  ...more,
});

it.each([0, 1, 2, 3])('a file read in chunks: an emoji after %i bytes of a 4 byte chunk', async (before) => {
  const text = `${'x'.repeat(before)}😀y`;
  const { vocabulary, ids } = await readCorpus([write('emoji', text)], options({ chunkBytes: 4 }));
  expect(vocabulary.decode(ids)).toBe(text);
  expect(ids.length).toBe(before + 2);
});

it.each([1, 2, 3, 4])(
  'byte order marks of both files are dropped in chunks of %i bytes',
  async (chunkBytes) => {
    const sources = [write('m1', '\ufeffa'), write('m2', '\ufeffb')];
    const { vocabulary, ids } = await readCorpus(sources, options({ chunkBytes }));
    expect(vocabulary.decode(ids)).toBe('ab');
  },
);

it('CR at the end of one file and LF at the start of the next are one grapheme', async () => {
  const sources = [write('cr', 'x\r'), write('lf', '\ny')];
  const { vocabulary, ids } = await readCorpus(sources, options({ unit: 'grapheme' }));
  expect(vocabulary.units).toEqual(['\r\n', 'x', 'y']);
  expect(vocabulary.encode('x\r\ny').ids).toEqual(ids);
});

it('a limit ends the reading within a file, and counts only what was read', async () => {
  const known = new Vocabulary('codepoint', ['a', 'b']);
  const path = write('limited', `${'xab'.repeat(4)}é${'ab'.repeat(5000)}`);
  const read = (limit: number, more: Partial<ReadOptions> = {}) =>
    readCorpus([path], options({ limit, ...more }));
  expect([...(await read(5, { vocabulary: known, unknown: 'skip' })).ids]).toEqual([0, 1, 0, 1, 0]);
  expect((await read(5, { vocabulary: known, unknown: 'skip' })).skipped).toBe(3);
  // what comes after is not asked for, unknown characters among it
  const three = new Vocabulary('codepoint', ['a', 'b', 'x']);
  expect([...(await read(3, { vocabulary: three })).ids]).toEqual([2, 0, 1]);
  for (const unit of ['codepoint', 'grapheme', 'byte'] as const) {
    expect((await read(7, { unit })).ids.length).toBe(7);
    expect((await read(1e6, { unit })).ids.length).toBe(unit === 'byte' ? 10_014 : 10_013);
  }
  expect((await read(5, { chunkBytes: 5000 })).bytes).toBe(5000);
});

it('a file beyond the length of a typed array is refused before it is read, unless little of it is wanted', async () => {
  const path = write('huge', 'abc');
  truncateSync(path, 2 ** 32);
  await expect(readCorpus([path], options())).rejects.toThrow(
    `${path}: expected at most 4294967295 bytes of text (4 GiB), got 4294967296 or more; take a part of it`,
  );
  const { vocabulary, ids } = await readCorpus([path], options({ limit: 3 }));
  expect(vocabulary.decode(ids)).toBe('abc');
  const known = new Vocabulary('codepoint', ['a', 'b', 'c']);
  await expect(readCorpus([path], options({ limit: 9, vocabulary: known }))).rejects.toThrow(
    'huge: the model does not know "\\u0000"',
  );
});

describe('graphemes', () => {
  it('longer than a checkpoint keeps are refused, with their line', async () => {
    const path = write('zalgo', `abc\r\ndef\ne${'\u0301'.repeat(4096)}`);
    const other = write('before', 'a\nb\n');
    for (const chunkBytes of [1000, 1 << 20]) {
      await expect(readCorpus([other, path], options({ unit: 'grapheme', chunkBytes }))).rejects.toThrow(
        `${path}: line 3: expected characters of at most 4096 UTF-16 units, got a longer one, "e" with its combining marks; take unit codepoint`,
      );
    }
    expect((await readCorpus([path], options())).ids.length).toBe(4106);
  });

  it('as long as a checkpoint keeps are read', async () => {
    const longest = `e${'\u0301'.repeat(MAX_CHARACTER_LENGTH - 1)}`;
    const { vocabulary } = await readCorpus([write('long', longest)], options({ unit: 'grapheme' }));
    expect(vocabulary.units).toEqual([longest]);
  });
});

it('files that do not end with a line break are named', async () => {
  const [whole, open, crlf, empty] = [
    write('whole', 'a\n'),
    write('open', 'b'),
    write('crlf', 'c\r\n'),
    write('empty', ''),
  ] as const;
  const notes = async (sources: string[], unit: 'codepoint' | 'byte' = 'codepoint') =>
    (await readCorpus(sources, options({ unit }))).notes;
  expect(await notes([whole, crlf, open])).toEqual([]);
  expect(await notes([open, empty])).toEqual([]);
  for (const unit of ['codepoint', 'byte'] as const) {
    expect(await notes([open, empty, whole], unit)).toEqual([
      `${open} does not end with a line break: the next file goes on in the same line`,
    ]);
  }
  expect(await notes([open, write('open2', 'c'), whole])).toEqual([
    `${open} and 1 other do not end with a line break: the next file goes on in the same line`,
  ]);
});

it('every file has its own byte order mark, and what differs from the asked encoding is said', async () => {
  const [utf8, le] = [write('utf8', '\ufeffé\n'), write('le', Buffer.from('\ufeffè\n', 'utf16le'))];
  const { vocabulary, ids, notes } = await readCorpus([utf8, le], options());
  expect(vocabulary.decode(ids)).toBe('é\nè\n');
  expect(notes).toEqual([`${le}: read as utf-16le, as its byte order mark says`]);
});

it('a bad byte after the first chunk has its place in the file, and the likely encoding is found near it', async () => {
  const path = write(
    'late',
    Buffer.concat([Buffer.from('some words\n'.repeat(2000)), Buffer.from('un caf\xe9 noir', 'latin1')]),
  );
  for (const chunkBytes of [997, 4096, 22_006, 1 << 20]) {
    await expect(readCorpus([path], options({ chunkBytes }))).rejects.toThrow(
      `${path}: byte 0xe9 at offset 22006 (line 2001) is not utf-8; it looks like windows-1252: add encoding windows-1252, or use invalid replace or unit byte`,
    );
  }
});

it('a folder as source is refused', async () => {
  await expect(readCorpus([folder], options())).rejects.toThrow(`${folder}: expected a file, got a folder`);
});

it.each([300, 70_000])('%i distinct code points come back from a small chunk size', async (distinct) => {
  const all = Array.from({ length: distinct }, (_, i) =>
    String.fromCodePoint(i < 0xd000 ? i + 1 : i + 0x1001),
  );
  const text = all.filter((unit) => unit !== '\ufeff').join('');
  const { vocabulary, ids } = await readCorpus([write('many', text)], options({ chunkBytes: 1000 }));
  expect(ids.BYTES_PER_ELEMENT).toBe(distinct === 300 ? 2 : 4);
  expect(vocabulary.decode(ids)).toBe(text);
});

it('names of object members are ordinary text', async () => {
  const path = write('proto', '__proto__ constructor');
  for (const unit of ['codepoint', 'grapheme', 'byte'] as const) {
    const { vocabulary, ids } = await readCorpus([path], options({ unit }));
    expect(vocabulary.decode(ids)).toBe('__proto__ constructor');
  }
});

it.each<['codepoint' | 'grapheme' | 'byte', string[] | number[], string]>([
  ['codepoint', ['a', 'a'], 'vocabulary: "a" appears twice'],
  ['codepoint', ['ab'], 'vocabulary entry 0: expected one codepoint, got "ab"'],
  ['grapheme', ['a', ''], 'vocabulary entry 1: expected one grapheme, got ""'],
  ['codepoint', [5], 'vocabulary entry 0: expected one codepoint, got 5'],
  ['byte', [1, 256], 'vocabulary entry 1: expected one byte, got 256'],
])('a %s vocabulary %j is refused', (unit, units, message) => {
  expect(() => new Vocabulary(unit, units)).toThrow(new RnnError('corpus', message));
});

it('a vocabulary keeps its own order', () => {
  const units = ['a', 'b'];
  const vocabulary = new Vocabulary('codepoint', units);
  units.push('c');
  expect(vocabulary.size).toBe(2);
  expect(Object.isFrozen(vocabulary.units)).toBe(true);
});

it('bytes beyond ASCII are like no others', () => {
  const vocabulary = new Vocabulary('byte', [0x10, 0x90, 0x95, 0xf0]);
  expect(vocabulary.encode(Uint8Array.of(0x92, 0x92)).unknown).toEqual([0x92]);
  expect(vocabulary.nearest(0x92, 2)).toEqual([]);
});

it('a U+FEFF of the text survives the way through bytes', () => {
  const vocabulary = new Vocabulary('codepoint', ['a', '\ufeff']);
  expect([...vocabulary.encode(vocabulary.decodeBytes([1, 0])).ids]).toEqual([1, 0]);
});

it('a text of one character costs nothing: perplexity 1', () => {
  const { uniform, unigram, fivegram } = baselines(Uint8Array.of(0, 0, 0), new Uint8Array(0), 1);
  expect([uniform, unigram, fivegram].map((bits) => 2 ** bits)).toEqual([1, 1, 1]);
});
