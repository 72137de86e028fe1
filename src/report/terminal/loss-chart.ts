import type { HistoryRow } from '../../checkpoint/index.ts';
import { decimals } from '../numbers.ts';

/** The part of an evaluation that the chart shows. */
export type LossRow = Pick<HistoryRow, 'step' | 'trainBpc' | 'validationBpc'>;

export interface LossChartOptions {
  /** columns there are */
  width: number;
  /** no characters beyond ASCII */
  ascii: boolean;
}

const HEIGHT = 7;
const LABEL_WIDTH = 8;
const MOST_COLUMNS = 64;
/** Losses above so many times the median, of a run that diverged for a while, would leave the others one row. */
const SPIKE = 4;

/** Losses on the training and validation text over the steps of a run, as lines of text; none of a single evaluation. */
export function lossChart(rows: readonly LossRow[], { width, ascii }: LossChartOptions): string {
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last || first.step === last.step) return '';
  const [train, validation] = ascii ? ['.', '*'] : ['·', '●'];
  const columns = Math.max(8, Math.min(MOST_COLUMNS, width - LABEL_WIDTH - 2));
  const curves = [
    { mark: train, points: pointsOf(rows, ({ trainBpc }) => trainBpc) },
    { mark: validation, points: pointsOf(rows, ({ validationBpc }) => validationBpc) },
  ].filter(({ points }) => points.length > 0);
  const values = curves.flatMap(({ points }) => points.map(({ y }) => y));
  const [low, highest] = [Math.min(...values), Math.max(...values)];
  const high = Math.min(highest, SPIKE * values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!);
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(columns).fill(' '));
  for (const { mark, points } of curves) {
    for (let column = 0; column < columns; column++) {
      const y = valueAt(points, first.step + (column * (last.step - first.step)) / (columns - 1));
      if (y === undefined) continue;
      const share = high > low && y < high ? (high - y) / (high - low) : 0;
      grid[Math.round(share * (HEIGHT - 1))]![column] = mark;
    }
  }
  const [axis, corner, line] = ascii ? ['|', '+', '-'] : ['┤', '└', '─'];
  const indent = ' '.repeat(LABEL_WIDTH);
  const top = high < highest ? `${ascii ? '>' : '≥'} ${decimals(high, 2)}` : decimals(high, 2);
  const labels = [top, ...new Array<string>(HEIGHT - 2).fill(''), decimals(low, 2)];
  const legend = curves.length > 1 ? `${train} training   ${validation} validation` : `${train} training`;
  const ends = `${first.step}${String(last.step).padStart(columns - String(first.step).length)}`;
  return [
    `  bits per character over the run: ${legend}`,
    ...grid.map((row, i) => `${labels[i]!.padStart(LABEL_WIDTH)}${axis}${row.join('').trimEnd()}`),
    `${indent}${corner}${line.repeat(columns)}`,
    `${indent} ${ends}`,
    '',
  ].join('\n');
}

interface Point {
  x: number;
  y: number;
}

const pointsOf = (rows: readonly LossRow[], value: (row: LossRow) => number | null): Point[] =>
  rows.flatMap((row) => {
    const y = value(row);
    return y === null ? [] : [{ x: row.step, y }];
  });

/** On the straight line between the two evaluations around a step; undefined behind the last one. */
function valueAt(points: readonly Point[], x: number): number | undefined {
  const next = points.findIndex((point) => point.x >= x);
  if (next < 0) return undefined;
  const [a, b] = [points[Math.max(0, next - 1)]!, points[next]!];
  return a.x === b.x ? b.y : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}
