// threads run compiled JavaScript, so this uses the built package
import {
  type Checkpoint,
  completeConfig,
  createKernels,
  createRandom,
  deserialize,
  planTraining,
  RnnError,
  Sampler,
  serialize,
  Trainer,
  trainSchema,
  Vocabulary,
} from '@rnn-lecture/rnn/core';
import { describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { CELL_NAMES, INITIALIZATIONS, NONLINEARITIES } from '../../src/config/names.ts';
import { loadAddon } from '../../src/kernels/native/native.ts';
import type { Random } from '../../src/random.ts';
import { corpusOf, someText } from './models.ts';
import { pick } from './runs.ts';

const text = corpusOf(someText(3000));
const corpus = { ...text, vocabulary: new Vocabulary('codepoint', text.vocabulary.units as string[]) };
const BACKENDS = ['reference', 'wasm', ...(loadAddon() ? (['native'] as const) : [])] as const;
const SHAPING = { temperature: 1, topK: 0, topP: 1, minP: 0, greedy: false };

interface Way {
  threads?: number;
  /** ends the run after so many steps, to go on from its file */
  stopAt?: number;
  /** draws a preview and looks around at every step */
  watches?: boolean;
}

const int = (random: Random, from: number, to: number): number =>
  from + Math.floor(random.next() * (to - from + 1));

/** Settings of every kind, at random; some of these runs diverge. */
function anySettings(random: Random): PartialConfig {
  const cell = pick(random, CELL_NAMES);
  const sometimes = <T>(value: T, otherwise: T) => (random.next() < 0.3 ? value : otherwise);
  return {
    cell,
    nonlinearity: cell === 'rnn' ? pick(random, NONLINEARITIES) : 'tanh',
    hidden: int(random, 3, 23),
    layers: int(random, 1, 3),
    embedding: sometimes(5, 0),
    init: pick(random, INITIALIZATIONS),
    dropout: sometimes(0.3, 0),
    variational: random.next() < 0.5,
    weightDrop: sometimes(0.4, 0),
    average: sometimes(0.9, 0),
    batchSize: int(random, 1, 50),
    seqLength: int(random, 1, 9),
    optimizer: pick(random, ['sgd', 'adagrad', 'rmsprop', 'adam']),
    momentum: sometimes(0.7, 0),
    nesterov: random.next() < 0.5,
    schedule: pick(random, ['constant', 'linear', 'cosine', 'step', 'plateau']),
    warmupSteps: int(random, 0, 5),
    decayEvery: int(random, 1, 9),
    decayPatience: int(random, 0, 2),
    weightDecay: sometimes(0.01, 0),
    clipNorm: pick(random, [0, 0.1, 5]),
    clipValue: sometimes(0.01, 0),
    split: pick(random, ['tail', 'striped']),
    validationFraction: pick(random, [0, 0.1, 0.4]),
    testFraction: sometimes(0.1, 0),
    evalEvery: int(random, 1, 9),
    saveEvery: int(random, 1, 9),
    rngSeed: int(random, 0, 1e6),
  };
}

/** The file a run leaves, or the words in which it ends. */
function outcome(
  settings: PartialConfig,
  backend: (typeof BACKENDS)[number],
  { threads = 1, stopAt, watches = false }: Way,
  from?: string,
): string {
  const config = completeConfig(trainSchema.parse(settings));
  const start =
    from === undefined
      ? undefined
      : ({ kind: 'resume', checkpoint: deserialize(from, 'first half') } as const);
  const kernels = createKernels(backend);
  const trainer = new Trainer(planTraining(config, corpus), kernels, start, threads);
  let last: Checkpoint | undefined;
  let sampler: Sampler | undefined;
  try {
    for (const event of trainer.run()) {
      if (event.event === 'save' && event.kind === 'last') last = event.checkpoint;
      if (event.event !== 'step') continue;
      if (event.step === stopAt) trainer.stop();
      if (!watches) continue;
      const preview = createRandom(event.step, 'preview');
      const { learned } = trainer;
      sampler ??= new Sampler(learned, kernels);
      sampler.prime([1]);
      for (let i = 0; i < 3; i++) sampler.next(SHAPING, preview);
      trainer.snapshot();
    }
  } catch (error) {
    if (!(error instanceof RnnError)) throw error;
    return error.message;
  }
  return serialize(last!);
}

/** Runs with any settings, each made in five ways that must not matter. */
export function testComparisons(count: number): void {
  describe('a run is the same to the byte of its file, or to the word of its error', () => {
    it.each(Array.from({ length: count }, (_, seed) => seed))('settings number %i', (seed) => {
      const random = createRandom(seed, 'comparisons');
      const steps = int(random, 2, 24);
      const settings = { ...anySettings(random), steps, epochs: 1000 };
      const backend = pick(random, BACKENDS);
      const whole = outcome(settings, backend, {});
      const what = JSON.stringify({ ...settings, backend });
      expect(outcome(settings, backend, { threads: 2 }), `2 threads: ${what}`).toBe(whole);
      expect(outcome(settings, backend, { threads: 3 }), `3 threads: ${what}`).toBe(whole);
      expect(outcome(settings, backend, { watches: true }), `watched: ${what}`).toBe(whole);
      const stopAt = int(random, 1, steps - 1);
      const half = outcome(settings, backend, { stopAt });
      // one that diverged before the stop has nothing to go on from
      if (!half.startsWith('{')) return expect(half).toBe(whole);
      expect(outcome(settings, backend, {}, half), `resumed after ${stopAt}: ${what}`).toBe(whole);
      expect(outcome(settings, backend, { threads: 3 }, half), `resumed on 3 threads: ${what}`).toBe(whole);
    });
  });
}
