import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  deserialize,
  newestCheckpoint,
  readCheckpoint,
  serialize,
  writeCheckpoint,
} from '../../src/checkpoint/index.ts';
import { RnnError } from '../../src/errors.ts';
import { createRandom } from '../../src/random.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 5 })));
const text = serialize(checkpoint);
const folder = () => mkdtempSync(join(tmpdir(), 'rnn-checkpoint-'));

type Json = Record<string, unknown>;
/** The checkpoint's JSON, changed, with its checksum made right again: what an attacker would write. */
function forged(change: (document: Json) => void): string {
  const document = JSON.parse(text) as Json;
  change(document);
  delete document.sha256;
  return signed(document);
}

/** A document with its checksum, as version 1 took it. */
function signed(document: Json): string {
  const sorted = (_: string, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v;
  const sha256 = createHash('sha256').update(JSON.stringify(document, sorted)).digest('hex');
  return JSON.stringify({ ...document, sha256 });
}

const refusal = (damaged: string): string => {
  try {
    deserialize(damaged, 'a.json');
  } catch (error) {
    if (error instanceof RnnError && error.code === 'checkpoint') return error.message;
    throw error;
  }
  return 'accepted';
};

const parameters = (document: Json) =>
  document.parameters as { name: string; shape: number[]; data: string }[];
const base64 = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');

describe('checkpoint text', () => {
  it('comes back equal, and its text too', () => {
    const back = deserialize(text, 'a.json');
    expect(back).toEqual(checkpoint);
    expect(serialize(back)).toBe(text);
  });

  it('negative zero, subnormals and the largest float32 survive', () => {
    const weights = checkpoint.weights.slice();
    weights.set([-0, 1e-45, 3.4028234663852886e38]);
    const back = deserialize(serialize({ ...checkpoint, weights }), 'a.json');
    expect([...back.weights.subarray(0, 3)]).toEqual([-0, 1.401298464324817e-45, 3.4028234663852886e38]);
  });

  it('formatting the JSON anew or reordering its keys breaks nothing', () => {
    expect(deserialize(JSON.stringify(JSON.parse(text), null, 8), 'a.json')).toEqual(checkpoint);
    const reversed = Object.fromEntries(Object.entries(JSON.parse(text) as Json).reverse());
    expect(deserialize(JSON.stringify(reversed), 'a.json')).toEqual(checkpoint);
  });

  it('a byte order mark or line ends of Windows break nothing', () => {
    expect(deserialize(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'a.json')).toEqual(checkpoint);
  });

  it.each([
    ['', 'a.json: expected a checkpoint written by rnn train, got an empty file'],
    [' \n', 'a.json: expected a checkpoint written by rnn train, got an empty file'],
    [
      '{',
      'a.json: expected a checkpoint written by rnn train, got text that is not JSON (cut off or damaged?)',
    ],
    ['[]', 'a.json: expected a checkpoint ("format": "rnn-checkpoint"), got some other JSON'],
    ['null', 'a.json: expected a checkpoint ("format": "rnn-checkpoint"), got some other JSON'],
    ['{"format":"x"}', 'a.json: expected a checkpoint ("format": "rnn-checkpoint"), got some other JSON'],
    [
      '{"format":"rnn-checkpoint","version":3}',
      'a.json: written in format version 3, this rnn reads up to 2; upgrade rnn',
    ],
    [
      text.replace('"step": 9,', '"step": 8,'),
      'a.json: damaged checkpoint: the values do not match their SHA-256',
    ],
    [
      text.replace('"testFraction": 0,', '"testFraction": -0,'),
      'a.json: damaged checkpoint: the values do not match their SHA-256',
    ],
  ])('%j is refused in one line', (damaged, message) => {
    expect(refusal(damaged)).toBe(message);
  });

  it('cut off at any place it is refused as cut off', () => {
    for (let length = 1; length < text.length - 2; length += 61) {
      expect(refusal(text.slice(0, length))).toBe(
        'a.json: expected a checkpoint written by rnn train, got text that is not JSON (cut off or damaged?)',
      );
    }
  });

  it.each<[string, (document: Json) => void, RegExp]>([
    [
      'unknown field',
      (d) => Object.assign(d, { extra: 1 }),
      /damaged checkpoint: Unrecognized key: "extra"$/,
    ],
    [
      'hidden 0',
      (d) => Object.assign(d.config as Json, { hidden: 0 }),
      /config.hidden: expected an integer from 1 to 65536$/,
    ],
    [
      'a huge model',
      (d) => Object.assign(d.config as Json, { hidden: 65536 }),
      /the configuration needs \d+ weights, the file holds about \d+$/,
    ],
    [
      'one layer more',
      (d) => Object.assign(d.config as Json, { layers: 2 }),
      /expected parameter layers\.1\.Wxh \(5,5\) at place 3, got output\.Why \(\d+,5\)$/,
    ],
    [
      'a renamed tensor',
      (d) => Object.assign(parameters(d)[1]!, { name: 'x' }),
      /expected parameter layers\.0\.Whh \(5,5\) at place 1, got x \(5,5\)$/,
    ],
    [
      'a transposed tensor',
      (d) => parameters(d)[0]!.shape.reverse(),
      /expected parameter layers\.0\.Wxh \(5,\d+\) at place 0, got layers\.0\.Wxh \(\d+,5\)$/,
    ],
    [
      'a missing tensor',
      (d) => parameters(d).pop(),
      /expected parameter output\.by \(\d+\) at place 4, got nothing$/,
    ],
    [
      'a tensor too short',
      (d) => Object.assign(parameters(d)[2]!, { data: base64(1, 2) }),
      /parameter layers\.0\.bh: expected 5 numbers \(28 characters of base64\), got 12 characters$/,
    ],
    [
      'NaN',
      (d) => Object.assign(parameters(d)[2]!, { data: base64(1, 2, Number.NaN, 4, 5) }),
      /parameter layers\.0\.bh: holds numbers that are not finite$/,
    ],
    [
      'illegal base64',
      (d) => Object.assign(parameters(d)[2]!, { data: '@'.repeat(28) }),
      /parameter layers\.0\.bh: not canonical base64$/,
    ],
    [
      'base64 of other padding',
      (d) => Object.assign(parameters(d)[2]!, { data: base64(1, 2, 3, 4, 5).replace('=', 'A') }),
      /parameter layers\.0\.bh: not canonical base64$/,
    ],
    ...['=', '=='].map((padding): [string, (document: Json) => void, RegExp] => [
      `base64 that ends in ${padding} where it needs none`,
      (d) => {
        const data = Buffer.alloc(60 - padding.length).toString('base64');
        Object.assign(d.config as Json, { hidden: 15 });
        const { vocabulary } = d as { vocabulary: string[] };
        const zeros = (count: number) => base64(...Array<number>(count).fill(0));
        const V = vocabulary.length;
        const sizes = [15 * V, 225, 15, 15 * V, V];
        const shapes = [[15, V], [15, 15], [15], [V, 15], [V]];
        parameters(d).forEach((parameter, i) => {
          Object.assign(parameter, { shape: shapes[i], data: i === 2 ? data : zeros(sizes[i]!) });
        });
      },
      /parameter layers\.0\.bh: not canonical base64$/,
    ]),
    [
      'padding inside',
      (d) => Object.assign(parameters(d)[2]!, { data: `AAA=${base64(1, 2, 3, 4, 5).slice(4)}` }),
      /parameter layers\.0\.bh: not canonical base64$/,
    ],
    [
      'a negative mean of squares',
      (d) => (d.moments as string[]).splice(1, 1, (d.moments as string[])[1]!.replace(/^.{8}/, 'AACAvwAA')),
      /moment 1: holds negative numbers, expected means of squares$/,
    ],
    [
      'an average where the run keeps none',
      (d) => Object.assign(d, { average: (d.moments as string[])[0] }),
      /expected no average of the weights, as in its configuration$/,
    ],
    [
      'a line break in a name',
      (d) => Object.assign(parameters(d)[0]!, { name: 'a\nerror: all is well' }),
      /damaged checkpoint: parameters\.0\.name: expected a parameter's name$/,
    ],
    [
      'a line break in a key',
      (d) => Object.assign(d, { 'a\nerror: all is well': 1 }),
      /damaged checkpoint: Unrecognized key: "a\\nerror: all is well"$/,
    ],
    [
      'a long key',
      (d) => Object.assign(d, { ['k'.repeat(190)]: 1 }),
      /damaged checkpoint: Unrecognized key: "k{56}\.\.\.$/,
    ],
    [
      'a line separator in a character',
      (d) => (d.vocabulary as string[]).fill('\u2028x', 0, 1),
      /vocabulary entry 0: expected one codepoint, got "\\u2028x"$/,
    ],
    [
      'a character of 3,000 code units',
      (d) => (d.vocabulary as string[]).fill('x'.repeat(3000), 0, 1),
      /vocabulary entry 0: expected one codepoint, got "x+…?$/,
    ],
    ['no moments', (d) => Object.assign(d, { moments: [] }), /expected 2 moments of adam, got 0$/],
    [
      'a character twice',
      (d) => (d.vocabulary as string[]).fill('a', 0, 2),
      /vocabulary: "a" appears twice$/,
    ],
    [
      'two characters in one',
      (d) => (d.vocabulary as string[]).fill('ab', 0, 1),
      /vocabulary entry 0: expected one codepoint, got "ab"$/,
    ],
    [
      'a character beyond the vocabulary',
      (d) => (d.excerpt as number[]).fill(99, 0, 1),
      /the excerpt names character 99 of a vocabulary of \d+$/,
    ],
  ])('%s is refused even with a right checksum', (_, change, message) => {
    const found = refusal(forged(change));
    expect(found).toMatch(message);
    expect(found.length).toBeLessThanOrEqual(300);
  });

  it('a key that appears twice is refused by its name, however it is written', () => {
    const twice = (found: string, second: string) => refusal(text.replace(found, `${second}, ${found}`));
    expect(twice('"hidden": 5', '"hidden": 7')).toBe(
      'a.json: damaged checkpoint: config: the key "hidden" appears twice',
    );
    expect(twice('"hidden": 5', '"hidd\\u0065n": 7')).toBe(
      'a.json: damaged checkpoint: config: the key "hidden" appears twice',
    );
    expect(twice('"numerics":', '"numerics": "x"')).toBe(
      'a.json: damaged checkpoint: the key "numerics" appears twice',
    );
    expect(twice('"name": "output.by"', '"name": "x"')).toBe(
      'a.json: damaged checkpoint: parameters.*: the key "name" appears twice',
    );
  });

  it('base64 with \\/ for / is the same text', () => {
    expect(text).toContain('/');
    expect(deserialize(text.replaceAll('/', '\\/'), 'a.json')).toEqual(checkpoint);
  });

  it('of version 1 the average is the last moment, and a long history is thinned', () => {
    const averaged = lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 5, average: 0.9 })));
    const document = JSON.parse(serialize(averaged)) as Json;
    const { history } = document.state as { history: { step: number }[] };
    const rows = Array.from({ length: 2500 }, (_, i) => ({ ...history[0], step: i + 1 }));
    const { average, validation: _, sha256: __, ...old } = document;
    const first = {
      ...old,
      version: 1,
      moments: [...(old.moments as string[]), average],
      state: { ...(old.state as Json), history: rows },
    };
    const back = deserialize(signed(first), 'a.json');
    expect(back.average).toEqual(averaged.average);
    expect(back.moments).toEqual(averaged.moments);
    expect(back.state.history.map(({ step }) => step)).toEqual(
      Array.from({ length: 625 }, (_, i) => 4 * i + 4),
    );
  });

  it('latin1 of version 1 stays what it was, every byte one code point, also when it is saved anew', () => {
    const { validation: _, sha256: __, ...old } = JSON.parse(text) as Json;
    const first = { ...old, version: 1, config: { ...(old.config as Json), encoding: 'latin1' } };
    const back = deserialize(signed(first), 'a.json');
    expect(back.config.encoding).toBe('iso-8859-1-exact');
    expect(deserialize(serialize(back), 'a.json').config.encoding).toBe('iso-8859-1-exact');
    const today = deserialize(signed({ ...first, version: 2 }), 'a.json');
    expect(today.config.encoding).toBe('windows-1252');
  });

  it('2,000 random byte edits are refused in one line or change nothing', () => {
    const random = createRandom('mutations', 'test');
    const bytes = Buffer.from(text);
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const edited = Buffer.from(bytes);
      edited[Math.floor(random.next() * edited.length)] = Math.floor(random.next() * 256);
      const found = refusal(edited.toString('utf8'));
      if (found === 'accepted') expect(deserialize(edited.toString('utf8'), 'a')).toEqual(checkpoint);
      else {
        expect(found).toMatch(/^a\.json: [^\n]{1,300}$/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1800);
  });
});

