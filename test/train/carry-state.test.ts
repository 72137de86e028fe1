import { expect, it } from 'vitest';
import { evaluate } from '../../src/train/index.ts';
import { corpusOf, someText } from '../support/models.ts';
import { trainerOf } from '../support/training.ts';

it.each([true, false])('carryState %s: each window begins from the state it should', (carryState) => {
  const [B, T] = [3, 5];
  const corpus = corpusOf(someText(200));
  // the weights stay as they are
  const still = { learningRate: 1e-38, batchSize: B, seqLength: T, validationFraction: 0, evalEvery: 1000 };
  const trainer = trainerOf({ ...still, cell: 'gru', initGain: 2, epochs: 2, carryState }, undefined, corpus);
  const stream = Math.floor(200 / B);
  const windows = Math.floor((stream - 1) / T);
  const found: number[] = [];
  for (const event of trainer.run()) if (event.event === 'step') found.push(event.bpc);
  const expected = Array.from({ length: 2 * windows }, (_, step) => {
    const window = step % windows;
    let nats = 0;
    for (let b = 0; b < B; b++) {
      const ends = [window * T, (window + 1) * T].map((at) => b * stream + at);
      const from = carryState ? b * stream : ends[0]!;
      const until = (end: number) => corpus.ids.subarray(from, end + 1);
      const before =
        ends[0]! > from ? evaluate(trainer.weights, until(ends[0]!), trainer.kernels, 1).nats : 0;
      nats += evaluate(trainer.weights, until(ends[1]!), trainer.kernels, 1).nats - before;
    }
    return nats / (B * T) / Math.LN2;
  });
  expect(found).toHaveLength(26);
  for (const [step, bpc] of found.entries()) expect(bpc).toBeCloseTo(expected[step]!, 5);
});
