import { describe, expect, it } from 'vitest';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network, Weights } from '../../src/model/index.ts';
import { bitsPerCharacter, evaluate } from '../../src/train/index.ts';
import { corpusOf, randomIds, randomNetwork, someText } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

describe('trainer', () => {
  it('learns a repeated word to below 0.05 bits per character', () => {
    const settings = {
      hidden: 16,
      batchSize: 1,
      seqLength: 12,
      steps: 300,
      learningRate: 0.01,
      validationFraction: 0,
    };
    const done = eventsOf(trainerOf(settings, undefined, corpusOf('hello\n'.repeat(30)))).at(-1);
    expect(done).toMatchObject({ event: 'done', reason: 'finished', step: 300, validationBpc: null });
    expect(done?.event === 'done' ? done.trainBpc : null).toBeLessThan(0.05);
  });

  it('an untrained model is about as good as a uniform guess', () => {
    const [, , step] = eventsOf(trainerOf({ steps: 1 }));
    const uniform = Math.log2(new Set(someText(200)).size);
    expect(step?.event === 'step' ? Math.abs(step.bpc - uniform) : 9).toBeLessThan(0.5);
  });

  it('yields start, a first save, steps, evaluations and saves on their beats, and done', () => {
    const events = eventsOf(trainerOf({ steps: 12, sampleEvery: 5 }));
    const beats = (kind: string) => events.flatMap((e) => (e.event === kind && 'step' in e ? [e.step] : []));
    expect(beats('step')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(beats('evaluate')).toEqual([4, 8, 12]);
    expect(beats('sample')).toEqual([5, 10]);
    const last = events.flatMap((e) => (e.event === 'save' && e.kind === 'last' ? [e.step] : []));
    expect(last).toEqual([0, 6, 12]);
    expect(events[0]).toEqual({
      event: 'start',
      step: 0,
      steps: 12,
      epoch: 0,
      stepsPerEpoch: 11,
      parameters: events[0]?.event === 'start' ? events[0].parameters : 0,
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', step: 12, epoch: 1 });
  });

  it('the state is reset at an epoch and carried inside it', () => {
    const trainer = trainerOf({ steps: 11, epochs: 1 });
    const checkpoint = lastCheckpoint(eventsOf(trainer));
    expect(checkpoint.state).toMatchObject({ step: 11, epoch: 1, window: 0 });
    expect(checkpoint.carried.some((value) => value !== 0)).toBe(true);
  });

  it('measuring and previewing more often changes no weight', () => {
    const weights = (settings: object) => [
      ...lastCheckpoint(eventsOf(trainerOf({ steps: 25, ...settings }))).weights,
    ];
    expect(weights({ evalEvery: 1, sampleEvery: 1, saveEvery: 1 })).toEqual(
      weights({ evalEvery: 1000, sampleEvery: 0 }),
    );
  });

  it('the same seed gives the same run, another seed another', () => {
    const weights = (rngSeed: number) => [
      ...lastCheckpoint(eventsOf(trainerOf({ steps: 5, rngSeed }))).weights,
    ];
    expect(weights(7)).toEqual(weights(7));
    expect(weights(7)).not.toEqual(weights(8));
  });

  it('patience ends a run that no longer improves', () => {
    const events = eventsOf(trainerOf({ steps: 4000, learningRate: 1e-9, patience: 2, evalEvery: 1 }));
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'patience' });
  });

  it('a diverging run names the step, the first bad tensor and a lower learning rate', () => {
    const run = () =>
      eventsOf(trainerOf({ optimizer: 'sgd', learningRate: 1e6, clipNorm: 0, steps: 500, hidden: 30 }));
    const diverged = () => {
      const trainer = trainerOf({ steps: 3 });
      const events = trainer.run();
      for (let i = 0; i < 3; i++) events.next();
      trainer.weights.view('layers.0.Whh')[3] = Number.NaN;
      trainer.weights.refresh();
      events.next();
    };
    expect(diverged).toThrow(
      'training diverged at step 2: expected a finite loss, got NaN; first tensor that went bad: weight layers.0.Whh; ' +
        'the last good checkpoint is kept; try --learning-rate 0.0005',
    );
    // a huge rate saturates every tanh; the loss grows but stays a number, so the run ends normally
    expect(run().at(-1)).toMatchObject({ event: 'done' });
  });
});

describe('evaluation', () => {
  const V = 11;
  const network = randomNetwork(new ReferenceKernels(), 2);
  const text = (length: number) => {
    const ids = new Int32Array(length);
    randomIds(ids, V, 'text');
    return Uint8Array.from(ids);
  };
  /** One stream, one step at a time. */
  function onePass(ids: Uint8Array): number {
    const single = new Network(network.weights, new ReferenceKernels(), { B: 1, T: 1, backward: false });
    let nats = 0;
    for (let i = 0; i + 1 < ids.length; i++) {
      single.ids[0] = ids[i]!;
      single.targets[0] = ids[i + 1]!;
      single.forward();
      nats += single.loss(0);
      single.carryState();
    }
    return nats / (ids.length - 1) / Math.LN2;
  }

  it.each([2, 3, 50, 51, 52, 777])(
    'a text of %i characters: equals one pass, character by character',
    (length) => {
      const ids = text(length);
      const evaluation = evaluate(network.weights, ids, new ReferenceKernels());
      expect(evaluation.characters).toBe(length - 1);
      expect(bitsPerCharacter(evaluation)).toBeCloseTo(onePass(ids), 6);
    },
  );

  it('a long text in parallel streams is within 0.0001 bpc of one pass', () => {
    const ids = text(9001);
    const evaluation = evaluate(network.weights, ids, new ReferenceKernels());
    expect(evaluation.characters).toBe(9000);
    expect(Math.abs(bitsPerCharacter(evaluation) - onePass(ids))).toBeLessThan(1e-4);
  });

  it('a model that finds no way back from a cold start in the middle is measured as in one pass', () => {
    // one unit with two stable states: the text's first character lifts it to +1, from 0 it would fall to −1 for good
    const kernels = new ReferenceKernels();
    const latch = new Weights({ cell: 'rnn', hidden: 1, layers: 1, vocabularySize: 2 }, kernels);
    latch.view('layers.0.Wxh').set([3, 0]);
    latch.view('layers.0.Whh').set([5]);
    latch.view('layers.0.bh').set([-0.1]);
    latch.view('output.Why').set([-5, 5]);
    latch.refresh();
    const ids = new Uint8Array(9001).fill(1);
    ids[0] = 0;
    expect(bitsPerCharacter(evaluate(latch, ids, kernels))).toBeLessThan(1e-3);
  });

  it('twice gives the same bytes', () => {
    const once = () => evaluate(network.weights, text(300), new ReferenceKernels());
    expect(once()).toEqual(once());
  });
});
