import type { Ids } from './collect.ts';
import { fittingForms, unknownCharacters } from './unknown.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * A text as ids, and how many of its characters were left out.
 * @param what the text, for messages
 * @param remedy what to do about unknown characters, by default to leave them out
 * @throws RnnError naming the characters the vocabulary lacks and what of its own is most like them
 */
export function encodeText(
  vocabulary: Vocabulary,
  text: string | Uint8Array,
  unknown: 'error' | 'skip',
  what: string,
  remedy?: string,
): { ids: Ids; skipped: number } {
  const { ids, unknown: missing, skipped } = vocabulary.encode(text);
  if (missing.length === 0 || unknown === 'skip') return { ids, skipped };
  const [form] = typeof text === 'string' ? fittingForms(vocabulary, text) : [];
  throw unknownCharacters(vocabulary, missing, what, { form, remedy });
}
