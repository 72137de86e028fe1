import type { RateTest } from '../train/index.ts';
import type { Palette } from './plot.ts';

const HEIGHT = 14;
const LABEL_WIDTH = 8;

/** The loss over the learning rate (log axis), one column a step, with a tick at the suggestion. */
export function formatRateTest({ points, suggestion }: RateTest, color: Palette): string {
  const bpcs = points.map(({ bpc }) => bpc);
  const [bottom, top] = [Math.min(...bpcs), Math.max(...bpcs)];
  const rowOf = (bpc: number) => Math.round(((top - bpc) / (top - bottom || 1)) * (HEIGHT - 1));
  const lines = Array.from({ length: HEIGHT }, (_, row) => {
    const label = (top - (row / (HEIGHT - 1)) * (top - bottom)).toFixed(2).padStart(LABEL_WIDTH);
    return `${label}┤${points.map(({ bpc }) => (rowOf(bpc) === row ? color.cyan('●') : ' ')).join('')}`;
  });
  const indent = ' '.repeat(LABEL_WIDTH);
  let ticks = '';
  points.forEach(({ learningRate }, column) => {
    const next = points[column + 1]?.learningRate ?? Number.POSITIVE_INFINITY;
    const power = 10 ** Math.round(Math.log10(learningRate));
    if (learningRate <= power * 1.0001 && power < next)
      ticks = `${ticks.padEnd(column)}${Number(power.toPrecision(1)).toExponential()}`;
  });
  const at = points.findIndex(({ learningRate }) => learningRate >= suggestion);
  return [
    '  bits per character while the learning rate rises',
    ...lines,
    `${indent}└${'─'.repeat(points.length)}`,
    `${indent} ${ticks}  learning rate`,
    `${indent} ${' '.repeat(Math.max(0, at))}${color.bold(`▲ try --learning-rate ${suggestion}`)}`,
    '',
  ].join('\n');
}
