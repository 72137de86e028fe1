import { describe, expect, it } from 'vitest';
import { flagName, type PartialConfig } from '../../src/config/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network } from '../../src/model/index.ts';
import { planTraining, resumeConfig } from '../../src/train/index.ts';
import { configOf, corpusOf, readString, someText } from '../support/models.ts';
import { eventsOf, lastCheckpoint, SMALL, trainerOf } from '../support/training.ts';

describe('planTraining', () => {
  it('shrinks batch and sequence to what the text allows and says so', () => {
    const plan = planTraining(
      configOf({ batchSize: 32, seqLength: 50, validationFraction: 0 }),
      corpusOf('abcdefghij'),
    );
    expect(plan.config).toMatchObject({ batchSize: 1, seqLength: 9 });
    expect(plan.notes).toEqual([
      'batch-size 32 lowered to 1, the most that 10 training characters allow',
      'seq-length 50 lowered to 9, the most that 10 training characters allow',
    ]);
  });

  it('trains on everything when the tail is too short to measure', () => {
    const plan = planTraining(configOf({ batchSize: 1, seqLength: 3 }), corpusOf('abcabcabca'));
    expect(plan.validation.length).toBe(0);
    expect(plan.notes).toEqual([
      '10 characters are too few for a validation text; all of them are trained on',
    ]);
  });

  it('a validation text of its own, test text from the end of the rest', () => {
    const corpus = corpusOf(someText(100));
    const validation = corpusOf('the light');
    const plan = planTraining(configOf({ batchSize: 1, testFraction: 0.1 }), corpus, validation);
    expect([plan.train.length, plan.validation.length, plan.test.length]).toEqual([90, 9, 10]);
    expect(plan.validation).toBe(validation.ids);
    expect(plan.validationText).toEqual({ sha256: validation.sha256, characters: 9 });
  });

  it('shares that leave nothing, and relu in a gated cell, are refused', () => {
    const plan = (settings: PartialConfig) => () => planTraining(configOf(settings), corpusOf(someText(100)));
    expect(plan({ validationFraction: 0.6, testFraction: 0.5 })).toThrow(
      '--validation-fraction 0.6 and --test-fraction 0.5 leave nothing to train on; expected a sum below 1',
    );
    expect(plan({ cell: 'gru', nonlinearity: 'relu' })).toThrow(
      '--nonlinearity relu: expected tanh, got a cell (gru) that has no other; drop it, or take --cell rnn',
    );
  });

  it('one distinct character is refused', () => {
    expect(() => planTraining(configOf({}), corpusOf('aaaa'))).toThrow(
      'the corpus holds only one distinct character, "a"; expected at least 2, since one alone leaves nothing to predict',
    );
  });

  it('a model whose checkpoint could never be written is refused before it is built', () => {
    expect(() => planTraining(configOf({ hidden: 20_000 }), corpusOf(someText(500)))).toThrow(
      /^\d+ parameters would make a checkpoint of \d+ bytes, expected at most 536870888; lower --hidden or --layers$/,
    );
  });
});

describe('resumeConfig', () => {
  const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 2 })));

  it('takes the totals and rates that may change', () => {
    expect(resumeConfig(checkpoint, { steps: 9, learningRate: 0.5 }, flagName)).toEqual({
      ...checkpoint.config,
      steps: 9,
      learningRate: 0.5,
    });
  });

  it('refuses another model', () => {
    expect(() => resumeConfig(checkpoint, { hidden: 64 }, flagName)).toThrow(
      '--hidden 64: the run being resumed has 7; drop --hidden, or start anew from these weights with --init-from',
    );
  });
});

describe('fine-tuning', () => {
  it('grows the vocabulary by the new characters; old characters keep their logits', async () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 10 })));
    const { vocabulary } = checkpoint;
    const corpus = await readString(`${someText(100)}éA`, { vocabulary, unknown: 'add' });
    expect(corpus.vocabulary.units).toEqual([...(checkpoint.vocabulary.units as string[]), 'A', 'é']);
    expect(corpus.vocabulary.decode(corpus.ids)).toBe(`${someText(100)}éA`);
    const tuned = trainerOf({ ...SMALL }, { kind: 'weights', checkpoint }, corpus);
    const original = trainerOf({ ...SMALL }, { kind: 'resume', checkpoint });
    const logits = [original, tuned].map(({ weights }) => {
      const network = new Network(weights, new ReferenceKernels(), { B: 1, T: 3, backward: false });
      network.ids.set([1, 2, 3]);
      network.forward();
      return network;
    });
    const V = checkpoint.vocabulary.size;
    for (let t = 0; t < 3; t++) {
      const [before, after] = logits.map(({ logits: y }, i) => [
        ...y.subarray(t * (V + 2 * i), t * (V + 2 * i) + V),
      ]);
      expect(after).toEqual(before);
    }
  });
});
