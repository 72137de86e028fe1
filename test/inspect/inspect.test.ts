import { describe, expect, it } from 'vitest';
import { architectureOf, type Checkpoint } from '../../src/checkpoint/index.ts';
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
import { judge } from '../../src/inspect/verdict.ts';
import { parameterTable, randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { randomIds } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const OPTIONS = { anchors: 16, check: true, rngSeed: 1, nextUpdate };
/** A model with chosen recurrent weights and everything else small, so that states stay near 0. */
function modelWith(Whh: ArrayLike<number>, hidden: number, seqLength = 20, input = 1e-4): Checkpoint {
  const checkpoint = lastCheckpoint(
    eventsOf(trainerOf({ steps: 1, hidden, seqLength, batchSize: 1, evalEvery: 9 })),
  );
  const weights = new Float32Array(checkpoint.weights.length);
  const random = createRandom('inspect', 'weights');
  const architecture = {
    cell: 'rnn',
    hidden,
    layers: 1,
    vocabularySize: checkpoint.vocabulary.size,
  } as const;
  for (const { name, offset, size } of parameterTable(architecture)) {
    for (let i = 0; i < size; i++) {
      if (name === 'layers.0.Whh') weights[offset + i] = Whh[i]!;
      else weights[offset + i] = (2 * random.next() - 1) * (name === 'output.Why' ? 1 : input);
    }
  }
  return { ...checkpoint, weights };
}

const textOf = (checkpoint: Checkpoint, length: number): Int32Array => {
  const ids = new Int32Array(length);
  randomIds(ids, checkpoint.vocabulary.size, 'inspected text');
  return ids;
};

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
    expect(found.blame!.weights).toBeCloseTo(c, 5);
    expect(found.blame!.saturation).toBeCloseTo(1, 5);
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

describe('verdict and check', () => {
  const verdictOf = (checkpoint: Checkpoint) =>
    inspectGradients(checkpoint, textOf(checkpoint, 600), 'text', { ...OPTIONS, check: false }).verdict;
  const Q = (c: number, n: number) => randomOrthogonal(n, createRandom(9, 'q')).map((value) => c * value);

  it('small recurrent weights: vanishing, blamed on the weights', () => {
    const { kind, text } = verdictOf(modelWith(Q(0.5, 8), 8));
    expect(kind).toBe('vanishing');
    expect(text).toMatch(
      /^VANISHING: the gradient halves every 1\.0 steps; 99 % of it comes from the last 7 of 21 steps; cause: weights \(x0\.50 a step; slopes of tanh x1\.00\); seqLength 4 holds nine tenths of it$/,
    );
  });

  it('orthogonal weights near h = 0: healthy', () => {
    expect(verdictOf(modelWith(Q(1, 8), 8)).kind).toBe('healthy');
  });

  it('1.4 times orthogonal in the first steps away from h = 0: exploding', () => {
    const { kind, text } = verdictOf(modelWith(Q(1.4, 8), 8, 20, 1e-30));
    expect(kind).toBe('exploding');
    expect(text).toMatch(
      /^EXPLODING: 20 steps back the gradient is 8\.4e\+2 times what it was; cause: weights \(x1\.40 a step; slopes of tanh x1\.00\); largest Lyapunov exponent 0\.\d+ nats a step$/,
    );
  });

  it('large inputs that pin every tanh: saturated', () => {
    const { kind, text } = verdictOf(modelWith(Q(0.9, 8), 8, 20, 30));
    expect(kind).toBe('saturated');
    expect(text).toMatch(
      /^SATURATED: 9\d % of all \|h\| exceed 0\.99, where the slope of tanh is below 0\.02; the gradient halves every /,
    );
  });

  it('the same of ReLUs: vanishing because of those that are off, however large the others are', () => {
    const relu = modelWith(Q(0.9, 8), 8, 20, 30);
    const { kind, text } = verdictOf({ ...relu, config: { ...relu.config, nonlinearity: 'relu' } });
    expect(kind).toBe('vanishing');
    expect(text).toMatch(
      /; cause: ReLUs that are off \(x0\.\d\d a step; weights x0\.\d\d\); seqLength \d+ holds/,
    );
  });

  it('what makes it grow is named, although slopes shrink it: three times orthogonal, away from h = 0', () => {
    const { kind, text } = verdictOf(modelWith(Q(3, 40), 40, 20, 1e-4));
    expect(kind).toBe('exploding');
    expect(text).toMatch(
      /; cause: weights \(x[23]\.\d\d a step; slopes of tanh x0\.\d\d\); largest Lyapunov exponent 0\./,
    );
  });

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
      expect(found.blame === null).toBe(found.model.cell !== 'rnn');
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

  it('a gated cell is judged by its gate', () => {
    const settings = {
      cell: 'lstm',
      forgetBias: -1,
      hidden: 16,
      seqLength: 20,
      batchSize: 1,
      steps: 1,
    } as const;
    const checkpoint = lastCheckpoint(eventsOf(trainerOf(settings)));
    const { verdict, layers } = inspectGradients(checkpoint, textOf(checkpoint, 300), 'text', OPTIONS);
    const half = layers[0]!.cellPath!.timescales[8]!;
    expect(verdict.kind).toBe('vanishing');
    expect(verdict.text).toContain(
      `cause: by the f gate half of the units forget within ${half.toPrecision(2)} steps; seqLength `,
    );
    expect(verdict.text).toMatch(/; seqLength \d+ holds nine tenths of it$/);
  });

  it('a gate that keeps is never the cause', () => {
    const facts = inspectGradients(modelWith(Q(0.5, 8), 8), new Int32Array(100), 'text', {
      ...OPTIONS,
      check: false,
    });
    const open = { gate: 'f', timescales: [null, 4.4e8, 4.4e8, 4.3e8], keptPerStep: 1 } as const;
    const gated = {
      ...facts,
      model: { ...facts.model, cell: 'lstm' as const },
      layers: [{ ...facts.layers[0]!, cellPath: { ...open, timescales: [...open.timescales] } }],
    };
    const { kind, text } = judge(gated);
    expect(kind).toBe('vanishing');
    expect(text).toContain(
      '; not by the f gate: half of the units keep more than a thousandth over 20 steps; ',
    );
    expect(text).not.toMatch(/cause|forget|bias/);
    const growing = judge({ ...gated, lags: gated.lags.map((row) => ({ ...row, median: 2 ** row.lag })) });
    expect(growing.text).toContain('; cause: the weights (no gate exceeds 1; f alone keeps x1.00 a step)');
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
    ).toThrow('position 30: expected a place in the text, 0 to 29; name one of them');
  });
});
