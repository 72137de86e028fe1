import { describe, expect, it } from 'vitest';
import { drain } from '../../src/drain.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, initializeWeights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import {
  evaluate,
  findLearningRate,
  mixedSurprises,
  planTraining,
  surprises,
  Trainer,
} from '../../src/train/index.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const kernels = new ReferenceKernels('float64');
const { ids, vocabulary } = corpusOf(someText(503));
const weightsOf = (seed: number) => {
  const weights = createWeights(
    { cell: 'gru', hidden: 7, layers: 2, vocabularySize: vocabulary.size },
    kernels,
  );
  initializeWeights(weights, { init: 'uniform', initGain: 1, forgetBias: 1 }, createRandom(seed, 'init'));
  return weights;
};
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe('surprise of every character', () => {
  it('adds up to what evaluation measures', () => {
    const each = [...surprises(weightsOf(1), ids, kernels)];
    expect(each).toHaveLength(502);
    expect(sum(each)).toBeCloseTo(evaluate(weightsOf(1), ids, kernels, 1).nats, 9);
  });

  it.each([3, 7, 20, 60, 100, 501, 502, 9999])(
    'with the state zero again after every %i characters it is that of the pieces alone, on any number of streams',
    (coldEvery) => {
      const { ids } = corpusOf(someText(4507));
      for (const text of [ids.subarray(0, 503), ids]) {
        let nats = 0;
        for (let from = 0; from + 1 < text.length; from += coldEvery)
          nats += sum(surprises(weightsOf(1), text.subarray(from, from + coldEvery + 1), kernels));
        const cold = surprises(weightsOf(1), text, kernels, 0, coldEvery);
        expect(sum(cold)).toBeCloseTo(nats, 8);
        expect(evaluate(weightsOf(1), text, kernels, 1, coldEvery).nats).toBeCloseTo(nats, 8);
      }
    },
  );

  it('dynamic evaluation: a text with structure becomes cheaper, its first window does not change', () => {
    const [still, moving] = [0, 0.5].map((rate) => [...surprises(weightsOf(1), ids, kernels, rate)]);
    expect(moving!.slice(0, 20)).toEqual(still!.slice(0, 20));
    expect(sum(moving!.slice(250))).toBeLessThan(0.95 * sum(still!.slice(250)));
  });

  it('several models: −ln of the mean probability', () => {
    const [a, b] = [1, 2].map((seed) => [...surprises(weightsOf(seed), ids, kernels)]) as [
      number[],
      number[],
    ];
    const mixed = [...mixedSurprises([a, b])];
    mixed.forEach((value, i) => {
      expect(value).toBeCloseTo(-Math.log((Math.exp(-a[i]!) + Math.exp(-b[i]!)) / 2), 12);
    });
    expect([...mixedSurprises([a])]).toEqual(a);
    // e^-800 is 0 as a number
    expect([...mixedSurprises([[800], [900]])][0]).toBeCloseTo(800 + Math.LN2, 9);
  });
});

describe('learning-rate range test', () => {
  it('rises by equal factors, stops where the loss explodes, suggests a tenth of the best', () => {
    const plan = planTraining(configOf({ hidden: 7, batchSize: 3, seqLength: 5 }), corpusOf(someText(503)));
    const { points, suggestion } = drain(findLearningRate(plan, new ReferenceKernels()));
    expect(points[0]!.learningRate).toBeCloseTo(1e-5, 12);
    const factors = points.slice(1).map(({ learningRate }, i) => learningRate / points[i]!.learningRate);
    for (const factor of factors) expect(factor).toBeCloseTo(10 ** (5 / 119), 9);
    const best = points.reduce((lowest, point) => (point.bpc < lowest.bpc ? point : lowest));
    expect(suggestion).toBe(Number((best.learningRate / 10).toPrecision(1)));
    expect(best.bpc).toBeLessThan(points[0]!.bpc);
  });

  it.each(['resume', 'weights'] as const)(
    'measures the model that a start of kind %s would train',
    (kind) => {
      const corpus = corpusOf(someText(503));
      const settings = { hidden: 7, batchSize: 3, seqLength: 5, rngSeed: 4 };
      const checkpoint = lastCheckpoint(eventsOf(trainerOf({ ...settings, steps: 50 }, undefined, corpus)));
      const plan = planTraining(configOf({ ...settings, steps: 51 }), corpus);
      const start = { kind, checkpoint };
      const next = eventsOf(new Trainer(plan, new ReferenceKernels(), start)).find((e) => e.event === 'step');
      const { points } = drain(findLearningRate(plan, new ReferenceKernels(), start));
      expect(next).toMatchObject({
        step: kind === 'resume' ? 51 : 1,
        bpc: expect.closeTo(points[0]!.bpc, 12) as number,
      });
      expect(points[0]!.learningRate).toBe(1e-5);
    },
  );
});
