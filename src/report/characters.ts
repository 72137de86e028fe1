import { escapeControls } from './escape.ts';

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
export const visible = (character: string): string => SIGNS[character] ?? escapeControls(character);

/** One character in a sentence: what cannot be seen has a name. */
export const named = (character: string): string => NAMES[character] ?? `“${visible(character)}”`;

/** Whether a line ends with a character: with \n, \r\n, or a \r that no \n follows. */
export const endsLine = (character: string, next: string | undefined): boolean =>
  character.endsWith('\n') || (character === '\r' && !next?.startsWith('\n'));

/** A text of coloured characters, line by line; a \r before a \n is not seen. */
export const coloredLines = (
  characters: readonly string[],
  paint: (text: string, index: number) => string,
): string =>
  characters
    .map((character, i) => {
      if (endsLine(character, characters[i + 1])) return '\n';
      return character === '\r' ? '' : paint(escapeControls(character), i);
    })
    .join('');
