import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { newId } from '../../src/live/names.ts';
import { savedRecord } from '../../src/live/saved.ts';
import { lastCheckpoint, trainerOf } from '../support/training.ts';

/** A run, with the learning rate of each of its steps. */
function ran(settings: PartialConfig, halveAt?: number): { checkpoint: Checkpoint; rates: number[] } {
  const trainer = trainerOf(settings);
  const events = [];
  const rates: number[] = [];
  for (const event of trainer.run()) {
    events.push(event);
    if (event.event !== 'step') continue;
    rates.push(trainer.learningRate);
    if (event.step === halveAt) trainer.changeRate(0.5);
  }
  return { checkpoint: lastCheckpoint(events), rates };
}

const KNOWN = { id: 'a', checkpoint: 'checkpoints/a.json', snapshots: [], levels: [] };

describe('a run from its checkpoint', () => {
  it('has the total of its steps, and one entry for each evaluation', () => {
    const { checkpoint } = ran({ steps: 13 });
    const record = savedRecord(checkpoint, KNOWN);
    expect(record).toMatchObject({
      id: 'a',
      checkpoint: 'checkpoints/a.json',
      steps: 13,
      stepsPerEpoch: 11,
      charactersPerStep: 15,
      startStep: 13,
      step: 13,
      seconds: null,
      charactersPerSecond: null,
      levels: [{ name: 'uniform', bpc: Math.log2(checkpoint.vocabulary.size) }],
      status: { kind: 'finished', message: 'all 13 steps were made' },
    });
    expect(record.columns.step).toEqual([4, 8, 12]);
    expect(record.columns.bpc).toEqual(checkpoint.state.history.map(({ trainBpc }) => trainBpc));
    const unfinished = { ...checkpoint, config: { ...checkpoint.config, steps: 20 } };
    expect(savedRecord(unfinished, KNOWN).status).toEqual({
      kind: 'saved',
      message: 'saved at step 13 of 20; --resume checkpoints/a.json goes on',
    });
  });

  it.each<PartialConfig>([
    { schedule: 'linear', minLearningRate: 0 },
    { schedule: 'plateau', decayPatience: 0, learningRate: 1e-9 },
    { schedule: 'cosine', warmupSteps: 3 },
  ])('has the learning rates that it had: %o, halved on the way', (settings) => {
    const { checkpoint, rates } = ran({ ...settings, steps: 29 }, 10);
    const { columns } = savedRecord(checkpoint, KNOWN);
    expect(columns.learningRate).toEqual(columns.step.map((step) => rates[step - 1]));
    expect(new Set(columns.learningRate).size).toBeGreaterThan(1);
  });

  it('a model that was imported has no steps to make', () => {
    const { checkpoint } = ran({ steps: 1 });
    const imported = { ...checkpoint, imported: 'model.safetensors' };
    expect(savedRecord(imported, KNOWN)).toMatchObject({
      steps: 0,
      status: { kind: 'saved', message: 'imported from model.safetensors' },
    });
  });
});

describe('the name of a run in addresses', () => {
  it('is that of its file, in plain letters, each once', () => {
    expect(newId('checkpoints/tiny.json')).toBe('tiny');
    expect(newId('C:\\runs\\my book (2).best.json')).toBe('my-book-2-.best');
    expect(newId('책.json')).toBe('run');
    expect(newId('../..json')).toBe('run');
    expect(newId('other/tiny.json', new Set(['tiny', 'tiny-2']))).toBe('tiny-3');
  });
});