describe('checkpoint files', () => {
  it('written whole, nothing else left behind', async () => {
    const path = join(folder(), 'x.json');
    await writeCheckpoint(path, checkpoint);
    await writeCheckpoint(path, checkpoint);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(join(path, '..'))).toEqual(['x.json']);
    expect(await readCheckpoint(path)).toEqual(checkpoint);
  });

  it('missing, folder, FIFO, sparse and binary file: one line each', async () => {
    const directory = folder();
    const fifo = join(directory, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const sparse = join(directory, 'sparse.json');
    writeFileSync(sparse, '');
    truncateSync(sparse, 10e9);
    const binary = join(directory, 'b');
    writeFileSync(binary, Buffer.from([0x89, 0x50, 0xff, 0]));
    const message = (path: string) =>
      readCheckpoint(path).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await message('nowhere.json')).toBe(
      'nowhere.json: no such file; expected a checkpoint written by rnn train',
    );
    expect(await message(directory)).toBe(
      `${directory}: expected a checkpoint file written by rnn train, got a directory`,
    );
    expect(await message(fifo)).toBe(
      `${fifo}: expected a checkpoint file written by rnn train, got a device`,
    );
    expect(await message(sparse)).toBe(`${sparse}: expected at most 536870912 bytes, got 10000000000`);
    expect(await message(binary)).toBe(`${binary}: expected a checkpoint (JSON text), got a binary file`);
  });

  it('the newest valid one is found, a damaged newer one named', async () => {
    const directory = folder();
    for (const [i, name] of ['old.json', 'good.json', 'bad.json'].entries()) {
      const path = join(directory, name);
      writeFileSync(path, name === 'bad.json' ? text.slice(0, 100) : text);
      utimesSync(path, i + 1, i + 1);
    }
    symlinkSync('nowhere', join(directory, 'link.json'));
    mkdirSync(join(directory, 'folder.json'));
    execFileSync('mkfifo', [join(directory, 'fifo.json')]);
    const { path, skipped } = await newestCheckpoint(directory);
    expect(path).toBe(join(directory, 'good.json'));
    expect(skipped).toEqual([
      `${join(directory, 'bad.json')}: expected a checkpoint written by rnn train, got text that is not JSON (cut off or damaged?)`,
    ]);
    await expect(newestCheckpoint(folder())).rejects.toThrow(/: no checkpoint there$/);
  });
});
