/** Every byte one code point: what checkpoints of format version 1 called latin1. */
export const EXACT_LATIN1 = 'iso-8859-1-exact';

/** The name by which the Encoding Standard of the WHATWG knows a label, undefined where this Node has no such decoder. */
export function encodingOf(label: string): string | undefined {
  if (label === EXACT_LATIN1) return label;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
