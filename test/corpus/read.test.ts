import { closeSync, mkdirSync, mkdtempSync, openSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSources, readCorpus, type Unit, Vocabulary } from '../../src/corpus/index.ts';
import { readString } from '../support/models.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'rnn-corpus-'));

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Read {
  unit?: Unit;
  encoding?: string;
  invalid?: 'error' | 'replace';
  chunk?: number;
  purpose?: string;
}

const read = (
  content: string | number[],
  { unit = 'codepoint', encoding = 'utf-8', invalid = 'error', chunk = 1e6, ...more }: Read = {},
) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);
  return readCorpus(['-'], { unit, encoding, invalid, stdin: chunksOf(bytes, chunk), ...more });
};

const textOf = async (...parameters: Parameters<typeof read>) => {
  const { vocabulary, ids } = await read(...parameters);
  return vocabulary.decode(ids);
};

const failure = (...parameters: Parameters<typeof read>) =>
  read(...parameters).then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('text comes back exactly', () => {
  it.each([
    'a\r\nb\rc\nd',
    'nul\0byte',
    'e\u0301 \u00e9',
    '한국어 한',
    '👨‍👩‍👧‍👦🇰🇷!',
    '\u2028\u2029\u0085',
    '\ufffd',
  ])('%j in every unit', async (text) => {
    for (const unit of ['codepoint', 'grapheme', 'byte'] as const)
      expect(await textOf(text, { unit })).toBe(text);
  });

  it('any text, any unit, any chunk size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.startsWith('\ufeff')),
        fc.constantFrom<Unit>('codepoint', 'grapheme', 'byte'),
        fc.integer({ min: 1, max: 9 }),
        async (text, unit, chunk) => {
          expect(await textOf(text, { unit, chunk })).toBe(text);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each([1, 2, 3, 4])('an emoji split after %i bytes is one character', async (chunk) => {
    const { vocabulary } = await read('x😀y', { chunk });
    expect(vocabulary.units).toEqual(['x', 'y', '😀']);
  });

  it.each([1, 3, 7])(
    'a family and CRLF split over chunks of %i bytes are one grapheme each',
    async (chunk) => {
      const { vocabulary, ids } = await read('a\r\n👨‍👩‍👧', { unit: 'grapheme', chunk });
      expect(vocabulary.units).toEqual(['\r\n', 'a', '👨‍👩‍👧']);
      expect([...ids]).toEqual([1, 0, 2]);
    },
  );

  it('a byte order mark is dropped from text, kept in bytes', async () => {
    expect(await textOf('\ufeffab')).toBe('ab');
    expect((await read('\ufeffab', { unit: 'byte' })).ids.length).toBe(5);
  });

  it('windows-1252, utf-16le, and every byte one code point', async () => {
    expect(await textOf([0x61, 0x92, 0xe9], { encoding: 'windows-1252' })).toBe('a’é');
    expect(await textOf([0x61, 0x92, 0xe9], { encoding: 'iso-8859-1-exact' })).toBe('a\u0092é');
    expect(await textOf([0x61, 0, 0x3d, 0xd8, 0, 0xde], { encoding: 'utf-16le', chunk: 3 })).toBe('a😀');
  });
});

describe('vocabulary', () => {
  it('is sorted by code point, whatever the order of the text', async () => {
    expect((await read('b😀a\uffffB')).vocabulary.units).toEqual(['B', 'a', 'b', '\uffff', '😀']);
    expect((await read('😀Bab\uffff')).vocabulary.units).toEqual(['B', 'a', 'b', '\uffff', '😀']);
  });

  it.each([
    [256, Uint8Array],
    [257, Uint16Array],
    [65536, Uint16Array],
    [65537, Uint32Array],
  ])('%i distinct characters lie in the smallest array type', async (distinct, type) => {
    const codes = Array.from({ length: distinct }, (_, i) => (i < 0xd000 ? i : i + 0x1000));
    const text =
      String.fromCodePoint(...codes.slice(0, 60_000)) + String.fromCodePoint(...codes.slice(60_000));
    const { ids, vocabulary } = await read(text.replace(/^\ufeff/, ''));
    expect(ids).toBeInstanceOf(type);
    expect(vocabulary.decode(ids)).toBe(text);
  });

  it('names unknown characters once, with the nearest known ones', () => {
    const vocabulary = new Vocabulary('codepoint', ['A', 'b', 'e', 'z']);
    expect(vocabulary.encode('abéa?')).toEqual({
      ids: Uint8Array.of(1),
      unknown: ['a', 'é', '?'],
      skipped: 4,
    });
    expect(vocabulary.nearest('a', 1)).toEqual(['A']);
    expect(vocabulary.nearest('é', 1)).toEqual(['e']);
    expect(vocabulary.nearest('y', 1)).toEqual([]);
  });

  it('a hash over the raw bytes', async () => {
    const { sha256, bytes } = await read('abc');
    expect(sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(bytes).toBe(3);
  });
});

describe('bytes that are not text', () => {
  const wayOut = 'expected utf-8 text: give its encoding, or use invalid replace or unit byte';
  it.each<[string, number[], string]>([
    ['first', [0xff, 0x61], 'byte 0xff at offset 0 (line 1)'],
    ['middle, on line 2', [0x61, 0x0a, 0x90, 0x61], 'byte 0x90 at offset 2 (line 2)'],
    ['last', [0x61, 0x62, 0x81], 'byte 0x81 at offset 2 (line 1)'],
    ['overlong', [0x61, 0xc0, 0x81], 'byte 0xc0 at offset 1 (line 1)'],
  ])('%s: named with offset and line, in chunks of any size', async (_, bytes, named) => {
    for (const chunk of [1, 2, 100]) {
      expect(await failure(bytes, { chunk })).toBe(`standard input: ${named} is not utf-8; ${wayOut}`);
    }
  });

  it('a character cut off at the end', async () => {
    for (const chunk of [1, 2, 100]) {
      expect(await failure([0x61, 0xe2, 0x82], { chunk })).toBe(
        `standard input: the file ends in the middle of the character that begins at offset 1 (line 1); ${wayOut}`,
      );
    }
  });

  it('--invalid replace and --unit byte are ways out', async () => {
    expect(await textOf([0x61, 0xff], { invalid: 'replace' })).toBe('a\ufffd');
    expect([...(await read([0x61, 0xff], { unit: 'byte' })).vocabulary.units]).toEqual([0x61, 0xff]);
  });

  it('an empty text', async () => {
    expect(await failure('')).toBe('standard input: expected text to learn from, got none (empty)');
    expect(await failure('', { purpose: 'to measure' })).toBe(
      'standard input: expected text to measure, got none (empty)',
    );
    expect(await failure('\ufeff')).toBe('standard input: expected text to learn from, got none (empty)');
  });
});

describe('sources', () => {
  const directory = folder();
  mkdirSync(join(directory, 'sub'));
  mkdirSync(join(directory, 'none'));
  for (const name of ['b.txt', 'a.txt', 'sub/c.txt', '.hidden', '[x].txt'])
    writeFileSync(join(directory, name), name);
  const find = (...patterns: string[]) =>
    findSources(patterns, directory).catch((error: Error) => error.message);

  it('files in the order given, each once; folders sorted, without dot files; globs', async () => {
    expect(await find('b.txt', 'a.txt', './b.txt')).toEqual(['./b.txt', 'a.txt']);
    expect(await find('.')).toEqual(['./[x].txt', './a.txt', './b.txt', './sub/c.txt']);
    expect(await find('*.txt')).toEqual(['[x].txt', 'a.txt', 'b.txt']);
    expect(await find('-', 'a.txt')).toEqual(['-', 'a.txt']);
  });

  it('a name that exists wins over its reading as a glob', async () => {
    expect(await find('[x].txt')).toEqual(['[x].txt']);
  });

  it('one line for what is missing', async () => {
    expect(await find('no.txt')).toBe('no.txt: no such file or folder; check the name');
    expect(await find('*.md')).toBe('*.md: no file matches this pattern');
    expect(await find('none')).toBe('none: expected a folder with text files, got an empty one');
  });

  it('an empty name and a device are refused', async () => {
    expect(await find('')).toBe('"": expected the name of a file or folder, got an empty one');
    const device = (name: string) => `${name}: expected a file, folder or pipe, got a device`;
    expect(await find('/dev/zero')).toBe(device('/dev/zero'));
    symlinkSync('/dev/zero', join(directory, 'zero.lnk'));
    expect(await find('*.lnk')).toBe(device('zero.lnk'));
  });

  it('links in a folder are followed: a file is read once, by its own name; circles end', async () => {
    const linked = folder();
    const findIn = (...patterns: string[]) =>
      findSources(patterns, linked).catch((error: Error) => error.message);
    for (const name of ['far/deep', 'links', 'mixed/own', 'lost'])
      mkdirSync(join(linked, name), { recursive: true });
    for (const name of ['far/a.txt', 'far/deep/b.txt', 'mixed/z.txt', 'mixed/own/y.txt'])
      writeFileSync(join(linked, name), name);
    const links = {
      'links/file': '../far/a.txt',
      'links/folder': '../far/deep',
      'far/deep/up': '..',
      'mixed/a-link': 'z.txt',
      'mixed/b-link': 'own',
      'mixed/circle': '.',
      'lost/link': 'nowhere',
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(linked, name));
    expect(await findIn('links')).toEqual(['links/file', 'links/folder/b.txt']);
    expect(await findIn('far')).toEqual(['far/a.txt', 'far/deep/b.txt']);
    expect(await findIn('mixed/')).toEqual(['mixed/own/y.txt', 'mixed/z.txt']);
    expect(await findIn('links/file', 'far')).toEqual(['far/a.txt', 'far/deep/b.txt']);
    expect(await findIn('lost')).toBe('lost/link: cannot be read (ENOENT); check where it links to');
  });

  it.runIf(process.platform === 'linux')('a deleted file is read by its open descriptor', async () => {
    const path = join(directory, 'gone');
    writeFileSync(path, 'gone');
    const descriptor = openSync(path, 'r');
    unlinkSync(path);
    const open = `/proc/self/fd/${descriptor}`;
    expect(await find(open)).toEqual([open]);
    closeSync(descriptor);
  });

  it('checkpoints are no texts, wherever they lie and however they are named', async () => {
    mkdirSync(join(directory, 'runs/checkpoints'), { recursive: true });
    const checkpoint = '{\n "format": "rnn-checkpoint",\n "version": 1';
    const files = {
      'runs/a.txt': 'a',
      'runs/data.json': '{"format": "other"}',
      'runs/checkpoints/a.json': checkpoint,
      'runs/checkpoints/a.json.tmp-12-ab': '{"format":"rnn-checkpoint"',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const notes: string[] = [];
    const findNoting = (...patterns: string[]) =>
      findSources(patterns, directory, (note) => notes.push(note));
    expect(await findNoting('runs')).toEqual(['runs/a.txt', 'runs/data.json']);
    expect(await findNoting('runs/**/*.json')).toEqual(['runs/data.json']);
    expect(await findNoting('runs/a.txt', 'runs/checkpoints')).toEqual(['runs/a.txt']);
    expect(notes).toEqual([
      'left out runs/checkpoints/a.json and 1 more: a checkpoint is no text',
      'left out runs/checkpoints/a.json: a checkpoint is no text',
      'left out runs/checkpoints/a.json and 1 more: a checkpoint is no text',
    ]);
    expect(await find('runs/checkpoints/a.json')).toBe(
      'runs/checkpoints/a.json: expected a text, got a checkpoint of a model',
    );
  });

  it('several files are read as one text with nothing between', async () => {
    const corpus = await readCorpus([join(directory, 'a.txt'), join(directory, 'b.txt')], {
      unit: 'codepoint',
      encoding: 'utf-8',
      invalid: 'error',
    });
    expect(corpus.vocabulary.decode(corpus.ids)).toBe('a.txtb.txt');
    expect(corpus.files).toBe(2);
  });
});

describe('with a vocabulary', () => {
  const known = new Vocabulary('codepoint', ['b', 'a', 'ß']);

  it('ids are those of the vocabulary, which stays the same', async () => {
    const corpus = await readString('abba', { vocabulary: known });
    expect([...corpus.ids]).toEqual([1, 0, 0, 1]);
    expect(corpus.vocabulary).toBe(known);
  });

  it('unknown characters are an error that names them, left out and counted, or added in order', async () => {
    const text = 'azbéaz';
    await expect(readString(text, { vocabulary: known })).rejects.toThrow(
      'standard input: the model does not know "z", "é"; leave them out, or add unknown skip',
    );
    const skipped = await readString(text, { vocabulary: known, unknown: 'skip' });
    expect([...skipped.ids]).toEqual([1, 0, 1]);
    expect(skipped.skipped).toBe(3);
    const added = await readString(text, { vocabulary: known, unknown: 'add' });
    expect(added.vocabulary.units).toEqual(['b', 'a', 'ß', 'z', 'é']);
    expect(added.vocabulary.decode(added.ids)).toBe(text);
    expect(added.skipped).toBe(0);
  });

  it('more than 256 and 65,536 known characters widen the ids', async () => {
    for (const [size, bytes] of [
      [255, 1],
      [300, 2],
      [70_000, 4],
    ] as const) {
      const units = Array.from({ length: size }, (_, i) => String.fromCodePoint(0x20000 + i));
      const { ids } = await readString(`${units.at(-1)}${units[0]}`, {
        vocabulary: new Vocabulary('codepoint', units),
      });
      expect([...ids]).toEqual([size - 1, 0]);
      expect(ids.BYTES_PER_ELEMENT).toBe(bytes);
    }
  });

  it('graphemes and bytes', async () => {
    const graphemes = new Vocabulary('grapheme', ['e\u0301', 'a']);
    const read = await readString('ae\u0301x', { unit: 'grapheme', vocabulary: graphemes, unknown: 'add' });
    expect(read.vocabulary.units).toEqual(['e\u0301', 'a', 'x']);
    expect([...read.ids]).toEqual([1, 0, 2]);
    const bytes = await readString('é', { unit: 'byte', vocabulary: new Vocabulary('byte', [0xa9, 0xc3]) });
    expect([...bytes.ids]).toEqual([1, 0]);
  });
});
