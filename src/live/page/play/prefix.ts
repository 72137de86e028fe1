import type { Vocabulary } from '../../../corpus/index.ts';
import { defaultSeed } from '../../../sample/index.ts';

/** What the model has read: a text that was typed, and units that were chosen one by one and make no text yet. */
export interface Prefix {
  seed: string;
  chosen: readonly number[];
}

/** Most units of a prefix that come from an address. */
const MOST_CHOSEN = 100;

/** The units of `fed` in an address: ids, comma-separated; those that the vocabulary lacks are dropped. */
export function chosenOf(fed: string | undefined, { size }: Vocabulary): number[] {
  const ids = (fed ?? '').split(',').filter((part) => /^\d{1,7}$/.test(part));
  return ids
    .map(Number)
    .filter((id) => id < size)
    .slice(0, MOST_CHOSEN);
}

/** The ids of a prefix; the beginning of a line where it is empty. */
export function idsOf(vocabulary: Vocabulary, { seed, chosen }: Prefix): number[] {
  const ids = [...vocabulary.encode(seed).ids, ...chosen];
  return ids.length > 0 ? ids : Array.from(defaultSeed(vocabulary));
}

/** A prefix with one unit more: part of its text where that is the same to the model, as most characters are. */
export function feed(vocabulary: Vocabulary, { seed, chosen }: Prefix, id: number): Prefix {
  const pending = [...chosen, id];
  const text = seed + vocabulary.decode(pending);
  const wanted = [...vocabulary.encode(seed).ids, ...pending];
  const read = vocabulary.encode(text).ids;
  const same = read.length === wanted.length && wanted.every((own, i) => own === read[i]);
  return same ? { seed: text, chosen: [] } : { seed, chosen: pending };
}

/** A prefix without its last unit. */
export function takeBack(vocabulary: Vocabulary, { seed, chosen }: Prefix): Prefix {
  if (chosen.length > 0) return { seed, chosen: chosen.slice(0, -1) };
  if (vocabulary.unit !== 'byte') {
    const { ids, skipped } = vocabulary.encode(seed);
    if (skipped === 0) return { seed: vocabulary.decode(ids.subarray(0, -1)), chosen };
  }
  return { seed: [...seed].slice(0, -1).join(''), chosen };
}

/** Characters of a text that the model does not know, each once, with those that are most like it. */
export function unknownOf(vocabulary: Vocabulary, seed: string): { character: string; nearest: string[] }[] {
  return vocabulary.encode(seed).unknown.map((unit) => ({
    character: nameOf(unit),
    nearest: vocabulary.nearest(unit, 2).map(nameOf),
  }));
}

const nameOf = (unit: string | number): string =>
  typeof unit === 'string' ? unit : `0x${unit.toString(16).padStart(2, '0')}`;
