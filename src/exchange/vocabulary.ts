import { type Unit, Vocabulary } from '../corpus/vocabulary.ts';
import type { Fail } from './tensors.ts';

/**
 * A vocabulary as other programs write it, in JSON: a list of characters in the order of their numbers, a string of them,
 * an object from character to number, or one from number to character.
 * @param unit what one character is; found from the characters unless given
 */
export function parseVocabulary(json: string, unit: Unit | undefined, fail: Fail): Vocabulary {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return fail('expected a vocabulary as JSON, got other text');
  }
  const entries =
    typeof value === 'string' ? [...value] : Array.isArray(value) ? value : inOrder(value, fail);
  if (entries.length === 0) return fail('expected characters, got none');
  try {
    return new Vocabulary(unit ?? unitOf(entries), entries as string[]);
  } catch (error) {
    return fail((error as Error).message.replace(/^vocabulary:? /, ''));
  }
}

function unitOf(entries: readonly unknown[]): Unit {
  if (entries.every((entry) => typeof entry === 'number')) return 'byte';
  return entries.every((entry) => typeof entry === 'string' && [...entry].length <= 1)
    ? 'codepoint'
    : 'grapheme';
}

/** Of an object the characters by their numbers, which must be 0, 1, 2 and so on. */
function inOrder(value: unknown, fail: Fail): unknown[] {
  if (value === null || typeof value !== 'object')
    return fail('expected a list of characters or an object from character to number');
  const pairs = Object.entries(value).map(([key, entry]) =>
    typeof entry === 'string' ? [Number(key), entry] : [entry, key],
  );
  const characters: unknown[] = [];
  for (const [id, character] of pairs) {
    const shown = JSON.stringify(character);
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= pairs.length)
      return fail(
        `the number of ${shown}: expected an integer from 0 to ${pairs.length - 1}, got ${JSON.stringify(id)}`,
      );
    if ((id as number) in characters)
      return fail(`${JSON.stringify(characters[id as number])} and ${shown} have one number, ${id}`);
    characters[id as number] = character;
  }
  return characters;
}
