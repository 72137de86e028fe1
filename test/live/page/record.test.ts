import { describe, expect, it } from 'vitest';
import { differences } from '../../../src/live/page/curve/differences.ts';
import { added } from '../../../src/live/page/record.ts';
import type { RunRecord } from '../../../src/live/protocol.ts';
import { emptyRecord } from '../../support/live.ts';

const record = (): RunRecord => ({
  ...emptyRecord('book', 50),
  step: 2,
  columns: { step: [1, 2], bpc: [5, 4], learningRate: [1, 1], gradientNorm: [2, 2], clipRate: [0, 1] },
  seconds: 1,
});

describe('a run that is told of', () => {
  it('grows by steps, of which those that are known already count once', () => {
    const before = record();
    const columns = {
      step: [2, 3, 4],
      bpc: [9, 3, 2],
      learningRate: [9, 0.5, 0.5],
      gradientNorm: [9, 1, 1],
      clipRate: [9, 0, 0],
    };
    const after = added(before, { run: 'book', add: 'steps', columns, seconds: 3, charactersPerSecond: 70 });
    expect(after.columns).toEqual({
      step: [1, 2, 3, 4],
      bpc: [5, 4, 3, 2],
      learningRate: [1, 1, 0.5, 0.5],
      gradientNorm: [2, 2, 1, 1],
      clipRate: [0, 1, 0, 0],
    });
    expect([after.step, after.seconds, after.charactersPerSecond]).toEqual([4, 3, 70]);
    expect(after).not.toBe(before);
    const again = added(after, { run: 'book', add: 'steps', columns, seconds: 3, charactersPerSecond: 70 });
    expect(again.columns.step).toEqual([1, 2, 3, 4]);
  });

  it('a preview takes the place of the one of its step', () => {
    const told = [
      { step: 2, text: 'ab', copied: null },
      { step: 4, text: 'cd', copied: null },
      { step: 2, text: 'ab', copied: [[0, 2]] },
    ] as const;
    const run = told.reduce((run, preview) => added(run, { run: 'book', add: 'preview', preview }), record());
    expect(run.previews).toEqual([told[2], told[1]]);
  });

  it('of snapshots that are kept the newest twelve gather, the best and the last replace each other', () => {
    const kept = Array.from({ length: 14 }, (_, i) => ({ step: 10 * i, kind: 'kept' }) as const);
    const told = [
      { step: 1, kind: 'last' },
      ...kept,
      { step: 2, kind: 'best' },
      { step: 130, kind: 'last' },
      { step: 130, kind: 'kept' },
    ] as const;
    const run = told.reduce(
      (run, snapshot) => added(run, { run: 'book', add: 'snapshot', snapshot }),
      record(),
    );
    expect(run.snapshots).toEqual([...kept.slice(2), { step: 2, kind: 'best' }, { step: 130, kind: 'last' }]);
  });

  it('settings are compared by what they are', () => {
    const other = { ...record(), settings: { hidden: 9, cell: 'gru', list: [1] } };
    const same = { ...record(), settings: { hidden: 7, list: [1] } };
    expect(differences([same, other], 'none')).toEqual([
      { setting: 'hidden', values: ['7', '9'] },
      { setting: 'cell', values: ['none', 'gru'] },
    ]);
  });
});
