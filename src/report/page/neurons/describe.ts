import { digits } from '../../numbers.ts';
import { fromByte } from '../diverging.ts';
import { type Followed, spoken, type Words } from './words.ts';

/*
 * A unit in words and colours. This file also runs in the browser.
 */

const NAMED = 4;

/** @param largest what the ends stand for */
export const stateOf = (byte: number, largest: number): number => fromByte(byte) * largest;

/** Class and strength of the background of a character; what is not a number has none. */
export function shadeOf(byte: number): { className: 'p' | 'n'; strength: string } {
  const share = fromByte(byte);
  return { className: share < 0 ? 'n' : 'p', strength: (Math.abs(share) || 0).toFixed(2) };
}

/** After which characters a unit is highest and lowest on average. */
export function describeUnit(
  { name, followed }: { name: string; followed: readonly Followed[] },
  characters: readonly string[],
  bytes: Uint8Array,
  largest: number,
  words: Words,
): string {
  const sums = new Map<string, { sum: number; count: number }>();
  characters.forEach((character, t) => {
    const { sum, count } = sums.get(character) ?? { sum: 0, count: 0 };
    sums.set(character, { sum: sum + stateOf(bytes[t]!, largest), count: count + 1 });
  });
  const means = [...sums]
    .map(([character, { sum, count }]) => ({ character, mean: sum / count }))
    .sort((a, b) => b.mean - a.mean);
  const list = (some: typeof means) =>
    some.map(({ character, mean }) => `${spoken(character, words)} (${digits(mean)})`).join(', ');
  const note = words.note(
    followed.map(([property, r]) => [words.properties[property as keyof Words['properties']] ?? property, r]),
  );
  return words.unit(name, note, list(means.slice(0, NAMED)), list(means.slice(-NAMED).toReversed()));
}
