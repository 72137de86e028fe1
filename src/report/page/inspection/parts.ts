import { harmlessLine } from '../../escape.ts';
import { escapeHtml } from '../document.ts';
import { type Bilingual, both, labelOf, wordsHtml } from '../languages.ts';
import { type Subjects, seriesOf } from './subject.ts';

export interface Section {
  id: string;
  title: string;
  html: string;
}

type Words = string | Bilingual;

/** HTML of our own: a figure, what it is with its formula, and who thought of it. */
export interface Figure {
  id: string;
  title: string;
  body: string;
  what: string;
  source: string;
}

export const section = ({ id, title, body, what, source }: Figure): Section => ({
  id,
  title,
  html: `
<section id="${id}" class="explained" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<div class="shown">${body}</div>
<p class="what"><strong>${both('What is this?', '이것은 무엇인가?')}</strong> ${what} <span class="source">${both('Source', '출처')}: ${source}.</span></p>
</section>`,
});

/** Charts side by side where there is room. */
export const figures = (
  charts: readonly { title: string | Bilingual; svg: string }[],
  size: 'large' | 'small' = 'large',
): string =>
  `<div class="figures ${size}">${charts
    .map(
      ({ title, svg }) => `<figure class="panel"><figcaption>${wordsHtml(title)}</figcaption>${svg}</figure>`,
    )
    .join('\n')}</div>`;

/** Legend of the subjects; empty where there is only one. */
export const legend = (subjects: Subjects): string =>
  subjects.length < 2
    ? ''
    : `<ul class="legend">${subjects
        .map(({ name }, i) => `<li>${sample(seriesOf(i))} ${escapeHtml(name)}</li>`)
        .join('')}</ul>`;

const sample = (series: string): string =>
  `<svg class="sample" viewBox="0 0 30 12" aria-hidden="true"><path class="line ${series}" d="M1 6H29"/><path class="dots ${series}" d="M15 6h0"/></svg>`;

export interface Columns {
  /** head of the first column */
  first: Words;
  /** heads of the others, the same for each subject */
  rest: readonly Words[];
  subjects: Subjects;
}

/** A table that scrolls by itself where it is too wide, by keyboard too; the first cell of a row is its head. */
export function dataTable(caption: Words, columns: Columns, rows: readonly (readonly Words[])[]): string {
  const cells = ([first = '', ...rest]: readonly Words[]) =>
    `<tr><th scope="row">${cellText(first)}</th>${rest.map((cell) => `<td>${cellText(cell)}</td>`).join('')}</tr>`;
  return `<div class="scroll" tabindex="0" role="region" ${labelOf(caption)}><table>
<caption><span class="unseen">${wordsHtml(caption)}</span></caption>
<thead>${tableHead(columns)}</thead>
<tbody>${rows.map(cells).join('\n')}</tbody></table></div>`;
}

const cellText = (text: Words): string => wordsHtml(typeof text === 'string' ? harmlessLine(text) : text);

/** One row of heads; two where there are two subjects. */
function tableHead({ first, rest, subjects }: Columns): string {
  const head = (text: Words) => `<th scope="col">${cellText(text)}</th>`;
  if (subjects.length < 2) return `<tr>${[first, ...rest].map(head).join('')}</tr>`;
  if (rest.length === 1) return `<tr>${[first, ...subjects.map(({ name }) => name)].map(head).join('')}</tr>`;
  const groups = subjects.map(
    ({ name }) => `<th scope="colgroup" colspan="${rest.length}">${cellText(name)}</th>`,
  );
  return `<tr><td></td>${groups.join('')}</tr><tr>${head(first)}${subjects.map(() => rest.map(head).join('')).join('')}</tr>`;
}

/** The numbers of a chart, folded away. */
export const numbers = (...table: Parameters<typeof dataTable>): string =>
  `<details><summary>${both('The numbers', '숫자')}: ${wordsHtml(table[0])}</summary>${dataTable(...table)}</details>`;

/** At most `count` of the rows, evenly spread, the first and the last among them. */
export function thinned<T>(rows: readonly T[], count: number): readonly T[] {
  if (rows.length <= count) return rows;
  return Array.from({ length: count }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (count - 1))]!);
}
