import { describe, expect, it } from 'vitest';
import { formatRateTest } from '../../src/report/index.ts';

const plain = { bold: String, dim: String, cyan: String, yellow: String };
/** A loss that falls until 10^-2 and rises after it, over five powers of ten. */
const points = Array.from({ length: 120 }, (_, i) => {
  const power = -5 + (5 * i) / 119;
  return { learningRate: 10 ** power, bpc: 2 + Math.abs(power + 2) };
});

describe('the chart of a learning-rate test', () => {
  it.each([50, 60, 80, 120, 200])('%i columns: no line is longer, axis, ticks and mark agree', (width) => {
    const lines = formatRateTest({ points, suggestion: 0.001 }, plain, width).split('\n');
    expect(lines).toHaveLength(20);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    const [axis, ticks, mark, advice] = lines.slice(15, 19) as [string, string, string, string];
    expect(advice).toBe('  try --learning-rate 0.001');
    // the mark stands under the tick of its rate, the lowest point under the tick of 10^-2
    expect(mark.indexOf('▲')).toBe(ticks.indexOf('1e-3'));
    const lowest = lines[14]!;
    expect(lowest).toMatch(/^ {4}2\.[01]/);
    const middle = (lowest.indexOf('●') + lowest.lastIndexOf('●')) / 2;
    expect(Math.abs(middle - ticks.indexOf('1e-2'))).toBeLessThanOrEqual(1);
    expect(axis.length).toBeGreaterThan(width / 3);
  });

  it('one point is a chart too', () => {
    const chart = formatRateTest({ points: points.slice(0, 1), suggestion: 1e-6 }, plain, 80);
    expect(chart.match(/●/g)).toHaveLength(1);
    expect(chart).toContain('try --learning-rate 0.000001');
  });
});
