/**
 * Text made harmless for a terminal, character by character, so that nothing can be split across two writes:
 * control characters but newline and tab become visible symbols, bidirectional controls their code points.
 * A carriage return stays only before a newline.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, symbol);
}

const UNSAFE = /\r(?!\n)|(?![\t\n\r])\p{Cc}|\p{Bidi_C}/gu;

function symbol(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** One line of harmless text; line breaks are visible symbols too. */
export function harmlessLine(text: string): string {
  return escapeControls(text).replace(/\r?\n/g, '\u240a');
}

const MAX_MESSAGE = 290;

/** One line for an error message: what is too long loses its middle. */
export function messageLine(text: string): string {
  const line = [...harmlessLine(text)];
  if (line.length <= MAX_MESSAGE) return line.join('');
  const half = (MAX_MESSAGE - 1) / 2;
  return `${line.slice(0, Math.ceil(half)).join('')}…${line.slice(-Math.floor(half)).join('')}`;
}
