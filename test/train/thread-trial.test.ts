import { describe, expect, it } from 'vitest';
import { ThreadTrial } from '../../src/train/parallel/threads.ts';

/** Windows that take `msOf(threads)` each, until nothing changes any more; @returns the numbers of threads tried, in order */
function settle(trial: ThreadTrial, msOf: (threads: number) => number): number[] {
  const tried = [trial.threads];
  for (let i = 0; i < 10_000; i++) {
    trial.record(trial.threads, msOf(trial.threads));
    if (trial.threads !== tried.at(-1)) tried.push(trial.threads);
  }
  return tried;
}

describe('how many threads compute', () => {
  it('is as many as there are, where fewer are slower', () => {
    expect(settle(new ThreadTrial(16, false), (threads) => 100 / threads)).toEqual([16, 8, 16]);
  });

  it('is one, where each more costs time', () => {
    expect(settle(new ThreadTrial(5, false), (threads) => threads)).toEqual([5, 3, 2, 1]);
  });

  it('is what lies between, where that is fastest', () => {
    expect(settle(new ThreadTrial(16, false), (threads) => Math.abs(threads - 4) + 1)).toEqual([
      16, 8, 4, 2, 4,
    ]);
  });

  it('is found beyond a number that is a little slower, but not looked for beyond one that is far slower', () => {
    const dent: Record<number, number> = { 16: 5, 8: 5.5, 4: 2, 2: 3.5, 1: 1 };
    expect(settle(new ThreadTrial(16, false), (threads) => dent[threads]!)).toEqual([16, 8, 4, 2, 4]);
  });

  it('is not changed where it was chosen', () => {
    expect(settle(new ThreadTrial(3, true), (threads) => threads)).toEqual([3]);
  });

  it('is judged by windows of all threads that are tried, not of those that have come as yet', () => {
    const trial = new ThreadTrial(2, false);
    for (let i = 0; i < 100; i++) trial.record(1, 1);
    expect(trial.threads).toBe(2);
  });

  it('does not judge by slow first windows', () => {
    let windows = 0;
    const warming = (threads: number) => (threads === 2 && windows++ < 2 ? 20 : 2 / threads);
    expect(settle(new ThreadTrial(2, false), warming).at(-1)).toBe(2);
  });
});
