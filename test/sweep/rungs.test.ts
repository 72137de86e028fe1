import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { type Climber, goesOn, revivable, rungSteps, toRevive } from '../../src/sweep/rungs.ts';

const climber = (number: number, rungs: number[], stopped = false): Climber => ({ number, rungs, stopped });

describe('rungs', () => {
  it('are first·reduction^k, none at the end', () => {
    expect(rungSteps({ first: 10, reduction: 3 }, 300)).toEqual([10, 30, 90, 270]);
    expect(rungSteps({ first: 10, reduction: 3 }, 270)).toEqual([10, 30, 90]);
    expect(rungSteps({ first: 7, reduction: 2 }, 8)).toEqual([7]);
    expect(rungSteps({ first: 8, reduction: 2 }, 8)).toEqual([]);
  });

  it('let the best third pass, of those that have come so far', () => {
    const trials = [climber(1, [3.0])];
    expect(goesOn(trials, 1, 3)).toBe(true);
    trials.push(climber(2, [3.1]));
    expect(goesOn(trials, 2, 3)).toBe(false);
    trials.push(climber(3, [2.9]));
    expect(goesOn(trials, 3, 3)).toBe(true);
    // of four the best two
    trials.push(climber(4, [2.95]));
    expect(goesOn(trials, 4, 3)).toBe(true);
    trials.push(climber(5, [2.97]));
    expect(goesOn(trials, 5, 3)).toBe(false);
    // only those on the same rung count
    trials.push(climber(6, [2.0, 1.9]));
    expect(goesOn(trials, 6, 3)).toBe(true);
    trials.push(climber(7, [2.1, 2.2]));
    expect(goesOn(trials, 7, 3)).toBe(false);
  });

  it('of two that are equal the earlier trial is the better one', () => {
    const trials = [climber(1, [2]), climber(2, [2])];
    expect([goesOn(trials, 1, 2), goesOn(trials, 2, 2)]).toEqual([true, false]);
  });

  it('a stopped trial is revived once it is in the best third of whole trials', () => {
    const two = [climber(1, [3.0]), climber(2, [2.5], true)];
    expect(toRevive(two, 3)).toBeUndefined();
    const three = [...two, climber(3, [3.5], true)];
    expect(toRevive(three, 3)).toBe(2);
    // the highest rung first
    const higher = [climber(4, [2.1, 2.0], true), climber(5, [2.2, 2.3]), climber(6, [2.4, 2.4])];
    expect(toRevive([...three, ...higher], 3)).toBe(4);
    // one that has passed is not revived there
    expect(toRevive([climber(1, [3.0]), climber(2, [2.5, 2.4]), climber(3, [3.5], true)], 3)).toBeUndefined();
  });

  it('where each has a process of its own, all are named that are to be revived, and nothing is changed', () => {
    const trials = [3.0, 2.5, 3.5, 2.6, 3.6, 3.7].map((bpc, i) => climber(i + 1, [bpc], i > 0));
    expect(revivable(trials, 3)).toEqual([2, 4]);
    expect(trials.map(({ stopped }) => stopped)).toEqual([false, true, true, true, true, true]);
    expect(revivable([], 3)).toEqual([]);
  });

  /** Trials of 300 steps, two at a time, whose losses fall at the same pace from different heights. */
  function climb(heights: readonly number[], reduction: number) {
    const steps = rungSteps({ first: 10, reduction }, 300);
    const trials: { number: number; rungs: number[]; stopped: boolean; finished: boolean }[] = [];
    const running: number[] = [];
    let made = 0;
    const waiting = heights.map((_, i) => i + 1);
    for (;;) {
      while (running.length < 2) {
        const revived = toRevive(trials, reduction);
        const next = revived ?? waiting.shift();
        if (next === undefined) break;
        if (revived === undefined) trials.push({ number: next, rungs: [], stopped: false, finished: false });
        trials.find(({ number }) => number === next)!.stopped = false;
        running.push(next);
      }
      const number = running.shift();
      if (number === undefined) return { trials, made };
      const trial = trials.find((one) => one.number === number)!;
      const rung = trial.rungs.length;
      const from = rung === 0 ? 0 : steps[rung - 1]!;
      made += (steps[rung] ?? 300) - from;
      if (rung === steps.length) {
        trial.finished = true;
        continue;
      }
      trial.rungs.push(heights[number - 1]! + 1 / (rung + 1));
      trial.stopped = !goesOn(trials, number, reduction);
      if (!trial.stopped) running.push(number);
    }
  }

  it('of 27 trials, reduction 3, more than half are stopped, the best one is finished, in less than half of the steps', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed, 'heights');
      const heights = Array.from({ length: 27 }, () => 2 + random.next());
      const { trials, made } = climb(heights, 3);
      const best = heights.indexOf(Math.min(...heights)) + 1;
      expect(trials).toHaveLength(27);
      expect(trials.filter(({ stopped }) => stopped).length).toBeGreaterThanOrEqual(14);
      expect(trials.filter(({ finished }) => finished).map(({ number }) => number)).toContain(best);
      expect(trials.every(({ stopped, finished }) => stopped !== finished)).toBe(true);
      expect(made).toBeLessThan((27 * 300) / 2);
    }
  });

  it('in the worst order, each better than all before, nobody is stopped', () => {
    const { trials } = climb(
      Array.from({ length: 9 }, (_, i) => 3 - i / 10),
      3,
    );
    expect(trials.filter(({ stopped }) => stopped)).toEqual([]);
  });
});
