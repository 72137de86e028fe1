import { describe, expect, it } from 'vitest';
import { keepMetrics, METRICS_HEAD, MetricsRows, metricsLine } from '../../src/report/metrics.ts';
import type { TrainEvent } from '../../src/train/index.ts';

const start = (steps: number): TrainEvent => ({
  event: 'start',
  step: 0,
  steps,
  epoch: 0,
  stepsPerEpoch: 7,
  parameters: 11,
});
const step = (
  n: number,
  bpc: number,
  gradientNorm: number,
  clipped: boolean,
  characters = 10,
): TrainEvent => ({
  event: 'step',
  step: n,
  epoch: 3,
  bpc,
  trainBpc: 9,
  gradientNorm,
  clipped,
  characters,
});

describe('logged metrics', () => {
  it('a short run has a row for each step', () => {
    const rows = new MetricsRows();
    expect(rows.add(start(1000), 0, 100)).toBeUndefined();
    expect(rows.add(step(1, 5, 0.5, true), 0.25, 102)).toEqual({
      step: 1,
      epoch: 3,
      values: {
        'bpc/train': 5,
        'gradient/norm': 0.5,
        'gradient/clipped': 1,
        learning_rate: 0.25,
        'speed/characters_per_second': 5,
      },
    });
  });

  it('a long run has means over several: of losses by their characters, of norms by their steps', () => {
    const rows = new MetricsRows();
    rows.add(start(2500), 0, 100);
    expect(rows.add(step(1, 6, 1, true, 30), 0.1, 101)).toBeUndefined();
    expect(rows.add(step(2, 2, 2, false, 10), 0.2, 102)).toBeUndefined();
    expect(rows.add(step(3, 2, 6, false, 10), 0.3, 104)?.values).toEqual({
      'bpc/train': 4.4,
      'gradient/norm': 3,
      'gradient/clipped': 1 / 3,
      learning_rate: 0.3,
      'speed/characters_per_second': 12.5,
    });
    rows.add(step(4, 1, 1, false), 0.1, 105);
    rows.add(step(5, 1, 1, false), 0.1, 106);
    expect(rows.add(step(6, 4, 1, false), 0.1, 109)?.values).toMatchObject({
      'bpc/train': 2,
      'speed/characters_per_second': 6,
    });
  });

  it('steps that are shorter than 40 ms share a row; the end completes what is left', () => {
    const rows = new MetricsRows();
    rows.add(start(900), 0, 100);
    expect(rows.add(step(1, 6, 1, true), 0.1, 100.02)).toBeUndefined();
    expect(rows.add(step(2, 2, 3, true), 0.1, 100.05)).toMatchObject({
      step: 2,
      values: { 'bpc/train': 4 },
    });
    expect(rows.add(step(3, 1, 3, true), 0.1, 100.08)).toBeUndefined();
    const done = { event: 'done', reason: 'stopped', step: 3, epoch: 3, trainBpc: 2 } as const;
    expect(rows.add({ ...done, validationBpc: null }, 0.7, 100.1)).toMatchObject({
      step: 3,
      values: { 'bpc/train': 1, learning_rate: 0.7 },
    });
  });

  it('a measurement is a row of its own, the closing one too where it is new; without a validation text there is none', () => {
    const rows = new MetricsRows();
    const measured = { event: 'evaluate', epoch: 2, step: 40, best: true, trainBpc: 2 } as const;
    const more = { gradientNorm: 1, clipRate: 0, shrink: null };
    expect(rows.add({ ...measured, ...more, validationBpc: 1.5 }, 0.1, 5)).toEqual({
      step: 40,
      epoch: 2,
      values: { 'bpc/validation': 1.5 },
    });
    expect(rows.add({ ...measured, ...more, step: 41, validationBpc: null }, 0.1, 5)).toBeUndefined();
    const done = { event: 'done', reason: 'finished', epoch: 3, trainBpc: 2, validationBpc: 1.4 } as const;
    expect(rows.add({ ...done, step: 40 }, 0.1, 6)).toBeUndefined();
    expect(rows.add({ ...done, step: 44 }, 0.1, 6)).toEqual({
      step: 44,
      epoch: 3,
      values: { 'bpc/validation': 1.4 },
    });
  });

  it('metrics.csv has a column for each, empty where a row has no such figure', () => {
    expect(METRICS_HEAD).toBe(
      'step,timestamp,epoch,bpc/train,bpc/validation,gradient/norm,gradient/clipped,learning_rate,speed/characters_per_second\n',
    );
    const row = { step: 40, epoch: 2, values: { 'bpc/validation': 1.5 } };
    expect(metricsLine(row, new Date('2026-03-01T20:30:00.5Z'))).toBe(
      '40,2026-03-01T20:30:00.500Z,2,,1.5,,,,\n',
    );
  });

  it('of an earlier session, a resumed run keeps whole lines up to its step', () => {
    const line = (n: number) => metricsLine({ step: n, epoch: 0, values: { 'bpc/train': 2 } }, new Date(0));
    const torn = `${METRICS_HEAD}${line(8)}${line(9)}${line(10)}10,1970`;
    expect(keepMetrics(torn, 9)).toBe(METRICS_HEAD + line(8) + line(9));
    expect(keepMetrics('', 9)).toBe(METRICS_HEAD);
    expect(keepMetrics(METRICS_HEAD.slice(0, 9), 9)).toBe(METRICS_HEAD);
  });
});
