import { escapeHtml } from './document.ts';

export type Language = 'en' | 'ko';

/** Words of a page in both of its languages; the page shows one. */
export interface Bilingual {
  readonly en: string;
  readonly ko: string;
}

/** HTML in both languages. */
export const both = (en: string, ko: string): string =>
  `<span class="t" lang="en">${en}</span><span class="t" lang="ko">${ko}</span>`;

/** Plain words in both languages, or the same in both, as HTML. */
export const wordsHtml = (words: string | Bilingual): string =>
  typeof words === 'string' ? escapeHtml(words) : both(escapeHtml(words.en), escapeHtml(words.ko));

/** The same within an SVG. */
export const wordsSvg = (words: string | Bilingual): string =>
  wordsHtml(words).replaceAll('<span', '<tspan').replaceAll('</span', '</tspan');

/** The attribute that names an element for those who hear the page; its script puts the other language there. */
export const labelOf = (words: string | Bilingual): string =>
  typeof words === 'string'
    ? `aria-label="${escapeHtml(words)}"`
    : `aria-label="${escapeHtml(words.en)}" data-en="${escapeHtml(words.en)}" data-ko="${escapeHtml(words.ko)}"`;
