import { describe, expect, it } from 'vitest';
import { Collector } from '../../src/live/collector.ts';
import type { LiveEvent, RunRecord } from '../../src/live/protocol.ts';
import { trainerOf } from '../support/training.ts';

const begun = (more: Partial<RunRecord> = {}): Collector =>
  new Collector({
    id: 'a',
    checkpoint: 'a.json',
    settings: {},
    parameters: 7,
    steps: 12,
    stepsPerEpoch: 11,
    charactersPerStep: 15,
    startStep: 0,
    step: 0,
    levels: [],
    history: [],
    previews: [],
    flow: [],
    rateChanges: [],
    snapshots: [],
    status: { kind: 'running', message: null },
    ...more,
  });

const stepOf = (step: number) =>
  ({
    event: 'step',
    step,
    epoch: 0,
    bpc: 3,
    trainBpc: 3,
    gradientNorm: 1,
    clipped: true,
    characters: 15,
  }) as const;
const FIGURES = { learningRate: 0.01, seconds: 2.5, charactersPerSecond: 600 };
const kindsOf = (events: readonly LiveEvent[]) => events.map(({ add }) => add);

describe('a collector', () => {
  it('gathers a run: what its record holds is what its events say', () => {
    const collector = begun();
    const trainer = trainerOf({ steps: 12, sampleEvery: 5, inspectEvery: 6 });
    const events: LiveEvent[] = [];
    const seen = [];
    for (const event of trainer.run()) {
      collector.add(event, { ...FIGURES, learningRate: trainer.learningRate });
      if (event.event === 'step') seen.push(event);
      if (event.event === 'evaluate') events.push(...collector.take());
    }
    events.push(...collector.take());
    const { record } = collector;
    const { history, previews, flow } = trainer.snapshot().state;
    expect(record).toMatchObject({ step: 12, seconds: 2.5, charactersPerSecond: 600, history, flow });
    expect(record.previews).toEqual(previews.map((row) => ({ ...row, copied: null })));
    expect(record.columns).toEqual({
      step: seen.map(({ step }) => step),
      bpc: seen.map(({ bpc }) => bpc),
      learningRate: seen.map(() => 0.003),
      gradientNorm: seen.map(({ gradientNorm }) => gradientNorm),
      clipRate: seen.map(({ clipped }) => Number(clipped)),
    });
    expect(kindsOf(events)).toEqual([
      ...['steps', 'evaluation'],
      ...['steps', 'preview', 'steps', 'flow', 'steps', 'evaluation'],
      ...['steps', 'preview', 'steps', 'evaluation', 'flow'],
    ]);
    const told = events.flatMap((event) => (event.add === 'steps' ? event.columns.bpc : []));
    expect(told).toEqual(record.columns.bpc);
    expect(events.every(({ run }) => run === 'a')).toBe(true);
    expect(collector.take()).toEqual([]);
  });

  it('of a hundred thousand steps holds a bounded number of entries, and tells no more than 64 at once', () => {
    const collector = begun();
    let largest = 0;
    for (let step = 1; step <= 100_000; step++) {
      collector.add(stepOf(step), FIGURES);
      if (step % 3000 !== 0) continue;
      const [event] = collector.take();
      largest = Math.max(largest, event?.add === 'steps' ? event.columns.step.length : Infinity);
    }
    collector.take();
    const { columns } = collector.record;
    expect(largest).toBeLessThanOrEqual(64);
    expect(columns.step.length).toBeLessThanOrEqual(4000);
    expect(columns.step.at(-1)).toBe(100_000);
    expect(JSON.stringify(collector.record).length).toBeLessThan(200_000);
  });

  it('keeps a hundred previews and a thousand evaluations, as the checkpoint does', () => {
    const collector = begun();
    for (let step = 1; step <= 1100; step++) {
      collector.add({ event: 'sample', step, text: 'a' }, FIGURES);
      const row = { trainBpc: 2, validationBpc: null, gradientNorm: 1, clipRate: 0, shrink: null };
      collector.add({ event: 'evaluate', epoch: 0, best: false, step, ...row }, FIGURES);
    }
    expect([collector.record.previews.length, collector.record.history.length]).toEqual([100, 1000]);
    expect(collector.record.history.at(-1)).toEqual({
      step: 1100,
      trainBpc: 2,
      validationBpc: null,
      gradientNorm: 1,
      clipRate: 0,
      shrink: null,
    });
  });

  it('a preview whose copied stretches are known takes the place of the same one', () => {
    const collector = begun({ previews: [{ step: 3, text: 'old', copied: null }] });
    collector.add({ event: 'sample', step: 5, text: 'new' }, FIGURES);
    collector.preview({ step: 3, text: 'old', copied: [[0, 20]] });
    expect(collector.record.previews).toEqual([
      { step: 3, text: 'old', copied: [[0, 20]] },
      { step: 5, text: 'new', copied: null },
    ]);
    expect(collector.take()).toEqual([
      { run: 'a', add: 'preview', preview: { step: 5, text: 'new', copied: null } },
      { run: 'a', add: 'preview', preview: { step: 3, text: 'old', copied: [[0, 20]] } },
    ]);
  });

  it('leaves the lists that it was given as they are', () => {
    const previews = [{ step: 3, text: 'old', copied: null }];
    const collector = begun({ previews });
    collector.preview({ step: 3, text: 'old', copied: [] });
    collector.rate({ step: 4, factor: 0.5 });
    expect(previews).toEqual([{ step: 3, text: 'old', copied: null }]);
    expect(collector.record.rateChanges).toEqual([{ step: 4, factor: 0.5 }]);
  });
});
