import type { Palette } from '../../report/terminal/plot.ts';
import { center, displayWidth, padEnd, padStart } from '../../report/terminal/width.ts';
import { fixed, type Grid } from '../blocks.ts';

/** How a terminal draws. */
export interface TerminalStyle {
  width: number;
  ascii: boolean;
  color: Palette;
}

/** Some lines of equal width; `axis` is the line that signs beside it stand on. */
interface Box {
  lines: string[];
  width: number;
  axis: number;
}

const BRACKETS = {
  unicode: { top: '⎡⎤', middle: '⎢⎥', bottom: '⎣⎦', only: '[]' },
  ascii: { top: '[]', middle: '[]', bottom: '[]', only: '[]' },
};

/** Grids and signs in a row; a row that is too long goes on below, with the sign first. */
export function equationLines(terms: readonly (string | Grid)[], style: TerminalStyle): string[] {
  const rows: Box[][] = [[]];
  let sign: Box[] = [];
  for (const term of terms) {
    if (typeof term === 'string') {
      sign = [{ lines: [term], width: displayWidth(term), axis: 0 }];
      continue;
    }
    const added = [...sign, gridBox(term, style)];
    const row = rows.at(-1)!;
    if (row.length > 0 && widthOf([...row, ...added]) > style.width) rows.push(added);
    else row.push(...added);
    sign = [];
  }
  return rows.flatMap((row, i) => (i === 0 ? joinBoxes(row) : ['', ...joinBoxes(row)]));
}

const GAP = 1;
const widthOf = (boxes: readonly Box[]): number =>
  boxes.reduce((sum, { width }) => sum + width, GAP * (boxes.length - 1));

/** Boxes side by side, their axes on one line. */
function joinBoxes(boxes: readonly Box[]): string[] {
  const above = Math.max(...boxes.map(({ axis }) => axis));
  const below = Math.max(...boxes.map(({ axis, lines }) => lines.length - axis));
  return Array.from({ length: above + below }, (_, line) =>
    boxes
      .map(({ lines, width, axis }) => lines[line - above + axis] ?? ' '.repeat(width))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function gridBox(grid: Grid, style: TerminalStyle): Box {
  const { name, values, decimals, rows, markRow, markColumn } = grid;
  const { color } = style;
  const labelWidth = rows ? Math.max(...rows.map(displayWidth)) + 1 : 0;
  const cells = values.map((row) => row.map((value) => fixed(value, decimals)));
  const columns = columnsThatFit(grid, cells, style.width - labelWidth - 4);
  const shown = (row: number, column: number) => (column < 0 ? ellipsis(style) : cells[row]![column]!);
  const header = (column: number) => (column < 0 ? '' : (grid.columns?.[column] ?? ''));
  const widths = columns.map((column) =>
    Math.max(displayWidth(header(column)), ...cells.map((_, row) => displayWidth(shown(row, column)))),
  );
  const brackets = style.ascii ? BRACKETS.ascii : BRACKETS.unicode;
  const body = cells.map((_, row) => {
    const [left, right] = bracketOf(brackets, row, cells.length);
    const numbers = columns.map((column, i) => {
      const cell = padStart(shown(row, column), widths[i]!);
      return row === markRow || (column >= 0 && column === markColumn) ? color.cyan(cell) : cell;
    });
    const label = rows ? color.dim(padEnd(rows[row]!, labelWidth)) : '';
    return `${label}${left} ${numbers.join(' ')} ${right}`;
  });
  const inner = widths.reduce((sum, width) => sum + width + 1, 3);
  const width = Math.max(labelWidth + inner, labelWidth + displayWidth(name));
  const extra = ' '.repeat(width - labelWidth - inner);
  const labels = columns.map((column, i) => padStart(header(column), widths[i]!)).join(' ');
  const top = [color.bold(' '.repeat(labelWidth) + center(name, width - labelWidth))];
  if (grid.columns) top.push(`${' '.repeat(labelWidth + 2)}${color.dim(labels)}${' '.repeat(2)}${extra}`);
  const lines = [...top, ...body.map((line) => line + extra)];
  return { lines, width, axis: top.length + Math.floor((cells.length - 1) / 2) };
}

const ellipsis = ({ ascii }: TerminalStyle): string => (ascii ? '..' : '…');

function bracketOf(
  { top, middle, bottom, only }: (typeof BRACKETS)['unicode'],
  row: number,
  rows: number,
): string {
  if (rows === 1) return only;
  return row === 0 ? top : row === rows - 1 ? bottom : middle;
}

/** All columns where there is room; else the first ones, the marked one and the last, −1 where some are left out. */
function columnsThatFit({ columns = [], markColumn = 0 }: Grid, cells: string[][], width: number): number[] {
  const all = cells[0]!.map((_, column) => column);
  const widest = Math.max(...cells.flat().map(displayWidth), ...columns.map(displayWidth));
  const room = Math.floor(width / (widest + 1));
  if (all.length <= room) return all;
  const kept = [...new Set([...all.slice(0, Math.max(1, room - 4)), markColumn, all.length - 1])].sort(
    (a, b) => a - b,
  );
  return kept.flatMap((column, i) => (i > 0 && column > kept[i - 1]! + 1 ? [-1, column] : [column]));
}
