import { once } from 'node:events';
// threads run compiled JavaScript, so these tests use the built package
import {
  type Checkpoint,
  completeConfig,
  createKernels,
  evaluate,
  findLearningRate,
  planTraining,
  RnnError,
  serialize,
  type TrainEvent,
  Trainer,
  trainSchema,
  Vocabulary,
} from '@rnn-lecture/rnn/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { CELL_NAMES } from '../../src/config/names.ts';
import { loadAddon } from '../../src/kernels/native/native.ts';
import { corpusOf, someText } from '../support/models.ts';
import { lastCheckpoint } from '../support/training.ts';
import { awaitWorkers, breakWorkers, intercept, restoreThreads, skipWaits } from '../support/workers.ts';

const BACKENDS = ['reference', 'wasm', 'native'] as const;
const missing = { reference: false, wasm: false, native: loadAddon() === undefined };
const SETTINGS: PartialConfig = {
  hidden: 19,
  layers: 2,
  seqLength: 7,
  batchSize: 41,
  schedule: 'constant',
  steps: 12,
  evalEvery: 5,
  saveEvery: 100,
  validationFraction: 0.5,
};
/** What a step can have beside the recurrence. */
const EVERYTHING: PartialConfig = {
  steps: 3,
  evalEvery: 2,
  seqLength: 5,
  validationFraction: 0.001,
  embedding: 9,
  dropout: 0.2,
  weightDrop: 0.2,
  average: 0.9,
};
const text = corpusOf(someText(150_000));
const corpus = { ...text, vocabulary: new Vocabulary('codepoint', text.vocabulary.units as string[]) };

function trainer(backend: (typeof BACKENDS)[number], threads?: number, settings: PartialConfig = {}) {
  const config = completeConfig(trainSchema.parse({ ...SETTINGS, ...settings }));
  return new Trainer(planTraining(config, corpus), createKernels(backend), { kind: 'fresh' }, threads);
}

afterEach(() => {
  restoreThreads();
  vi.restoreAllMocks();
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

/** Events with their checkpoints as text, since comparing numbers one by one takes long. */
const bytesOf = (events: readonly TrainEvent[]) =>
  events.map((event) =>
    event.event === 'save' ? { ...event, checkpoint: serialize(event.checkpoint) } : event,
  );

describe('threads', () => {
  for (const backend of BACKENDS) {
    const note = missing[backend] ? ' (skipped: no native kernels, there was no C compiler)' : '';
    describe.skipIf(missing[backend]).each(CELL_NAMES)(`${backend}, %s${note}`, (cell) => {
      it.each([
        { B: 1, H: 33, R: 1, counts: [2] },
        { B: 3, H: 7, R: 1, counts: [3] },
        // most of the time goes into starting threads
        { B: 13, H: 130, R: 1, counts: backend === 'native' && cell === 'lstm' ? [2, 3, 5, 8, 16] : [2, 5] },
        // more shards than threads, and fewer
        { B: 50, H: 33, R: 1, counts: [2, 3, 4, 5] },
        // teams of two threads for each of four shards, and of three for two each
        { B: 50, H: 33, R: 1, counts: backend === 'native' ? [6, 8] : [8] },
        { B: 50, H: 33, R: 2, counts: [2, 4] },
        { B: 50, H: 128, R: 5, counts: [3] },
      ])(
        'B $B, H $H, $R replicas: 1 and $counts threads give the same bytes',
        async ({ B: batchSize, H: hidden, R: replicas, counts }) => {
          const settings = { cell, batchSize, hidden, replicas, ...EVERYTHING };
          const one = trainer(backend, 1, settings);
          const events = bytesOf(await run(one));
          expect(events.filter(({ event }) => event === 'evaluate')).toHaveLength(1);
          for (const threads of counts) {
            awaitWorkers(threads - 1);
            const many = trainer(backend, threads, settings);
            expect(many.threads).toBe(threads);
            expect(bytesOf(await run(many))).toEqual(events);
            restoreThreads();
          }
        },
      );
    });
  }

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
    const started = intercept(() => {});
    const training = trainer('reference', 3, { steps: 1000 });
    const ends = started.map((worker) => once(worker, 'exit'));
    for (const event of training.run()) if (event.event === 'step') break;
    expect(await Promise.all(ends)).toEqual([[0], [0]]);
  });

  it.each([1, 2])(
    '%i threads: where windows take long, workers do all the work, with the same bytes',
    async (threads) => {
      const whole = await run(trainer('reference', 1, { dropout: 0.2 }));
      let time = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => {
        time += 201;
        return time;
      });
      const started = intercept(() => {});
      const training = trainer('reference', threads, { dropout: 0.2 });
      expect(await run(training)).toEqual(whole);
      expect(started).toHaveLength(threads);
      expect(training.threads).toBe(threads);
    },
  );

  it('where the system gives no more threads, those there are do the work', async () => {
    let asked = 0;
    intercept(() => {
      asked++;
      throw Object.assign(new Error('Worker initialization failure: EAGAIN'), {
        code: 'ERR_WORKER_INIT_FAILED',
      });
    });
    const alone = trainer('reference', 3);
    expect([alone.threads, asked]).toEqual([1, 1]);
    expect(await run(alone)).toEqual(await run(trainer('reference', 1)));
  });
});

