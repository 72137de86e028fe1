import { describe, expect, it } from 'vitest';
import { adopt, readNote, writeNote } from '../../src/sweep/note.ts';
import { newProgress } from '../../src/sweep/record.ts';
import { DEFINITION, TRIALS } from '../support/sweeps.ts';

const NAMES = { file: 's.yaml', path: 's.sweep/003/trial.json' };
const trial = TRIALS[2]!;
const waiting = { ...trial, ...newProgress(300) };

describe('what a trial notes', () => {
  it('is read back as it was', () => {
    const noted = readNote(writeNote(DEFINITION, trial), DEFINITION, waiting, NAMES);
    expect({ ...waiting, ...noted }).toEqual(trial);
  });

  it('is refused when it is of another run, or none', () => {
    const changed = { ...DEFINITION, base: { steps: 301 } };
    expect(() => readNote(writeNote(DEFINITION, trial), changed, trial, NAMES)).toThrow(
      /^s\.yaml has changed since s\.sweep\/003\/trial\.json was written \(it was: rnn train text\.txt --eval-every 30 --steps 300 .*\); name another directory with out$/,
    );
    for (const text of ['', '{"format":"rnn-trial"}', 'x'])
      expect(() => readNote(text, DEFINITION, trial, NAMES)).toThrow(
        's.sweep/003/trial.json: expected what a trial has noted, got something else; name another directory with out',
      );
  });

  it.each([
    // on record, noted, tried again, what counts
    ['waiting', 'finished', true, 'finished'],
    ['waiting', 'failed', true, 'failed'],
    ['waiting', undefined, true, 'waiting'],
    ['unfinished', 'failed', true, 'failed'],
    ['finished', 'failed', true, 'finished'],
    ['stopped', undefined, true, 'stopped'],
    ['stopped', 'unfinished', true, 'unfinished'],
    ['failed', undefined, true, 'waiting'],
    ['failed', 'failed', true, 'waiting'],
    ['failed', 'failed', false, 'failed'],
    ['failed', 'finished', true, 'finished'],
  ] as const)('on record %s, noted %s, tried again %s: %s', (state, noted, retry, expected) => {
    const record = { ...waiting, state, error: state === 'failed' ? 'why' : null };
    adopt(record, noted && { ...newProgress(300), state: noted }, retry);
    expect(record.state).toBe(expected);
    if (expected === 'waiting') expect(record.error).toBeNull();
  });
});
