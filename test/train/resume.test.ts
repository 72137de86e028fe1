import { describe, expect, it } from 'vitest';
import { deserialize, serialize } from '../../src/checkpoint/index.ts';
import { OPTIMIZERS, type PartialConfig } from '../../src/config/index.ts';
import type { Start, TrainEvent, Trainer } from '../../src/train/index.ts';
import { corpusOf, someText } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

/** The checkpoint file after `steps` steps in one go. */
const direct = (settings: PartialConfig, steps: number): string =>
  serialize(lastCheckpoint(eventsOf(trainerOf({ ...settings, steps }))));

/** The same with a stop after `first` steps, through the file. */
function interrupted(settings: PartialConfig, first: number, steps: number): string {
  const checkpoint = deserialize(direct(settings, first), 'first half');
  const resumed = { ...checkpoint, config: { ...checkpoint.config, steps } };
  return serialize(
    lastCheckpoint(eventsOf(trainerOf({ ...settings, steps }, { kind: 'resume', checkpoint: resumed }))),
  );
}

/** Runs, and asks for a stop at event number `stopAt`. */
function listen(trainer: Trainer, stopAt?: number) {
  const events: TrainEvent[] = [];
  for (const event of trainer.run()) {
    if (events.push(event) - 1 === stopAt) trainer.stop();
  }
  return { events, stopped: trainer };
}

describe('resuming', () => {
  it.each(OPTIMIZERS)('%s: 2N steps equal N, stop, resume, N, to the byte of the file', (optimizer) => {
    expect(interrupted({ optimizer, momentum: 0.5 }, 20, 40)).toBe(direct({ optimizer, momentum: 0.5 }, 40));
  });

  it.each(['lstm', 'gru'] as const)('%s: the carried state is whole, 20 + 20 steps equal 40', (cell) => {
    expect(interrupted({ cell, layers: 2 }, 20, 40)).toBe(direct({ cell, layers: 2 }, 40));
  });

  it.each([
    { dropout: 0.3, layers: 2 },
    { dropout: 0.3, variational: true, cell: 'lstm' },
    { weightDrop: 0.4, cell: 'gru' },
    { average: 0.99 },
    { schedule: 'plateau', decayPatience: 0, evalEvery: 3 },
    { embedding: 3, nonlinearity: 'relu' },
    { split: 'striped', testFraction: 0.2, validationFraction: 0.2 },
  ] as const)('%o: 20 + 20 steps equal 40', (settings) => {
    expect(interrupted(settings, 20, 40)).toBe(direct(settings, 40));
  });

  it.each([1, 3, 4, 5, 11, 12, 13, 25])(
    'with two layers, stopped after %i steps, off every beat of the run',
    (first) => {
      expect(interrupted({ layers: 2 }, first, 26)).toBe(direct({ layers: 2 }, 26));
    },
  );

  it('a stop that was asked for equals one by --steps', () => {
    const trainer = trainerOf({ steps: 30 });
    const events = [];
    for (const event of trainer.run()) {
      events.push(event);
      if (event.event === 'step' && event.step === 7) trainer.stop();
    }
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'stopped', step: 7 });
    const stopped = lastCheckpoint(events);
    const rest = trainerOf({ steps: 30 }, { kind: 'resume', checkpoint: stopped });
    expect(serialize(lastCheckpoint(eventsOf(rest)))).toBe(direct({}, 30));
  });

  it.each([
    { cell: 'lstm' },
    { dropout: 0.3, weightDrop: 0.3 },
    { average: 0.9 },
    { schedule: 'plateau', decayPatience: 0 },
  ] as const)('%o: stopped at any event or pause, it goes on as if it had not been', (settings) => {
    const all = { ...settings, batchSize: 36, evalEvery: 2, inspectEvery: 3, saveEvery: 5 };
    const text = corpusOf(someText(2000));
    const start = (steps: number, from?: Start) => trainerOf({ ...all, steps }, from, text);
    const whole = [...listen(start(7)).events];
    const pauses = whole.filter(({ event }) => event === 'wait').length;
    expect(pauses).toBeGreaterThan(20);
    const looks = whole.flatMap(({ event, ...row }) => (event === 'inspect' ? [row] : []));
    expect(looks).toMatchObject([{ step: 3 }, { step: 6 }]);
    expect(lastCheckpoint(whole).state.flow).toEqual(looks);
    for (let at = 0; at < whole.length; at++) {
      const { events, stopped } = listen(start(7), at);
      const first = events.filter(({ event }) => event === 'save');
      // what comes after the stop is its last save
      expect(events.slice(at + 1).filter(({ event }) => event === 'step' || event === 'evaluate')).toEqual(
        [],
      );
      if (stopped.step === 0) continue;
      const checkpoint = deserialize(serialize(lastCheckpoint(first)), 'first half');
      const rest = listen(start(7, { kind: 'resume', checkpoint })).events;
      expect(serialize(lastCheckpoint(rest))).toEqual(serialize(lastCheckpoint(whole)));
    }
  });

  it('the first steps after a resume continue the losses of the run', () => {
    const losses = (events: ReturnType<typeof eventsOf>) =>
      events.flatMap((e) => (e.event === 'step' ? [e.bpc] : []));
    const whole = losses(eventsOf(trainerOf({ steps: 16 })));
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 9 })));
    const rest = losses(eventsOf(trainerOf({ steps: 16 }, { kind: 'resume', checkpoint })));
    expect(rest).toEqual(whole.slice(9));
  });

  it('a checkpoint whose cursor lies beyond the corpus is refused', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 5 })));
    const far = { ...checkpoint, state: { ...checkpoint.state, window: 99 } };
    expect(() => trainerOf({}, { kind: 'resume', checkpoint: far })).toThrow(
      'the checkpoint stands at window 99 of an epoch, this corpus has only 11; resume on the same corpus',
    );
  });
});
