import { escapeHtml, htmlPage } from '../../report/page/document.ts';
import { type Block, fixed, type Grid, quotedText, type Scene } from '../blocks.ts';
import type { Texts } from '../texts/texts.ts';
import { curvesHtml } from './curves.ts';
import { networkSvg } from './drawing.ts';
import { SCRIPT, STYLE } from './parts.ts';
import { number, rich } from './rich.ts';

/** The lecture as one page: all scenes in order, and one at a time for those who let the script run. */
export function lecturePage(scenes: readonly Scene[], word: string, { language, page }: Texts): string {
  const title = page.title(quotedText([word]));
  const contents = scenes.map((scene) => `<li><a href="#${scene.id}">${rich(scene.title)}</a></li>`);
  const sections = scenes.map((scene, i) => section(scene, page.position(i + 1, scenes.length)));
  const body = `<h1>${rich(title)}</h1>
<p class="quiet">${rich(page.lead)} ${rich(page.shading)}</p>
<div class="steps" hidden>
<button type="button" data-go="-1">← ${rich(page.previous)}</button>
<button type="button" data-go="1">${rich(page.next)} →</button>
<button type="button" data-mode aria-pressed="false">${rich(page.all)}</button>
<p role="status" class="quiet"></p>
<p class="quiet keys">${rich(page.keys)}</p>
</div>
<details><summary>${rich(page.contents)}</summary><ol>${contents.join('')}</ol></details>
${sections.join('\n')}`;
  return htmlPage({ title, language, body, style: STYLE, script: SCRIPT });
}

const section = ({ id, title, blocks }: Scene, position: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title" data-position="${escapeHtml(position)}">
<h2 id="${id}-title" tabindex="-1">${rich(title)}</h2>
${blocks.map(blockHtml).join('\n')}
</section>`;

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${rich(block.text)}</p>`;
    case 'formula':
      return `<pre>${block.lines.map(rich).join('\n')}</pre>`;
    case 'definitions':
      return definitionsHtml(block);
    case 'equation':
      return `<div class="equation scroll">${block.terms.map(termHtml).join('')}</div>`;
    case 'table':
      return tableHtml(block);
    case 'chances':
      return chancesHtml(block);
    case 'curves':
      return curvesHtml(block);
    case 'network':
      return networkHtml(block);
    default:
      return block satisfies never;
  }
}

function definitionsHtml({ items }: Of<'definitions'>): string {
  const rows = items.map(
    ({ name, text, formula }) =>
      `<div><dt>${rich(name)}</dt><dd>${rich(text)}</dd><dd class="formula">${rich(formula)}</dd></div>`,
  );
  return `<dl>${rows.join('')}</dl>`;
}

/** A sign keeps to the grid behind it when the row is broken. */
const termHtml = (term: string | Grid, i: number, terms: readonly (string | Grid)[]): string => {
  if (typeof term === 'string') return '';
  const before = terms[i - 1];
  const sign = typeof before === 'string' ? `<span class="sign">${rich(before)}</span>` : '';
  return `<div class="term">${sign}${gridHtml(term)}</div>`;
};

function gridHtml({ name, values, decimals, rows, columns, markRow, markColumn }: Grid): string {
  const largest = Math.max(...values.flat().map(Math.abs));
  const cell = (value: number, row: number, column: number) => {
    const mark = row === markRow || column === markColumn ? ' mark' : '';
    const share = largest === 0 ? 0 : Math.round((100 * Math.abs(value)) / largest);
    const tone = `${value < 0 ? 'minus' : 'plus'}${mark}`;
    return `<td class="${tone}" style="--share:${share}">${number(fixed(value, decimals))}</td>`;
  };
  const label = (text: string, scope: string) => `<th scope="${scope}">${rich(text)}</th>`;
  const corner = rows ? '<td></td>' : '';
  const head = columns
    ? `<thead><tr>${corner}${columns.map((text) => label(text, 'col')).join('')}</tr></thead>`
    : '';
  const body = values.map(
    (row, i) =>
      `<tr>${rows ? label(rows[i]!, 'row') : ''}${row.map((value, j) => cell(value, i, j)).join('')}</tr>`,
  );
  return `<table class="grid"><caption>${rich(name)}</caption>${head}<tbody>${body.join('')}</tbody></table>`;
}

function tableHtml({ caption, head, rows, numeric }: Of<'table'>): string {
  const kind = (column: number) => (numeric.includes(column) ? ' class="number"' : '');
  const heads = head.map((text, i) => `<th scope="col"${kind(i)}>${rich(text)}</th>`);
  const cells = (row: readonly string[]) =>
    row.map((text, i) =>
      i === 0 ? `<th scope="row"${kind(i)}>${rich(text)}</th>` : `<td${kind(i)}>${rich(number(text))}</td>`,
    );
  return `<div class="scroll"><table><caption>${rich(caption)}</caption><thead><tr>${heads.join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells(row).join('')}</tr>`)
    .join('')}</tbody></table></div>`;
}

function chancesHtml({ caption, names, p, right, rightLabel }: Of<'chances'>): string {
  const rows = names.map((name, i) => {
    const answer = i === right;
    const bar = `<span class="bar${answer ? ' right' : ''}" style="width:${(p[i]! * 12).toFixed(2)}rem"></span>`;
    return `<tr><th scope="row">${rich(name)}</th><td class="number">${p[i]!.toFixed(3)}</td><td>${bar}${answer ? rich(rightLabel) : ''}</td></tr>`;
  });
  return `<div class="scroll"><table class="chances"><caption>${rich(caption)}</caption><tbody>${rows.join('')}</tbody></table></div>`;
}

function networkHtml(network: Of<'network'>): string {
  const caption =
    network.at === undefined ? `<figcaption class="quiet">${rich(network.label)}</figcaption>` : '';
  return `<figure><div class="scroll">${networkSvg(network)}</div>${caption}</figure>`;
}
