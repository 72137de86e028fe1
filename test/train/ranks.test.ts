import { describe, expect, it, vi } from 'vitest';
import { type Checkpoint, serialize } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { CELL_NAMES } from '../../src/config/names.ts';
import { createKernels } from '../../src/kernels/index.ts';
import { planTraining, type TrainEvent, Trainer, type Transport } from '../../src/train/index.ts';
import { sumTree } from '../../src/train/parallel/sum-tree.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';
import { fakeTransports, runTogether } from '../support/ranks.ts';
import { eventsOf, lastCheckpoint } from '../support/training.ts';

const corpus = corpusOf(someText(3000));
/** All that a run can have beside the recurrence. */
const SETTINGS: PartialConfig = {
  hidden: 5,
  layers: 2,
  seqLength: 7,
  steps: 9,
  evalEvery: 4,
  saveEvery: 5,
  schedule: 'plateau',
  embedding: 3,
  dropout: 0.2,
  weightDrop: 0.2,
  average: 0.9,
  clipNorm: 0.3,
  validationFraction: 0.2,
};

function trainer(settings: PartialConfig, transport?: Transport, resumed?: Checkpoint): Trainer {
  const plan = planTraining(configOf({ ...SETTINGS, ...settings }), corpus);
  const start = resumed && { kind: 'resume' as const, checkpoint: resumed };
  return new Trainer(plan, createKernels('reference'), start, 1, undefined, transport);
}

/** Events with checkpoints as text. */
const bytesOf = (events: readonly TrainEvent[]) =>
  events.map((event) =>
    event.event === 'save' ? { ...event, checkpoint: serialize(event.checkpoint) } : event,
  );

describe('the tree of sums', () => {
  it('adds neighbours, then their sums', () => {
    const pairs = sumTree(7).map(({ into, from, end }) => [into, from, end]);
    expect(pairs).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
      [0, 2, 4],
      [4, 6, 7],
      [0, 4, 7],
    ]);
    expect(sumTree(1)).toEqual([]);
  });
});

describe('ranks', () => {
  it.each(CELL_NAMES.flatMap((cell) => [true, false].map((carryState) => ({ cell, carryState }))))(
    '$cell, carried state $carryState: any number of ranks yields the events and checkpoints of one process',
    ({ cell, carryState }) => {
      // ranks whose replicas are no whole part of the tree, an odd number of replicas, and shards within a replica
      for (const { counts, ...given } of [
        { replicas: 10, batchSize: 30, counts: [2, 5] },
        { replicas: 3, batchSize: 9, counts: [3], inspectEvery: 6 },
        { replicas: 2, batchSize: 100, counts: [2], seqLength: 3, steps: 5 },
      ]) {
        const settings = { cell, carryState, ...given };
        const alone = bytesOf(eventsOf(trainer(settings)));
        expect(alone.map(({ event }) => event)).toEqual(expect.arrayContaining(['evaluate', 'save']));
        for (const count of counts) {
          const many = runTogether(fakeTransports(count).map((transport) => trainer(settings, transport)));
          for (const events of many) expect(bytesOf(events)).toEqual(alone);
        }
      }
    },
  );

  it.each([0, 1, 2])(
    'rank %i is asked to stop: all give up the step they are in, and resume on another number',
    (asked) => {
      const settings = { replicas: 6, batchSize: 12, cell: 'lstm' } as const;
      const ranks = fakeTransports(3).map((transport) => trainer(settings, transport));
      const stopped = runTogether(ranks, (event, rank) => {
        if (rank === asked && event.event === 'step' && event.step === 6) ranks[rank]!.stop();
      });
      const ends = stopped.map((events) => events.at(-1)!);
      for (const end of ends) expect(end).toEqual(ends[0]);
      expect(ends[0]).toMatchObject({ event: 'done', reason: 'stopped', step: 6 });
      const left = stopped.map((events) => lastCheckpoint(events));
      for (const checkpoint of left) expect(serialize(checkpoint)).toEqual(serialize(left[0]!));
      const whole = serialize(lastCheckpoint(eventsOf(trainer(settings))));
      for (const count of [1, 2, 6]) {
        const resumed = fakeTransports(count).map((transport) => trainer(settings, transport, left[0]!));
        for (const events of runTogether(resumed)) expect(serialize(lastCheckpoint(events))).toEqual(whole);
      }
    },
  );

  it('a stop while one evaluates gives the evaluation up everywhere; a resumed run makes up for it', () => {
    const settings = { replicas: 2, batchSize: 4, evalEvery: 5 };
    const ranks = fakeTransports(2).map((transport) => trainer(settings, transport));
    const stopped = runTogether(ranks, (event, rank) => {
      if (rank === 1 && event.event === 'step' && event.step === 5) ranks[1]!.stop();
    });
    for (const events of stopped) {
      expect(events.some(({ event }) => event === 'evaluate')).toBe(false);
      expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'stopped', step: 5, validationBpc: null });
    }
    const resumed = eventsOf(trainer(settings, undefined, lastCheckpoint(stopped[0]!)));
    expect(serialize(lastCheckpoint(resumed))).toEqual(
      serialize(lastCheckpoint(eventsOf(trainer(settings)))),
    );
  });

  it.each([
    [false, 'another process of the run has not answered for 600 s'],
    [true, 'another process of the run has not answered for 60 s'],
  ])('one that never comes ends the others (asked to stop: %s)', (asked, message) => {
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (time += 1000));
    const [transport] = fakeTransports(2) as [Transport];
    const alone = trainer({ replicas: 2, batchSize: 4 }, transport);
    if (asked) alone.stop();
    expect(() => [...alone.run()]).toThrow(message);
    vi.restoreAllMocks();
  });
});
