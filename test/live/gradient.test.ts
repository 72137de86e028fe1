import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, deserialize, type FlowRow } from '../../src/checkpoint/index.ts';
import { drain } from '../../src/drain.ts';
import { exactModel } from '../../src/inspect/exact-model.ts';
import { layerSpectrum } from '../../src/inspect/jacobians/spectra.ts';
import { lagGradients } from '../../src/inspect/lags/lag-gradients.ts';
import { lagRows } from '../../src/inspect/lags/lag-rows.ts';
import { chooseWindows } from '../../src/inspect/lags/windows.ts';
import { LIMITS, lagChart, overSteps } from '../../src/live/page/gradient/flow-charts.ts';
import { isCheap, isMeasurable, measureLags } from '../../src/live/page/gradient/lag-curve.ts';
import { verdictOf } from '../../src/live/page/gradient/verdict.ts';
import { createRandom } from '../../src/random.ts';
import { ROOT } from '../support/cli.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const rowWith = (largestLyapunov: number | null, step = 1): FlowRow => ({
  step,
  kept: 0.01,
  decayPerStep: 0.9,
  recommendedSeqLength: null,
  largestLyapunov,
  largestSingularValue: 1,
  spectralRadius: 1,
  shareAbove99: 0,
});

it.each([
  [Math.log(0.0099) / 50, 'vanishing', 0.0099],
  [Math.log(0.011) / 50, 'carried', 0.011],
  [0, 'carried', 1],
  [Math.log(99) / 50, 'carried', 99],
  [Math.log(101) / 50, 'exploding', 101],
  [null, 'vanishing', 0],
] as const)('an exponent of %s is %s', (exponent, flow, factor) => {
  const verdict = verdictOf(rowWith(exponent));
  expect(verdict.flow).toBe(flow);
  expect(verdict.factor).toBeCloseTo(factor, 9);
});

it('the limits of the drawing are those of the words', () => {
  for (const [limit, inside] of [
    [LIMITS[0]!, 1e-9],
    [LIMITS[1]!, -1e-9],
  ] as const) {
    expect(verdictOf(rowWith(limit + inside)).flow).toBe('carried');
    expect(verdictOf(rowWith(limit - inside)).flow).not.toBe('carried');
  }
});

describe.each(['rnn', 'lstm', 'gru'])('the curve over lags, %s', (cell) => {
  const file = join(ROOT, `checkpoints/example-${cell}.json`);
  const checkpoint = deserialize(readFileSync(file, 'utf8'), file);

  it('is that of the inspector', () => {
    const curve = drain(measureLags(checkpoint));
    const { config, excerpt } = checkpoint;
    const model = exactModel(checkpoint);
    const asked = { lags: Math.max(50, 2 * config.seqLength), anchors: 12 };
    const windows = chooseWindows(excerpt, asked, createRandom(config.rngSeed, 'anchors'));
    const spectra = Array.from({ length: config.layers }, (_, layer) => layerSpectrum(model.weights, layer));
    const rows = lagRows(drain(lagGradients(model, excerpt, windows, spectra)));
    expect(curve.anchors).toBe(12);
    expect(curve.seqLength).toBe(config.seqLength);
    for (const field of ['median', 'low', 'high'] as const) {
      expect(curve[field]).toHaveLength(rows.length);
      curve[field].forEach((value, k) => {
        expect(Math.abs(value / rows[k]![field] - 1)).toBeLessThan(1e-9);
      });
    }
  });

  it('pauses after each anchor', () => {
    expect([...measureLags(checkpoint)]).toHaveLength(12);
    expect(isCheap(checkpoint)).toBe(true);
  });
});

it('a checkpoint without text cannot be measured, a large one only when asked', () => {
  const checkpoint: Checkpoint = lastCheckpoint(
    eventsOf(trainerOf({ steps: 1, hidden: 7, seqLength: 5, batchSize: 1, evalEvery: 9 })),
  );
  expect(isMeasurable(checkpoint)).toBe(true);
  expect(isMeasurable({ ...checkpoint, excerpt: checkpoint.excerpt.slice(0, 7) })).toBe(false);
  expect(isCheap({ ...checkpoint, config: { ...checkpoint.config, hidden: 2048 } })).toBe(false);
});

it('drawings name their values, and mark the window of training', () => {
  const rows = [rowWith(-0.1, 30), rowWith(-0.2, 60)];
  const svg = overSteps(rows, 60, {
    title: 'λ₁ & more',
    axis: 'nats',
    step: 'step',
    of: ({ largestLyapunov }) => largestLyapunov,
    marks: LIMITS,
  });
  expect(svg).toContain('aria-label="λ₁ &amp; more: −0.2"');
  expect(svg.match(/class="line thin bound b"/g)).toHaveLength(2);
  const curve = {
    median: [1, 0.1, 0.001],
    low: [0.5, 0.01, 0],
    high: [2, 0.2, 0.01],
    anchors: 3,
    seqLength: 1,
    decayPerStep: 0.03,
    recommendedSeqLength: 2,
  };
  const drawn = lagChart(curve, {
    lag: 'lag',
    seqLength: 'seq-length 1',
    summary: (first, last, lags) => `${first} to ${last} at ${lags}`,
  });
  expect(drawn).toContain('aria-label="1 to 0.001 at 2"');
  expect(drawn).toContain('text-anchor="start">seq-length 1</text>');
  expect(drawn).not.toContain('NaN');
});
