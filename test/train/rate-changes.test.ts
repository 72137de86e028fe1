import { describe, expect, it } from 'vitest';
import { type Checkpoint, deserialize, type RateChange, serialize } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import type { Start, Trainer } from '../../src/train/index.ts';
import { addRateChange } from '../../src/train/state.ts';
import { rateFactor } from '../../src/train/update/schedule.ts';
import { lastCheckpoint, trainerOf } from '../support/training.ts';

/** Runs, and changes the learning rate after the steps that are named. */
function run(settings: PartialConfig, changes: Record<number, number>, start?: Start) {
  const trainer: Trainer = trainerOf(settings, start);
  const events = [];
  const rates: number[] = [];
  for (const event of trainer.run()) {
    events.push(event);
    if (event.event !== 'step') continue;
    rates.push(trainer.learningRate);
    const factor = changes[event.step];
    if (factor !== undefined) trainer.changeRate(factor);
  }
  return { rates, checkpoint: lastCheckpoint(events) };
}

const SETTINGS: PartialConfig = { learningRate: 0.01, optimizer: 'sgd', steps: 8 };

describe('a change of the learning rate', () => {
  it('holds for the updates after its step, on top of the schedule', () => {
    const { rates, checkpoint } = run(SETTINGS, { 3: 0.5, 5: 0.5 });
    expect(rates).toEqual([0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025, 0.0025]);
    expect(checkpoint.state.rateChanges).toEqual([
      { step: 3, factor: 0.5 },
      { step: 5, factor: 0.5 },
    ]);
    const linear = run({ ...SETTINGS, schedule: 'linear', minLearningRate: 0 }, { 4: 0.5 }).rates;
    const plain = run({ ...SETTINGS, schedule: 'linear', minLearningRate: 0 }, {}).rates;
    expect(linear).toEqual(plain.map((rate, i) => (i < 4 ? rate : rate * 0.5)));
  });

  it('is what the weights are updated with', () => {
    const { checkpoint } = run({ ...SETTINGS, momentum: 0 }, { 4: 0 });
    const { checkpoint: shorter } = run({ ...SETTINGS, momentum: 0, steps: 4 }, {});
    expect(checkpoint.weights).toEqual(shorter.weights);
    expect(run({ ...SETTINGS, momentum: 0 }, { 4: 0.5 }).checkpoint.weights).not.toEqual(shorter.weights);
  });

  it.each([3, 5, 7])(
    'is repeated to the byte by a run that is stopped after step %i and goes on',
    (first) => {
      const changes = { 3: 0.5, 5: 0.5 };
      const before = Object.fromEntries(Object.entries(changes).filter(([step]) => Number(step) <= first));
      const after = Object.fromEntries(Object.entries(changes).filter(([step]) => Number(step) > first));
      const half = deserialize(serialize(stoppedAfter(first, before)), 'half');
      const whole = run(SETTINGS, after, { kind: 'resume', checkpoint: half });
      expect(serialize(whole.checkpoint)).toBe(serialize(run(SETTINGS, changes).checkpoint));
    },
  );

  it('in the middle of a step holds for that step already, which a resumed run repeats', () => {
    const trainer = trainerOf(SETTINGS);
    const events = [];
    let changed: number | undefined;
    for (const event of trainer.run()) {
      events.push(event);
      if (event.event === 'wait' && trainer.step === 2) changed ??= trainer.changeRate(0.5);
    }
    expect(changed).toBe(2);
    expect(serialize(lastCheckpoint(events))).toBe(serialize(run(SETTINGS, { 2: 0.5 }).checkpoint));
  });

  it('several of one step are one; of more than a hundred the earliest two become one', () => {
    const changes: RateChange[] = [];
    for (const [step, factor] of [
      [4, 0.5],
      [4, 0.5],
      [9, 0.25],
    ] as const)
      addRateChange(changes, { step, factor });
    expect(changes).toEqual([
      { step: 4, factor: 0.25 },
      { step: 9, factor: 0.25 },
    ]);
    const many: RateChange[] = [];
    for (let step = 1; step <= 103; step++) addRateChange(many, { step, factor: 0.5 });
    expect(many).toHaveLength(100);
    expect(many.slice(0, 2)).toEqual([
      { step: 4, factor: 0.0625 },
      { step: 5, factor: 0.5 },
    ]);
    expect(rateFactor(many, 104)).toBe(0.5 ** 103);
  });
});

/** The file of a run that was asked to stop, so that the rest of its settings are those of the whole. */
function stoppedAfter(step: number, changes: Record<number, number>): Checkpoint {
  const trainer = trainerOf(SETTINGS);
  const events = [];
  for (const event of trainer.run()) {
    events.push(event);
    if (event.event !== 'step') continue;
    const factor = changes[event.step];
    if (factor !== undefined) trainer.changeRate(factor);
    if (event.step === step) trainer.stop();
  }
  return lastCheckpoint(events);
}
