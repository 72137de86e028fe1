import { describe, expect, it } from 'vitest';
import { drain } from '../../src/drain.ts';
import { inspectGradients } from '../../src/inspect/index.ts';
import { readFromStart } from '../../src/inspect/reading.ts';
import { contextHorizon } from '../../src/inspect/units/horizon.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, Network, type Weights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { horizonText } from '../../src/report/terminal/horizon.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { randomIds, randomNetwork, V } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const exact = new ReferenceKernels('float64');

const horizonOf = (weights: Weights, ids: ArrayLike<number>, lengths: number[]) => {
  const model = { weights, kernels: exact };
  return drain(contextHorizon(model, readFromStart(model, ids), lengths));
};

/**
 * A register of `lag` places: unit 0 holds the last of two characters, unit j the one j before, and the prediction is the
 * character `lag − 1` before the last, with a probability of 0.9.
 */
function register(lag: number): Weights {
  const weights = createWeights({ cell: 'rnn', hidden: lag, layers: 1, vocabularySize: 2 }, exact);
  weights.view('layers.0.Wxh').set([-3, 3]);
  const Whh = weights.view('layers.0.Whh');
  for (let j = 1; j < lag; j++) Whh[j * lag + j - 1] = 3;
  const logit = Math.log(9) / 2;
  weights.view('output.Why')[lag - 1] = -logit;
  weights.view('output.Why')[2 * lag - 1] = logit;
  weights.stale = true;
  return weights;
}

/** Each character is, nine times out of ten, the one `lag` before it. */
function echoes(lag: number, length: number): Int32Array {
  const random = createRandom(lag, 'echo');
  const ids = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const echoed = i >= lag && random.next() < 0.9;
    ids[i] = echoed ? ids[i - lag]! : Math.floor(random.next() * 2);
  }
  return ids;
}

describe('context horizon', () => {
  it.each([1, 2, 5, 10, 20])(
    'a register of %i characters: everything is lost below, nothing from there on',
    (lag) => {
      const {
        rows,
        contextHorizon: found,
        noHorizon,
      } = horizonOf(register(lag), echoes(lag, 1500), [1, 2, 5, 10, 20, 50]);
      expect([found, noHorizon]).toEqual([lag, null]);
      for (const { characters, extraNats, low, high } of rows) {
        expect(low).toBeLessThanOrEqual(extraNats);
        expect(high).toBeGreaterThanOrEqual(extraNats);
        // an answer that is right nine times out of ten costs 0.33 nats, none costs 0.69; tanh(3) is not quite 1
        if (characters < lag) expect(low).toBeGreaterThan(0.2);
        else expect(high).toBeLessThan(1e-3);
      }
    },
  );

  it('longer than all that was measured: it loses at all lengths', () => {
    const found = horizonOf(register(30), echoes(30, 1500), [1, 2, 5, 10, 20]);
    expect(found).toMatchObject({ contextHorizon: null, noHorizon: 'loses at all lengths' });
    expect(horizonText({ ...found, horizon: found.rows })).toBe(
      'more than 0.01 nats are lost with 20 characters too',
    );
  });

  it('too little text to tell', () => {
    const found = horizonOf(register(5), echoes(5, 40), [1, 2, 5, 10, 20]);
    expect(found.places).toBeLessThan(20);
    expect(found).toMatchObject({ contextHorizon: null, noHorizon: 'cannot tell' });
    expect(found.rows[0]).toMatchObject({ low: null, high: null });
    expect(horizonText({ ...found, horizon: found.rows })).toBe(
      'cannot tell from so little text whether 0.01 nats are lost with 20 characters',
    );
  });

  it('a model without recurrent weights needs one character', () => {
    const { weights } = randomNetwork(exact, 1);
    weights.view('layers.0.Whh').fill(0);
    weights.stale = true;
    const ids = new Int32Array(50);
    randomIds(ids, V, 'measured');
    const { rows, contextHorizon: found } = horizonOf(weights, ids, [1, 2, 5]);
    expect(found).toBe(1);
    for (const { extraNats } of rows) expect(extraNats).toBeCloseTo(0, 13);
  });

  it('is the mean over all places of the loss after k characters from zero, less that with the whole history', () => {
    const { weights } = randomNetwork(exact, 2, undefined, 'horizon', { cell: 'gru' });
    const ids = new Int32Array(40);
    randomIds(ids, V, 'measured');
    const { rows, places } = horizonOf(weights, ids, [1, 3, 6]);
    const lossAfter = (from: number, to: number) => {
      const network = new Network(weights, exact, { B: 1, T: to - from, backward: false });
      network.ids.set(ids.subarray(from, to));
      network.targets.fill(-1);
      network.targets[to - from - 1] = ids[to]!;
      network.forward();
      return network.loss(0);
    };
    // every place with six characters before it and six to read
    const starts = Array.from({ length: 28 }, (_, i) => 6 + i);
    expect(places).toBe(28);
    for (const { characters: k, extraNats, low, high } of rows) {
      const extra = starts.map((start) => lossAfter(start, start + k) - lossAfter(0, start + k));
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      expect(extraNats).toBeCloseTo(mean(extra), 12);
      // twenty stretches of one or two places
      const means = Array.from({ length: 20 }, (_, i) =>
        mean(extra.slice(Math.floor(1.4 * i + 1e-9), Math.floor(1.4 * (i + 1) + 1e-9))),
      );
      const variance = means.reduce((sum, value) => sum + (value - mean(extra)) ** 2, 0) / 19;
      expect(high! - low!).toBeCloseTo(2 * 2.093 * Math.sqrt(variance / 20), 12);
    }
  });

  it('one model has one horizon, whatever the seed', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 60, hidden: 12 })));
    const found = Array.from({ length: 12 }, (_, rngSeed) => {
      const options = { anchors: 4, check: false, rngSeed, nextUpdate };
      const { horizon, contextHorizon, noHorizon } = inspectGradients(
        checkpoint,
        checkpoint.excerpt,
        'text',
        options,
      );
      return { horizon, contextHorizon, noHorizon };
    });
    for (const each of found) expect(each).toEqual(found[0]);
  });

  it('the interval holds the mean of a longer text 19 times in 20', () => {
    const weights = register(5);
    const [whole] = horizonOf(weights, echoes(5, 4000), [2, 5]).rows;
    const inside = Array.from({ length: 40 }, (_, i) => {
      const [row] = horizonOf(weights, echoes(5, 4000).subarray(i * 90, i * 90 + 400), [2, 5]).rows;
      return row!.low! <= whole!.extraNats && whole!.extraNats <= row!.high!;
    });
    expect(inside.filter(Boolean).length).toBeGreaterThanOrEqual(34);
  });
});
