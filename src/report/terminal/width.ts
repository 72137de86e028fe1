import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns that a text takes in a terminal: two for Hangul, Han, kana and emoji, none for combining marks. */
export const displayWidth = (text: string): number => stringWidth(text);

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - displayWidth(text))) + text;

export function center(text: string, width: number): string {
  const left = Math.max(0, Math.floor((width - displayWidth(text)) / 2));
  return padEnd(' '.repeat(left) + text, width);
}

/** Words in lines of at most `width` columns; a longer word stands alone. */
export const wrap = (text: string, width: number): string[] => wrapAnsi(text, width).split('\n');

/** The same of a text whose spaces count. */
export const fold = (text: string, width: number): string => wrapAnsi(text, width, { trim: false });
