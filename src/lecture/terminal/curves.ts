import { inLines, logRange } from '../../report/terminal/plot.ts';
import type { Block } from '../blocks.ts';
import type { TerminalStyle } from './boxes.ts';

type CurvesBlock = Extract<Block, { kind: 'curves' }>;

/** With what introduces it, a chart fits a terminal of 24 rows. */
const HEIGHT = 10;
const LABEL_WIDTH = 7;
const SIGNS = {
  unicode: { marks: '●○▲△', axis: '┤', corner: '└', line: '─' },
  ascii: { marks: '*o+x', axis: '|', corner: '+', line: '-' },
};

/** Curves over N on a logarithmic scale; where two meet, the first is seen, and what falls too low leaves the chart. */
export function curveLines(
  { caption, series }: CurvesBlock,
  { ascii, color, width }: TerminalStyle,
): string[] {
  const { marks, axis, corner, line } = ascii ? SIGNS.ascii : SIGNS.unicode;
  const { bottom, top } = rangeOf(series.map(({ values }) => values));
  const count = series[0]!.values.length;
  const columns = Math.min(count, width - LABEL_WIDTH - 1);
  const rowOf = (value: number) => {
    const share = (Math.log10(value) - bottom) / (top - bottom);
    return HEIGHT - 1 - Math.round(share * (HEIGHT - 1));
  };
  const paints = [color.cyan, color.yellow, color.bold, color.dim];
  const paint = (i: number) => paints[i % paints.length]!(marks[i % marks.length]!);
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(columns).fill(' '));
  for (const [i, { values }] of [...series.entries()].reverse()) {
    for (let column = 0; column < columns; column++) {
      const place = columns === 1 ? 0 : Math.round((column * (count - 1)) / (columns - 1));
      const row = grid[rowOf(values[place]!)];
      if (row) row[column] = paint(i);
    }
  }
  const label = (row: number) => {
    const exponent = top - (row / (HEIGHT - 1)) * (top - bottom);
    return row % 3 === 0 || row === HEIGHT - 1 ? `1e${Math.round(exponent)}` : '';
  };
  const indent = ' '.repeat(LABEL_WIDTH);
  return [
    color.bold(caption),
    ...grid.map((row, i) => `${label(i).padStart(LABEL_WIDTH)}${axis}${row.join('').trimEnd()}`),
    `${indent}${corner}${line.repeat(columns)}`,
    `${'N'.padStart(LABEL_WIDTH)} 1${String(count).padStart(columns - 1)}`,
    ...inLines(
      series.map(({ name }, i) => `${paint(i)} ${name}`),
      width - LABEL_WIDTH - 1,
    ).map((text) => `${indent} ${text}`),
  ];
}

/** Whole powers of ten around all values, as in the charts of the inspector. */
export const rangeOf = (curves: readonly (readonly number[])[]): { bottom: number; top: number } =>
  logRange(curves.flat().map((value) => ({ median: value, low: value, high: value })));
