import { describe, expect, it } from 'vitest';
import { drain } from '../../src/drain.ts';
import { inspectGradients } from '../../src/inspect/index.ts';
import { readFromStart } from '../../src/inspect/reading.ts';
import { answerHorizon, contextHorizon } from '../../src/inspect/units/horizon.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, Network, type Weights } from '../../src/model/index.ts';
import { horizonText } from '../../src/report/terminal/horizon.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { echoes, register } from '../support/inspected.ts';
import { randomIds, randomNetwork, V } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const exact = new ReferenceKernels('float64');

const horizonOf = (weights: Weights, ids: ArrayLike<number>, lengths: number[]) => {
  const model = { weights, kernels: exact };
  return drain(contextHorizon(model, readFromStart(model, ids), lengths));
};
const KINDS = ['replaced', 'cut'] as const;

describe('context horizon', () => {
  it.each([1, 2, 5, 10, 20])(
    'a register of %i characters: everything is lost below, nothing from there on, replaced or cut',
    (lag) => {
      const found = horizonOf(register(lag), echoes(lag, 1500), [1, 2, 5, 10, 20, 50]);
      const below = { 1: null, 2: 1, 5: 2, 10: 5, 20: 10 }[lag];
      for (const kind of KINDS) {
        const { rows, ...rest } = found[kind];
        expect(rest).toEqual({ usedBeyond: below, contextHorizon: lag, noHorizon: null });
        for (const { characters, extraNats, low, high } of rows) {
          expect(low).toBeLessThanOrEqual(extraNats);
          expect(high).toBeGreaterThanOrEqual(extraNats);
          // an answer that is right nine times out of ten costs 0.33 nats, none 0.69, one that is as often wrong 1.2;
          // tanh(3) is not quite 1
          if (characters < lag) expect(low).toBeGreaterThan(kind === 'cut' ? 0.2 : 0.6);
          else expect(high).toBeLessThan(1e-3);
        }
      }
    },
  );

  it('a cold start costs what no history that was read does', () => {
    // predicts by a unit that is 0 only at the start, and says "the character 0" until it is warm
    const weights = createWeights({ cell: 'rnn', hidden: 1, layers: 1, vocabularySize: 2 }, exact);
    weights.view('layers.0.bh').fill(0.4);
    weights.view('layers.0.Whh').fill(1.1);
    weights.view('output.Why').set([0, 9]);
    weights.view('output.by').set([6, 0]);
    weights.stale = true;
    const ids = new Int32Array(300).fill(1);
    const { replaced, cut } = horizonOf(weights, ids, [1, 2, 5, 10, 20]);
    expect(cut.usedBeyond).toBe(2);
    expect(replaced).toMatchObject({ usedBeyond: null, contextHorizon: 1 });
  });

  it('longer than all that was measured: it loses at all lengths', () => {
    const found = horizonOf(register(30), echoes(30, 1500), [1, 2, 5, 10, 20]);
    for (const kind of KINDS) {
      expect(found[kind]).toMatchObject({
        usedBeyond: 20,
        contextHorizon: null,
        noHorizon: 'loses at all lengths',
      });
      expect(horizonText(found[kind])).toBe('more than 0.01 nats are lost with 20 characters too');
    }
  });

  it('too little text to tell', () => {
    const found = horizonOf(register(5), echoes(5, 40), [1, 2, 5, 10, 20]);
    expect(found.places).toBeLessThan(20);
    for (const kind of KINDS) {
      expect(found[kind]).toMatchObject({ usedBeyond: null, contextHorizon: null, noHorizon: 'cannot tell' });
      expect(found[kind].rows[0]).toMatchObject({ low: null, high: null });
      expect(horizonText(found[kind])).toBe(
        'cannot tell from so little text whether 0.01 nats are lost with 20 characters',
      );
    }
  });

  it('a model without recurrent weights needs one character', () => {
    const { weights } = randomNetwork(exact, 1);
    weights.view('layers.0.Whh').fill(0);
    weights.stale = true;
    const ids = new Int32Array(50);
    randomIds(ids, V, 'measured');
    const found = horizonOf(weights, ids, [1, 2, 5]);
    for (const kind of KINDS) {
      expect(found[kind].contextHorizon).toBe(1);
      for (const { extraNats } of found[kind].rows) expect(extraNats).toBeCloseTo(0, 13);
    }
  });

  it.each(['rnn', 'lstm', 'gru'] as const)(
    '%s: is the mean over all places of the loss after k characters, from zero or after another part, less that with the whole history',
    (cell) => {
      const { weights } = randomNetwork(exact, 2, undefined, 'horizon', { cell });
      const ids = new Int32Array(40);
      randomIds(ids, V, 'measured');
      const { replaced, cut, places } = horizonOf(weights, ids, [1, 3, 6]);
      const lossAfter = (history: Int32Array, next: number) => {
        const network = new Network(weights, exact, { B: 1, T: history.length, backward: false });
        network.ids.set(history);
        network.targets.fill(-1);
        network.targets[history.length - 1] = next;
        network.forward();
        return network.loss(0);
      };
      // every place with six characters before it and six to read
      const starts = Array.from({ length: 28 }, (_, i) => 6 + i);
      expect(places).toBe(28);
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      // of 39 characters that are read, those from 6 to 33 on from the place, by the golden section
      const other = (start: number, i: number) => {
        const distance =
          6 + Math.floor(((i * (Math.sqrt(5) - 1)) / 2 - Math.floor((i * (Math.sqrt(5) - 1)) / 2)) * 27);
        return ids.subarray(0, 1 + ((start + distance) % 39));
      };
      const histories = { cut: () => new Int32Array(0), replaced: other };
      for (const [kind, { rows }] of Object.entries({ replaced, cut })) {
        const before = histories[kind as 'cut' | 'replaced'];
        for (const { characters: k, extraNats, low, high } of rows) {
          const extra = starts.map((start, i) => {
            const shortened = Int32Array.of(...before(start, i), ...ids.subarray(start, start + k));
            const next = ids[start + k]!;
            return lossAfter(shortened, next) - lossAfter(ids.subarray(0, start + k), next);
          });
          expect(extraNats).toBeCloseTo(mean(extra), 12);
          // twenty stretches of one or two places
          const means = Array.from({ length: 20 }, (_, i) =>
            mean(extra.slice(Math.floor(1.4 * i + 1e-9), Math.floor(1.4 * (i + 1) + 1e-9))),
          );
          const variance = means.reduce((sum, value) => sum + (value - mean(extra)) ** 2, 0) / 19;
          expect(high! - low!).toBeCloseTo(2 * 2.093 * Math.sqrt(variance / 20), 12);
        }
      }
    },
  );

  it.each(['rnn', 'lstm', 'gru'] as const)(
    '%s, answers alone: the history of another answer stands in step with the last k characters',
    (cell) => {
      const { weights } = randomNetwork(exact, 2, undefined, 'horizon', { cell });
      const ids = new Int32Array(90);
      randomIds(ids, V, 'asked');
      const answers = [4, 11, 19, 30, 44, 57, 71, 88].map((start, i) => ({
        start,
        end: start + 1 + (i % 3),
      }));
      const model = { weights, kernels: exact };
      const asked = { name: 'some', answers };
      const { replaced, cut, ...rest } = drain(
        answerHorizon(model, readFromStart(model, ids), [2, 6, 20], asked),
      );
      const lossAfter = (history: ArrayLike<number>, next: number) => {
        const network = new Network(weights, exact, { B: 1, T: history.length, backward: false });
        network.ids.set(history);
        network.targets.fill(-1);
        network.targets[history.length - 1] = next;
        network.forward();
        return network.loss(0);
      };
      for (const [i, k] of [2, 6, 20].entries()) {
        // the last answer reaches beyond the text
        const fitting = answers.filter(({ start, end }) => start > k && end <= 90);
        const extra = { replaced: [] as number[], cut: [] as number[] };
        fitting.forEach(({ start, end }, n) => {
          const share = n * ((Math.sqrt(5) - 1) / 2);
          const distance = 1 + Math.floor((share - Math.floor(share)) * (fitting.length - 1));
          const other = fitting[(n + distance) % fitting.length]!;
          for (let j = 0; start + j < end && other.start + j < other.end; j++) {
            const [place, instead] = [start + j, other.start + j];
            const last = ids.subarray(place - k, place);
            const whole = lossAfter(ids.subarray(0, place), ids[place]!);
            const spliced = Int32Array.of(...ids.subarray(0, instead - k), ...last);
            extra.replaced.push(lossAfter(spliced, ids[place]!) - whole);
            extra.cut.push(lossAfter(last, ids[place]!) - whole);
          }
        });
        for (const [kind, { rows }] of Object.entries({ replaced, cut })) {
          const values = extra[kind as 'cut' | 'replaced'];
          expect(rows[i]!.characters).toBe(k);
          expect(rows[i]!.extraNats).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 12);
        }
        if (k === 20) expect(rest).toEqual({ places: extra.cut.length, asked: 'some' });
      }
    },
  );

  it('answers alone: a register of 5 characters loses them below 5, and nothing from there on', () => {
    const model = { weights: register(5), kernels: exact };
    const answers = Array.from({ length: 90 }, (_, i) => ({ start: 31 + 16 * i, end: 32 + 16 * i }));
    const reading = readFromStart(model, echoes(5, 1500));
    const { replaced } = drain(answerHorizon(model, reading, [1, 2, 5, 10], { name: 'some', answers }));
    expect(replaced).toMatchObject({ usedBeyond: 2, contextHorizon: 5 });
    const one = { name: 'one', answers: answers.slice(0, 1) };
    const { rows } = drain(answerHorizon(model, reading, [1, 2], one)).replaced;
    expect(rows).toEqual([]);
  });

  it('one model has one horizon, whatever the seed', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 60, hidden: 12 })));
    const found = Array.from({ length: 12 }, (_, rngSeed) => {
      const options = { anchors: 4, check: false, rngSeed, nextUpdate };
      return inspectGradients(checkpoint, checkpoint.excerpt, 'text', options).horizon;
    });
    for (const each of found) expect(each).toEqual(found[0]);
  });

  it('the interval holds the mean of a longer text 19 times in 20', () => {
    const weights = register(5);
    const [whole] = horizonOf(weights, echoes(5, 4000), [2, 5]).cut.rows;
    const inside = Array.from({ length: 40 }, (_, i) => {
      const [row] = horizonOf(weights, echoes(5, 4000).subarray(i * 90, i * 90 + 400), [2, 5]).cut.rows;
      return row!.low! <= whole!.extraNats && whole!.extraNats <= row!.high!;
    });
    expect(inside.filter(Boolean).length).toBeGreaterThanOrEqual(34);
  });
});
