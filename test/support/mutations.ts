import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deserialize, serialize } from '../../src/checkpoint/index.ts';
import { RnnError } from '../../src/errors.ts';
import { createRandom, type Random } from '../../src/random.ts';
import { eventsOf, lastCheckpoint, trainerOf } from './training.ts';

const checkpoints = [
  lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 5, average: 0.9, inspectEvery: 4 }))),
  lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 3, cell: 'lstm', layers: 2, embedding: 4 }))),
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const below = (random: Random, limit: number) => Math.floor(random.next() * limit);
const oneOf = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)]!;

/** Edits of the bytes, without a look at what they mean. */
const BYTE_EDITS: Record<string, (bytes: Buffer, random: Random) => Buffer> = {
  flip: (bytes, random) => {
    const copy = Buffer.from(bytes);
    copy[below(random, copy.length)]! ^= 1 << below(random, 8);
    return copy;
  },
  delete: (bytes, random) => {
    const at = below(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 20))]);
  },
  insert: (bytes, random) => {
    const at = below(random, bytes.length);
    const inserted = Buffer.from(
      oneOf(random, ['"', ',', '{', '}', '[', ']', '0', '-', 'e9', ' ', '\\', 'A', '=', '\n']),
    );
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
  },
  duplicate: (bytes, random) => {
    const [from, length] = [below(random, bytes.length), 1 + below(random, 200)];
    return Buffer.concat([bytes.subarray(0, from + length), bytes.subarray(from)]);
  },
  swap: (bytes, random) => {
    const copy = Buffer.from(bytes);
    const length = 1 + below(random, 60);
    const [a, b] = [below(random, bytes.length - length), below(random, bytes.length - length)];
    bytes.copy(copy, a, b, b + length);
    bytes.copy(copy, b, a, a + length);
    return copy;
  },
  cut: (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  digit: (bytes, random) => {
    const copy = Buffer.from(bytes);
    const places = [...copy.keys()].filter((i) => copy[i]! >= 0x30 && copy[i]! <= 0x39);
    copy[oneOf(random, places)] = 0x30 + below(random, 10);
    return copy;
  },
};

const STRANGE: readonly Json[] = [
  ...[null, true, '', 'x', 0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, [], {}, [[]], 'A'.repeat(5000)],
  ...['\u0000', '\ud800', '__proto__', 'AAAA', '////', '====', 'AACAfw==', [1e9], { a: 1 }],
];

/** Changes one value anywhere in the document, or its key, or its place. */
function editValue(document: Json, random: Random): Json {
  const copy = structuredClone(document);
  let holder = copy as Json[] | { [key: string]: Json };
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0) return copy;
    const key = oneOf(random, keys);
    const values = holder as { [key: string]: Json };
    const value = values[key]!;
    if (value !== null && typeof value === 'object' && random.next() < 0.8) {
      holder = value;
      continue;
    }
    const edits: (() => void)[] = [
      () => Object.assign(values, { [key]: oneOf(random, STRANGE) }),
      () => Object.assign(values, { [key]: values[oneOf(random, keys)]! }),
      () => Reflect.deleteProperty(values, key),
      () => Object.assign(values, { [`${key}x`]: value }),
      () => typeof value === 'number' && Object.assign(values, { [key]: value * 1.5 + 1 }),
      () => Array.isArray(holder) && holder.push(value),
      () => Array.isArray(holder) && holder.splice(Number(key), 1),
      () =>
        typeof value === 'string' &&
        Object.assign(values, { [key]: value.slice(0, below(random, value.length + 1)) }),
      () =>
        typeof value === 'string' &&
        Object.assign(values, { [key]: Buffer.from(value).reverse().toString() }),
    ];
    oneOf(random, edits)();
    return copy;
  }
}

const sorted = (_: string, value: unknown) =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** With the checksum made right, as an attacker would. */
function sign(document: Json): string {
  const { sha256: _, ...rest } = document as { [key: string]: Json };
  const sha256 = createHash('sha256').update(JSON.stringify(rest, sorted)).digest('hex');
  return JSON.stringify({ ...rest, sha256 });
}

function read(text: string) {
  try {
    return deserialize(text, 'a.json');
  } catch (error) {
    if (!(error instanceof RnnError) || error.code !== 'checkpoint') throw error;
    expect(error.message).toMatch(/^a\.json: [^\n\r\u2028\u2029]{1,292}$/);
    return undefined;
  }
}

/** Files of two checkpoints with edited values, signed anew, and with edited bytes. */
export function* damagedFiles(cases: number): Generator<string> {
  for (const [model, checkpoint] of checkpoints.entries()) {
    const text = serialize(checkpoint);
    const document = JSON.parse(text) as Json;
    const random = createRandom(`damaged/${model}`, 'test');
    for (let i = 0; i < cases; i++) yield sign(editValue(document, random));
    for (const edit of Object.values(BYTE_EDITS)) yield edit(Buffer.from(text), random).toString();
  }
}

/** Damages two checkpoints, each in `cases` ways for every kind of edit. */
export function testMutations(cases: number): void {
  describe.each([0, 1])('damaged checkpoints, of model %i', (model) => {
    const checkpoint = checkpoints[model]!;
    const text = serialize(checkpoint);
    const bytes = Buffer.from(text);

    it.each(Object.entries(BYTE_EDITS))('%s: refused in one line, or the same checkpoint', (name, edit) => {
      const random = createRandom(`${name}/${model}`, 'test');
      let refused = 0;
      for (let i = 0; i < cases; i++) {
        const found = read(edit(bytes, random).toString());
        if (found) expect(found).toEqual(checkpoint);
        else refused++;
      }
      expect(refused).toBeGreaterThan(cases / 2);
    });

    it('edited values, signed anew: refused in one line, or a checkpoint that is written and read alike', () => {
      const random = createRandom(`values/${model}`, 'test');
      const document = JSON.parse(text) as Json;
      let refused = 0;
      for (let i = 0; i < cases; i++) {
        const found = read(sign(editValue(document, random)));
        if (found) expect(deserialize(serialize(found), 'b.json')).toEqual(found);
        else refused++;
      }
      expect(refused).toBeGreaterThan(cases / 4);
    });

    it('cut off at any place: refused', () => {
      for (let length = 0; length < bytes.length - 1; length += Math.ceil(2000 / cases))
        expect(read(bytes.subarray(0, length).toString())).toBeUndefined();
    });
  });
}
