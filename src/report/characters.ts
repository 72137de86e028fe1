import { harmless } from './harmless.ts';

/*
 * Single characters on a page. This file also runs in the browser.
 */

const NAMES: Record<string, string> = {
  ' ': 'space',
  '\n': 'newline',
  '\t': 'tab',
  '\r': 'carriage return',
};
const SIGNS: Record<string, string> = { '\n': '⏎', '\t': '⇥', '\r': '␍', '\r\n': '⏎' };

/** One character as it stands in a text: control characters as visible signs, a space as itself. */
export const visible = (character: string): string => SIGNS[character] ?? harmless(character);

/** One character in a sentence: what cannot be seen has a name. */
export const named = (character: string): string => NAMES[character] ?? `“${visible(character)}”`;
