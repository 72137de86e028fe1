import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { baselines, type ReadOptions, readCorpus, Vocabulary } from '../../src/corpus/index.ts';
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
  expect(vocabulary.encode('x\r\ny').ids).toEqual(Int32Array.from(ids));
});

it.each([
  [[0x61, 0x0a, 0xed, 0xa0, 0x80], 'byte 0xa0 at offset 3 (line 2)'],
  [[0x0a, 0xf4, 0x90, 0x80, 0x80], 'byte 0x90 at offset 2 (line 2)'],
  [[0x61, 0xf0, 0x9f, 0x98, 0x61], 'byte 0x61 at offset 4 (line 1)'],
])('%j is named alike in chunks of every size', async (bytes, named) => {
  const path = write('bad', Uint8Array.from(bytes));
  for (const chunkBytes of [1, 2, 3, 4, 100]) {
    const error = await readCorpus([path], options({ chunkBytes })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RnnError);
    expect((error as Error).message).toContain(`${path}: ${named} is not utf-8`);
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
  ['codepoint', ['a', 'a'], 'vocabulary: "a" stands there twice'],
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

it('nearest bytes are the numerically nearest', () => {
  const vocabulary = new Vocabulary('byte', [0x10, 0x90, 0x95, 0xf0]);
  expect(vocabulary.encode(Uint8Array.of(0x92, 0x92)).unknown).toEqual(['0x92']);
  expect(vocabulary.nearest('0x92', 2)).toEqual(['0x90', '0x95']);
});

it('a U+FEFF of the text survives the way through bytes', () => {
  const vocabulary = new Vocabulary('codepoint', ['a', '\ufeff']);
  expect([...vocabulary.encode(vocabulary.decodeBytes([1, 0])).ids]).toEqual([1, 0]);
});

it('a text of one character costs nothing: perplexity 1', () => {
  const { uniform, unigram, fivegram } = baselines(Uint8Array.of(0, 0, 0), new Uint8Array(0), 1);
  expect([uniform, unigram, fivegram].map((bits) => 2 ** bits)).toEqual([1, 1, 1]);
});
