import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { inspectGradients } from '../../src/inspect/index.ts';
import {
  decayPerStep,
  halfLife,
  memoryLength,
  recommendedSeqLength,
  stepsHolding,
  truncationBias,
} from '../../src/inspect/lags/decay.ts';
import { parameterTable, randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { modelWith, textOf } from '../support/inspected.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const OPTIONS = { anchors: 16, check: true, rngSeed: 1, nextUpdate };
describe('closed forms', () => {
  it('Whh = c·orthogonal with h near 0: every exponent is ln c, the decay c, both singular value and radius c', () => {
    const c = 0.8;
    const Q = randomOrthogonal(12, createRandom(3, 'q')).map((value) => c * value);
    const checkpoint = modelWith(Q, 12);
    const found = inspectGradients(checkpoint, textOf(checkpoint, 500), 'text', { ...OPTIONS, lags: 40 });
    for (const exponent of found.lyapunov) expect(exponent).toBeCloseTo(Math.log(c), 5);
    expect(found.decayPerStep).toBeCloseTo(c, 5);
    expect(found.halfLife).toBeCloseTo(Math.log(0.5) / Math.log(c), 3);
    expect(found.largestSingularValue).toBeCloseTo(c, 6);
    expect(found.spectralRadius).toBeCloseTo(c, 6);
    expect(found.stepFactors!.weights).toBeCloseTo(c, 5);
    expect(found.stepFactors!.saturation).toBeCloseTo(1, 5);
    for (const { high, bound, stepBound } of found.lags) {
      expect(high / bound).toBeCloseTo(1, 4);
      expect(high / stepBound).toBeCloseTo(1, 4);
    }
    const { recurrent, singularValues } = found.layers[0]!;
    expect(recurrent[0]!.departure).toBeCloseTo(0, 5);
    for (const { re, im } of recurrent[0]!.eigenvalues) expect(Math.hypot(re, im)).toBeCloseTo(c, 6);
    for (const { lag, logs, logCondition } of singularValues) {
      for (const log of logs) expect(log / lag).toBeCloseTo(Math.log(c), 4);
      expect(logCondition! / lag).toBeCloseTo(0, 4);
    }
  });
});

describe('decay', () => {
  const geometric = Array.from({ length: 60 }, (_, k) => 3 * 0.8 ** k);

  it('of 3·0.8ᵏ: 0.8 a step, half-life ln ½ / ln 0.8, memory −1/ln 0.8', () => {
    expect(decayPerStep(geometric)).toBeCloseTo(0.8, 12);
    expect(halfLife(0.8)).toBeCloseTo(3.106, 3);
    expect(memoryLength(0.8)).toBeCloseTo(4.481, 3);
    expect([halfLife(1.01), memoryLength(1.01)]).toEqual([null, null]);
  });

  it('truncation bias of a geometric series is 0.8ᴷ of the whole, also beyond the measured lags', () => {
    for (const { steps, bias } of truncationBias(geometric)) expect(bias / 0.8 ** steps).toBeCloseTo(1, 4);
    const measured = geometric.slice(0, 15);
    // what is bounded from below is the sum inside the lags less what the tail could take away
    const surest = 1 - 2 * 0.8 ** 15;
    for (const { steps, bias } of truncationBias(measured))
      expect(bias).toBeCloseTo(0.8 ** steps / surest, 10);
  });

  it('the advised window is the first K with 0.8ᴷ < 0.1; none where nothing decays', () => {
    expect(recommendedSeqLength(truncationBias(geometric))).toBe(11);
    expect(truncationBias(geometric.map(() => 1))).toEqual([]);
    expect(recommendedSeqLength([])).toBeNull();
  });

  it('99 % of a geometric series lies in the first steps', () => {
    expect(stepsHolding(geometric, 60, 0.99)).toBe(21);
    expect(stepsHolding([5, 0, 0], 3, 0.99)).toBe(1);
  });
});

const Q = (c: number, n: number) => randomOrthogonal(n, createRandom(9, 'q')).map((value) => c * value);

describe('a whole inspection', () => {
  it('the gradient check passes on a trained model, and reports each tensor', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 40, layers: 2 })));
    const { gradientCheck } = inspectGradients(checkpoint, textOf(checkpoint, 100), 'text', OPTIONS);
    expect(gradientCheck?.passed).toBe(true);
    expect(gradientCheck?.maxRelativeError).toBeLessThanOrEqual(1e-6);
    expect(gradientCheck?.tensors.map(({ name }) => name)).toHaveLength(8);
  });

  it('a short text lowers the lags, one too short is refused', () => {
    const checkpoint = modelWith(Q(0.9, 8), 8);
    const found = inspectGradients(checkpoint, textOf(checkpoint, 30), 'text', OPTIONS);
    expect(found.lags.length - 1).toBe(14);
    expect(() => inspectGradients(checkpoint, textOf(checkpoint, 5), 'text', OPTIONS)).toThrow(
      'the text to inspect: expected at least 8 characters, got 5',
    );
  });

  it('the same seed gives the same report', () => {
    const checkpoint = modelWith(Q(0.9, 8), 8);
    const report = () =>
      JSON.stringify(inspectGradients(checkpoint, textOf(checkpoint, 300), 'text', OPTIONS));
    expect(report()).toBe(report());
  });

  it('every cell, ReLU and embeddings: a whole report whose check passes', () => {
    const models = [
      { cell: 'lstm', layers: 2 },
      { cell: 'gru', layers: 2 },
      { nonlinearity: 'relu', init: 'identity' },
      { embedding: 5 },
    ] as const;
    for (const model of models) {
      const checkpoint = lastCheckpoint(eventsOf(trainerOf({ ...model, steps: 20 })));
      const found = inspectGradients(checkpoint, textOf(checkpoint, 150), 'text', OPTIONS);
      expect(found.gradientCheck).toMatchObject({ passed: true });
      expect(found.layers.map(({ gates }) => gates.map(({ gate }) => gate).join(''))).toEqual(
        found.layers.map(() => ({ rnn: '', lstm: 'ifo', gru: 'rz' })[found.model.cell]),
      );
      expect(found.stepFactors === null).toBe(found.model.cell !== 'rnn');
      expect(found.tensors.map(({ name }) => name)).toEqual(
        parameterTable(architectureOf(checkpoint)).map(({ name }) => name),
      );
      expect(JSON.stringify(found)).not.toContain('NaN');
    }
  });

  it('an LSTM whose forget gates stand open keeps what a vanilla cell loses', () => {
    const kept = (settings: PartialConfig) => {
      const checkpoint = lastCheckpoint(
        eventsOf(trainerOf({ hidden: 16, seqLength: 20, batchSize: 1, steps: 1, ...settings })),
      );
      const { lags } = inspectGradients(checkpoint, textOf(checkpoint, 300), 'text', {
        ...OPTIONS,
        check: false,
      });
      return lags[20]!.median / lags[0]!.median;
    };
    const [vanilla, shut, open] = [
      {},
      { cell: 'lstm', forgetBias: -1 },
      { cell: 'lstm', forgetBias: 3 },
    ] as const;
    expect(kept(open)).toBeGreaterThan(0.05);
    expect(kept(shut)).toBeLessThan(1e-4);
    expect(kept(vanilla)).toBeLessThan(1e-2 * kept(open));
  });

  it('the band never crosses a bound: both are 95 % quantiles', () => {
    const models = [
      {},
      { layers: 2 },
      { cell: 'lstm', layers: 2 },
      { cell: 'gru' },
      { nonlinearity: 'relu' },
    ] as const;
    for (const model of models) {
      const checkpoint = lastCheckpoint(eventsOf(trainerOf({ ...model, steps: 20, hidden: 9 })));
      const { lags } = inspectGradients(checkpoint, textOf(checkpoint, 150), 'text', {
        ...OPTIONS,
        check: false,
      });
      for (const { low, median, high, stepBound, bound } of lags) {
        expect(low).toBeLessThanOrEqual(median);
        expect(median).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(stepBound * (1 + 1e-9));
        expect(stepBound).toBeLessThanOrEqual(bound * (1 + 1e-9));
      }
    }
  });

  it('a place beyond the text is refused', () => {
    const checkpoint = modelWith(Q(0.9, 8), 8);
    expect(() =>
      inspectGradients(checkpoint, textOf(checkpoint, 30), 'text', { ...OPTIONS, position: 30 }),
    ).toThrow('position 30: expected a position in the text, 0 to 29; choose one of them');
  });
});
