/* As graphemes.ts, by the Unicode of the browser. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function* splitGraphemes(text: string): Generator<string> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}
