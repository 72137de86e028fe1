import type { TrialRecord } from '../../../sweep/index.ts';

const FIFTHS = 5;

/** The class of each trial's line, by its place among all that have measured something: q0 of the best fifth to q4. */
export function ranks(trials: readonly TrialRecord[]): Map<number, string> {
  const ranked = trials.filter(({ best }) => best !== null).sort((a, b) => a.best!.bpc - b.best!.bpc);
  return new Map(ranked.map(({ number }, i) => [number, `q${Math.floor((i * FIFTHS) / ranked.length)}`]));
}

/** Trials in the order in which they are to be drawn: the best last, on top. */
export const worstFirst = (trials: readonly TrialRecord[]): TrialRecord[] =>
  trials.filter(({ best }) => best !== null).sort((a, b) => b.best!.bpc - a.best!.bpc);
