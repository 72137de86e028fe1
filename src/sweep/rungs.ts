/*
 * Early stopping by rungs, as in ASHA (Li et al. 2020, arXiv 1810.05934): rungs are steps first·reduction^k. A trial that
 * reaches one goes on when it is in the best 1/reduction of those that have reached it so far, and is stopped otherwise.
 * Nobody waits: a trial that was stopped early, when few had come, is revived once it is among the best of many.
 */

export interface Rungs {
  first: number;
  reduction: number;
}

/** The steps at which trials of so many steps are compared; none at the end, where nothing is left to save. */
export function rungSteps({ first, reduction }: Rungs, steps: number): number[] {
  const rungs: number[] = [];
  for (let step = first; step < steps; step *= reduction) rungs.push(step);
  return rungs;
}

/** A trial, as far as rungs are concerned. */
export interface Climber {
  number: number;
  /** bits per character at each rung that it has reached */
  rungs: readonly number[];
  stopped: boolean;
}

/** Evaluations of trials at a rung, the best first; of equal ones the earlier trial. */
const ranking = (trials: readonly Climber[], rung: number): Climber[] =>
  trials
    .filter(({ rungs }) => rungs.length > rung)
    .sort((a, b) => a.rungs[rung]! - b.rungs[rung]! || a.number - b.number);

/** Whether a trial goes on from the rung that it has just reached; the first to come does. */
export function goesOn(trials: readonly Climber[], number: number, reduction: number): boolean {
  const rung = trials.find((trial) => trial.number === number)!.rungs.length - 1;
  const ranked = ranking(trials, rung);
  const place = ranked.findIndex((trial) => trial.number === number);
  return place < Math.ceil(ranked.length / reduction);
}

/**
 * The trial that is to be revived: stopped, and now in the best 1/reduction of its rung, whole trials only; of several the
 * one on the highest rung, of those the best.
 */
export function toRevive(trials: readonly Climber[], reduction: number): number | undefined {
  const highest = Math.max(0, ...trials.map(({ rungs }) => rungs.length)) - 1;
  for (let rung = highest; rung >= 0; rung--) {
    const ranked = ranking(trials, rung);
    const best = ranked.slice(0, Math.floor(ranked.length / reduction));
    const found = best.find(({ stopped, rungs }) => stopped && rungs.length === rung + 1);
    if (found) return found.number;
  }
  return undefined;
}

/** All that are to be revived, where each has a process of its own. */
export function revivable(trials: readonly Climber[], reduction: number): number[] {
  const climbers = trials.map((trial) => ({ ...trial }));
  const found: number[] = [];
  for (let next = toRevive(climbers, reduction); next !== undefined; next = toRevive(climbers, reduction)) {
    found.push(next);
    climbers.find(({ number }) => number === next)!.stopped = false;
  }
  return found;
}