/** A run that loses a thread: the message, and the checkpoint it leaves. */
async function lose(training: Trainer): Promise<{ message: string; left: Checkpoint }> {
  const events: TrainEvent[] = [];
  try {
    for (const event of training.run()) {
      events.push(event);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    if (!(error instanceof RnnError && error.code === 'thread')) throw error;
    return { message: error.message, left: lastCheckpoint(events) };
  }
  throw new Error('the run ended by itself');
}

/** The same run of one thread, ended after so many steps. */
async function direct(settings: PartialConfig, steps: number): Promise<Checkpoint> {
  return lastCheckpoint(await run(trainer('reference', 1, { ...settings, steps })));
}

const LONG: PartialConfig = {
  steps: 100_000,
  evalEvery: 3,
  validationFraction: 0.04,
  dropout: 0.2,
  weightDrop: 0.2,
  average: 0.9,
};

describe('a lost thread', () => {
  it.each([
    ['exit', 'a worker thread died: it ended with code 7; try threads 1'],
    ['throw', 'a worker thread died: Error: broken; try threads 1'],
    [
      'memory',
      'a worker thread died: Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory; try threads 1',
    ],
    ['stall', 'a worker thread has stalled: it finished nothing for 30 s; try threads 1'],
  ] as const)('%s: training ends with the state after its last whole step', async (how, message) => {
    breakWorkers(how, 9);
    if (how === 'stall') skipWaits();
    const ended = await lose(trainer('reference', 2, LONG));
    expect(ended.message).toBe(message);
    const { left } = ended;
    restoreThreads();
    const whole = await direct(LONG, left.state.step);
    expect(left.weights).toEqual(whole.weights);
    expect(left.moments).toEqual(whole.moments);
    expect(left.average).toEqual(whole.average);
    // and the run goes on from there as one that never stopped
    const steps = left.state.step + 7;
    const config = { ...left.config, steps };
    const resumed = new Trainer(
      planTraining(config, corpus),
      createKernels('reference'),
      { kind: 'resume', checkpoint: { ...left, config } },
      1,
    );
    expect(serialize(lastCheckpoint(await run(resumed)))).toEqual(serialize(await direct(LONG, steps)));
  });

  it('that is only late: the window is given up and computed again, with the same bytes', async () => {
    breakWorkers('late', 9);
    awaitWorkers();
    const settings = { ...LONG, steps: 6 };
    const events = bytesOf(await run(trainer('reference', 2, settings)));
    restoreThreads();
    expect(events).toEqual(bytesOf(await run(trainer('reference', 1, settings))));
  });

  it('killed between two steps', async () => {
    const started = intercept(() => {});
    const training = trainer('reference', 2, { steps: 1000 });
    const online = once(started[0]!, 'online');
    const events: TrainEvent[] = [];
    const ended = (async () => {
      for (const event of training.run()) {
        events.push(event);
        if (event.event !== 'step' || event.step !== 3) continue;
        await online;
        await started[0]!.terminate();
      }
    })();
    await expect(ended).rejects.toThrow('a worker thread died: it ended with code 1; try threads 1');
    const left = lastCheckpoint(events);
    expect(left).toEqual({ ...(await direct({}, 3)), config: left.config });
  });

  it('whose networks are others than ours', async () => {
    intercept((options) => {
      options.workerData = {
        ...options.workerData,
        architecture: { ...options.workerData.architecture, hidden: 18 },
      };
    });
    expect((await lose(trainer('reference', 2, { steps: 100_000 }))).message).toMatch(
      /^a worker thread died: Error: this thread takes \d+ bytes where the other took \d+; try threads 1$/,
    );
  });

  it.each([
    ['exit', 'a worker thread died: it ended with code 7; try threads 1'],
    ['throw', 'a worker thread died: Error: broken; try threads 1'],
    ['stall', 'a worker thread has stalled: it finished nothing for 30 s; try threads 1'],
    ['memory', 'a worker thread has stalled: it finished nothing for 30 s; try threads 1'],
  ] as const)('%s: an evaluation in one go ends too, though no event arrives', (how, message) => {
    const { weights, kernels } = trainer('reference', 1);
    breakWorkers(how, 1);
    awaitWorkers();
    if (how === 'stall' || how === 'memory') skipWaits();
    expect(() => evaluate(weights, corpus.ids, kernels, 2)).toThrow(message);
  });

  it('a learning-rate test ends with the error', () => {
    breakWorkers('exit', 1);
    awaitWorkers();
    const plan = planTraining(completeConfig(trainSchema.parse(SETTINGS)), corpus);
    const search = findLearningRate(plan, createKernels('reference'), { kind: 'fresh' }, 2);
    expect(() => [...search]).toThrow('a worker thread died: it ended with code 7; try threads 1');
  });

  it('a run that waits for a stalled thread can be stopped', async () => {
    breakWorkers('stall', 9);
    const training = trainer('reference', 2, LONG);
    const events: TrainEvent[] = [];
    let waits = 0;
    for (const event of training.run()) {
      // twenty pauses in a row are more than a window has: the other thread is being waited for
      waits = event.event === 'wait' ? waits + 1 : 0;
      if (waits === 20) training.stop();
      if (event.event !== 'wait') events.push(event);
    }
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'stopped', validationBpc: null });
    const { state, weights } = lastCheckpoint(events);
    expect(weights).toEqual((await direct(LONG, state.step)).weights);
  });
});
