import { type Block, fixed, type Grid } from '../blocks.ts';
import { curvesHtml } from './curves.ts';
import { networkSvg } from './drawing.ts';
import { number, rich } from './rich.ts';

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** A block as HTML. */
export function blockHtml(block: Block): string {
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
  return `<table class="grid"><caption><span>${rich(name)}</span></caption>${head}<tbody>${body.join('')}</tbody></table>`;
}

function tableHtml({ caption, head, rows, numeric }: Of<'table'>): string {
  const kind = (column: number) => (numeric.includes(column) ? ' class="number"' : '');
  // N = 1 stays in one line
  const heads = head.map(
    (text, i) => `<th scope="col"${kind(i)}>${rich(text.replaceAll(' = ', '\u00a0=\u00a0'))}</th>`,
  );
  const cells = (row: readonly string[]) =>
    row.map((text, i) =>
      i === 0 ? `<th scope="row"${kind(i)}>${rich(text)}</th>` : `<td${kind(i)}>${rich(number(text))}</td>`,
    );
  return `<div class="scroll"><table><caption><span>${rich(caption)}</span></caption><thead><tr>${heads.join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells(row).join('')}</tr>`)
    .join('')}</tbody></table></div>`;
}

function chancesHtml({ caption, names, p, right, rightLabel }: Of<'chances'>): string {
  const rows = names.map((name, i) => {
    const answer = i === right;
    const bar = `<span class="bar-of${answer ? ' right' : ''}" style="width:${(p[i]! * 12).toFixed(2)}rem"></span>`;
    return `<tr><th scope="row">${rich(name)}</th><td class="number">${p[i]!.toFixed(3)}</td><td>${bar}${answer ? rich(rightLabel) : ''}</td></tr>`;
  });
  return `<div class="scroll"><table class="chances"><caption><span>${rich(caption)}</span></caption><tbody>${rows.join('')}</tbody></table></div>`;
}

function networkHtml(network: Of<'network'>): string {
  const caption =
    network.at === undefined ? `<figcaption class="quiet">${rich(network.label)}</figcaption>` : '';
  return `<figure><div class="scroll">${networkSvg(network)}</div>${caption}</figure>`;
}
