import { syncBuiltinESMExports } from 'node:module';
import threads, { type WorkerOptions } from 'node:worker_threads';
// threads run compiled JavaScript, so these tests use the built package
import {
  completeConfig,
  createKernels,
  evaluate,
  planTraining,
  RnnError,
  Trainer,
  trainSchema,
  Vocabulary,
} from '@rnn-lecture/rnn';
import { afterEach, describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { CELL_NAMES } from '../../src/config/names.ts';
import { loadAddon } from '../../src/kernels/native.ts';
import { corpusOf, someText } from '../support/models.ts';

const BACKENDS = ['reference', 'wasm', 'native'] as const;
const missing = { reference: false, wasm: false, native: loadAddon() === undefined };
const SETTINGS: PartialConfig = {
  hidden: 19,
  layers: 2,
  seqLength: 7,
  batchSize: 41,
  steps: 12,
  evalEvery: 5,
  saveEvery: 100,
  validationFraction: 0.5,
};
const text = corpusOf(someText(150_000));
const corpus = { ...text, vocabulary: new Vocabulary('codepoint', text.vocabulary.units as string[]) };

function trainer(backend: (typeof BACKENDS)[number], threads?: number, settings: PartialConfig = {}) {
  const config = completeConfig(trainSchema.parse({ ...SETTINGS, ...settings }));
  return new Trainer(planTraining(config, corpus), createKernels(backend), { kind: 'fresh' }, threads);
}

const { Worker } = threads;
/** Every worker that starts from now on goes through `start`. */
function intercept(start: (options: WorkerOptions) => void): threads.Worker[] {
  const started: threads.Worker[] = [];
  threads.Worker = class extends Worker {
    constructor(url: URL, options: WorkerOptions) {
      start(options);
      super(url, options);
      started.push(this);
    }
  };
  syncBuiltinESMExports();
  return started;
}
afterEach(() => {
  threads.Worker = Worker;
  syncBuiltinESMExports();
});

/** Runs to the end and gives other threads' news a chance between the events, as a program with an event loop does. */
async function run(training: Trainer) {
  const events = [];
  for (const event of training.run()) {
    if (event.event !== 'wait') events.push(event);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return events;
}

describe('threads', () => {
  for (const backend of BACKENDS) {
    const note = missing[backend] ? ' (skipped: no native kernels, there was no C compiler)' : '';
    it.skipIf(missing[backend]).each(CELL_NAMES)(
      `1, 2 and 3 threads give the same bytes: ${backend}, %s${note}`,
      async (cell) => {
        const [one, two, three] = [1, 2, 3].map((threads) =>
          trainer(backend, threads, { cell, dropout: 0.2 }),
        ) as [Trainer, Trainer, Trainer];
        expect([one.threads, two.threads, three.threads]).toEqual([1, 2, 3]);
        const events = await run(one);
        expect(await run(two)).toEqual(events);
        expect(await run(three)).toEqual(events);
        expect(events.filter(({ event }) => event === 'evaluate')).toHaveLength(2);
        expect(three.snapshot()).toEqual(one.snapshot());
      },
    );
  }

  it('more threads than shards are not started', () => {
    expect(trainer('reference', 50).threads).toBe(3);
  });

  it('small work stays on one thread', () => {
    expect(trainer('reference', undefined, { hidden: 2, layers: 1, seqLength: 1 }).threads).toBe(1);
  });

  it('evaluation over threads gives the same number', () => {
    const training = trainer('reference', 1);
    const [one, three] = [1, 3].map((threads) =>
      evaluate(training.weights, corpus.ids, training.kernels, threads),
    );
    expect(three).toEqual(one);
    expect(one!.characters).toBe(corpus.ids.length - 1);
  });

  it('a run that is left early ends its threads', async () => {
    const training = trainer('reference', 3, { steps: 1000 });
    for (const event of training.run()) if (event.event === 'step') break;
    expect(training.threads).toBe(3);
  });

  it('a worker that is killed ends the run with an error', async () => {
    const started = intercept(() => {});
    const training = trainer('reference', 2, { steps: 1000 });
    expect(started).toHaveLength(1);
    setTimeout(() => started[0]!.terminate(), 100);
    const failure = await run(training).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RnnError);
    expect(String(failure)).toContain(
      'a worker thread died: it ended with code 1; the last good checkpoint is kept; try --threads 1',
    );
  });

  it('a worker that fails ends the run with its error', async () => {
    intercept((options) => {
      options.workerData = {
        ...options.workerData,
        architecture: { ...options.workerData.architecture, hidden: 18 },
      };
    });
    const failure = await run(trainer('reference', 2, { steps: 1000 })).catch((error: unknown) => error);
    expect(String(failure)).toMatch(
      /a worker thread died: Error: this thread takes \d+ bytes where the other took \d+; the last good/,
    );
  });
});
