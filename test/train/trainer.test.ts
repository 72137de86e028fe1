import { describe, expect, it } from 'vitest';
import { type Checkpoint, loadWeights } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, Network, type Weights } from '../../src/model/index.ts';
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
    const V = new Set(someText(200)).size;
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
      parameters: V * 7 + 7 * 7 + 7 + V * 7 + V,
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', step: 12, epoch: 1 });
  });

  it('the state is reset at an epoch and carried inside it', () => {
    // weights that stay as they are: a window's loss depends on its text and the state before it alone
    const still: PartialConfig = { optimizer: 'sgd', learningRate: 1e-30, validationFraction: 0 };
    const events = eventsOf(trainerOf({ ...still, steps: 30, saveEvery: 1 }));
    const losses = events.flatMap((event) => (event.event === 'step' ? [event.bpc] : []));
    const carried = events.flatMap((event) =>
      event.event === 'save' && event.kind === 'last' ? [event.checkpoint.carried] : [],
    );
    expect(events[0]).toMatchObject({ stepsPerEpoch: 13 });
    expect(losses.slice(13, 26)).toEqual(losses.slice(0, 13));
    // the first epoch began fresh, so the second carries the same states from window to window
    expect(carried.slice(13, 26)).toEqual(carried.slice(0, 13));
    for (const step of [13, 26]) expect(carried[step]!.every((value) => value === 0)).toBe(true);
    expect(carried[12]!.some((value) => value !== 0)).toBe(true);
    const start = eventsOf(trainerOf({ ...still, steps: 1 }));
    const checkpoint = lastCheckpoint(start);
    const cold = { ...checkpoint, carried: checkpoint.carried.map(() => 0) };
    const second = (from: Checkpoint) =>
      eventsOf(trainerOf({ ...still, steps: 2 }, { kind: 'resume', checkpoint: from })).find(
        ({ event }) => event === 'step',
      );
    expect(second(checkpoint)).toMatchObject({ step: 2, bpc: losses[1] });
    expect(second(cold)).not.toMatchObject({ bpc: losses[1] });
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

  it('what it has learned is its weights, or their average where one is kept', () => {
    const plain = trainerOf({ steps: 9 });
    const averaging = trainerOf({ steps: 9, average: 0.9 });
    for (const trainer of [plain, averaging]) eventsOf(trainer);
    expect(plain.learned).toBe(plain.weights);
    const { weights, average } = averaging.snapshot();
    expect(averaging.learned.data).toEqual(average);
    expect(averaging.learned.data).not.toEqual(weights);
    // ready to run: the same as a model loaded from the checkpoint
    const bpcOf = (model: Weights) => evaluate(model, corpusOf(someText(200)).ids, averaging.kernels).nats;
    expect(bpcOf(averaging.learned)).toBe(bpcOf(loadWeights(averaging.snapshot(), new ReferenceKernels())));
  });

  it('clipping by value counts', () => {
    const rates = (settings: PartialConfig) =>
      eventsOf(trainerOf({ steps: 8, clipNorm: 0, ...settings })).flatMap((event) =>
        event.event === 'evaluate' ? [[event.clipRate, event.shrink]] : [],
      );
    expect(rates({ clipValue: 0 })).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(rates({ clipValue: 1e6 })).toEqual([
      [0, null],
      [0, null],
    ]);
    for (const [rate, shrink] of rates({ clipValue: 0.001 })) {
      expect(rate).toBe(1);
      expect(shrink).toBeGreaterThan(0);
      expect(shrink).toBeLessThan(0.5);
    }
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
    const latch = createWeights({ cell: 'rnn', hidden: 1, layers: 1, vocabularySize: 2 }, kernels);
    latch.view('layers.0.Wxh').set([3, 0]);
    latch.view('layers.0.Whh').set([5]);
    latch.view('layers.0.bh').set([-0.1]);
    latch.view('output.Why').set([-5, 5]);
    latch.stale = true;
    const ids = new Uint8Array(9001).fill(1);
    ids[0] = 0;
    expect(bitsPerCharacter(evaluate(latch, ids, kernels))).toBeLessThan(1e-3);
  });

  it('twice gives the same bytes', () => {
    const once = () => evaluate(network.weights, text(300), new ReferenceKernels());
    expect(once()).toEqual(once());
  });
});
