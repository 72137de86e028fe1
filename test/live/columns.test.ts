import { describe, expect, it } from 'vitest';
import { BoundedColumns, type StepEntry } from '../../src/live/columns.ts';

const stepOf = (step: number): StepEntry => ({
  step,
  bpc: step,
  learningRate: 1 / step,
  gradientNorm: 10 * step,
  clipRate: step % 2 === 0 ? 1 : 0,
});

function columnsOf(steps: number, most: number, before = 0) {
  const bounded = new BoundedColumns(most, before);
  for (let step = before + 1; step <= before + steps; step++) bounded.add(stepOf(step));
  return bounded.columns;
}

describe('columns of steps', () => {
  it('hold every step while there is room', () => {
    expect(columnsOf(3, 6, 40)).toEqual({
      step: [41, 42, 43],
      bpc: [41, 42, 43],
      learningRate: [1 / 41, 1 / 42, 1 / 43],
      gradientNorm: [410, 420, 430],
      clipRate: [0, 1, 0],
    });
  });

  it('merge each two when they are full: means of loss, norm and clipping, the last learning rate', () => {
    expect(columnsOf(7, 6)).toEqual({
      step: [2, 4, 6, 7],
      bpc: [1.5, 3.5, 5.5, 7],
      learningRate: [1 / 2, 1 / 4, 1 / 6, 1 / 7],
      gradientNorm: [15, 35, 55, 70],
      clipRate: [0.5, 0.5, 0.5, 0],
    });
  });

  it('have entries of as many steps each, but for the last, which grows', () => {
    const columns = columnsOf(27, 6);
    expect(columns.step).toEqual([8, 16, 24, 27]);
    expect(columns.bpc[0]).toBeCloseTo(4.5, 12);
    expect(columns.bpc[3]).toBeCloseTo(26, 12);
    expect(columns.clipRate[3]).toBeCloseTo(1 / 3, 12);
  });

  it('an entry may bring several steps: means count each of them', () => {
    const bounded = new BoundedColumns(2, 0);
    for (const step of [3, 4, 9]) bounded.add(stepOf(step));
    expect(bounded.columns).toEqual({
      step: [4, 9],
      bpc: [3.25, 9],
      learningRate: [1 / 4, 1 / 9],
      gradientNorm: [32.5, 90],
      clipRate: [0.25, 0],
    });
  });

  it('a million steps stay within the bound, and their mean is that of all steps', () => {
    const columns = columnsOf(1_000_003, 4000, 17);
    const lengths = Object.values(columns).map((column) => column.length);
    expect(new Set(lengths).size).toBe(1);
    expect(lengths[0]).toBeLessThanOrEqual(4000);
    expect(lengths[0]).toBeGreaterThanOrEqual(2000);
    const starts = [17, ...columns.step.slice(0, -1)];
    const sum = columns.bpc.reduce((all, bpc, i) => all + bpc * (columns.step[i]! - starts[i]!), 0);
    expect(sum / 1_000_003).toBeCloseTo(17 + 1_000_004 / 2, 3);
  });
});
