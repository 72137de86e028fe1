import type { RatePoint, RateTest } from '../../train/index.ts';
import type { Palette } from './plot.ts';

const HEIGHT = 14;
const LABEL_WIDTH = 8;
const MAX_COLUMNS = 120;
const AXIS_NAME = '  learning rate';

/**
 * The loss over the learning rate (log axis), and where the suggestion lies.
 * @param width columns of the terminal; a column shows the mean of several steps where it has less room than steps
 */
export function formatRateTest({ points, suggestion }: RateTest, color: Palette, width: number): string {
  const columns = toColumns(points, Math.min(MAX_COLUMNS, width - LABEL_WIDTH - AXIS_NAME.length - 4));
  const bpcs = columns.map(({ bpc }) => bpc);
  const [bottom, top] = [Math.min(...bpcs), Math.max(...bpcs)];
  const rowOf = (bpc: number) => Math.round(((top - bpc) / (top - bottom || 1)) * (HEIGHT - 1));
  const lines = Array.from({ length: HEIGHT }, (_, row) => {
    const label = (top - (row / (HEIGHT - 1)) * (top - bottom)).toFixed(2).padStart(LABEL_WIDTH);
    const curve = bpcs.map((bpc) => (rowOf(bpc) === row ? color.cyan('●') : ' '));
    return `${label}┤${curve.join('')}`.trimEnd();
  });
  const indent = ' '.repeat(LABEL_WIDTH);
  const at = Math.max(
    0,
    columns.findIndex(({ learningRate }) => learningRate >= suggestion),
  );
  return [
    '  bits per character while the learning rate rises',
    ...lines,
    `${indent}└${'─'.repeat(columns.length)}`,
    `${indent} ${ticks(columns)}${AXIS_NAME}`,
    `${indent} ${' '.repeat(at)}${color.bold('▲')}`,
    `  ${color.bold(`try --learning-rate ${suggestion}`)}`,
    '',
  ].join('\n');
}

/** At most so many points, each the mean of neighbours. */
function toColumns(points: readonly RatePoint[], count: number): RatePoint[] {
  const size = Math.ceil(points.length / Math.max(1, count));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, column) => {
    const part = points.slice(column * size, (column + 1) * size);
    const bpc = part.reduce((sum, point) => sum + point.bpc, 0) / part.length;
    return { learningRate: part[0]!.learningRate, bpc };
  });
}

/** Powers of ten, each under the first column that reaches it. */
function ticks(columns: readonly RatePoint[]): string {
  let line = '';
  columns.forEach(({ learningRate }, column) => {
    const before = columns[column - 1]?.learningRate ?? 0;
    const power = 10 ** Math.floor(Math.log10(learningRate * 1.0001));
    if (power > before * 1.0001)
      line = `${line.padEnd(column)}${Number(power.toPrecision(1)).toExponential()}`;
  });
  return line;
}
