import type { CurvePoint, TrialRecord } from './record.ts';
import { goesOn, rungSteps } from './rungs.ts';
import type { SweepDefinition } from './sweep-file.ts';

/** Points kept of a trial's curve: enough for a chart of many trials. */
const MAX_POINTS = 100;

/** Progress of a trial according to its checkpoints. */
export interface Measured {
  step: number;
  /** step and bits per character, in order */
  curve: readonly CurvePoint[];
  best: { step: number; bpc: number } | null;
}

/** The rungs of one trial. */
export interface TrialRungs {
  steps: readonly number[];
  reduction: number;
}

export const rungsOf = ({ rungs }: SweepDefinition, { steps }: TrialRecord): TrialRungs =>
  rungs ? { steps: rungSteps(rungs, steps), reduction: rungs.reduction } : { steps: [], reduction: 1 };

/** A trial with what its checkpoints say; one that was stopped counts as far as the rung where that was decided. */
export function withMeasured(trial: TrialRecord, measured: Measured, { steps }: TrialRungs): TrialRecord {
  const rung = trial.state === 'stopped' ? steps[trial.rungs.length - 1] : undefined;
  if (rung === undefined) return { ...trial, ...measured, curve: thinned(measured.curve) };
  const curve = measured.curve.filter(([step]) => step <= rung);
  return { ...trial, step: rung, curve: thinned(curve), best: lowest(curve) };
}

function lowest(curve: readonly CurvePoint[]): Measured['best'] {
  const values = curve.map(([, bpc]) => bpc);
  const found = curve[values.indexOf(Math.min(...values))];
  return found ? { step: found[0], bpc: found[1] } : null;
}

/** Evenly spread, the first and the last among them. */
function thinned(curve: readonly CurvePoint[]): CurvePoint[] {
  if (curve.length <= MAX_POINTS) return [...curve];
  const place = (i: number) => Math.round((i * (curve.length - 1)) / (MAX_POINTS - 1));
  return Array.from({ length: MAX_POINTS }, (_, i) => curve[place(i)]!);
}

/** Whether a trial is at its next rung. */
export const isAtRung = ({ rungs }: TrialRecord, step: number, { steps }: TrialRungs): boolean =>
  step === steps[rungs.length];

/** Notes what a trial measured, where that is at its next rung; @returns whether it is to be stopped there */
export function reach(
  trials: readonly TrialRecord[],
  trial: TrialRecord,
  [step, bpc]: CurvePoint,
  rungs: TrialRungs,
): boolean {
  if (!isAtRung(trial, step, rungs)) return false;
  trial.rungs.push(bpc);
  return !goesOn(trials.map(asClimber), trial.number, rungs.reduction);
}

/** Brings a trial up to what its checkpoints say, rung by rung; it may turn out to be stopped at one of them. */
export function catchUp(
  trials: readonly TrialRecord[],
  trial: TrialRecord,
  measured: Measured,
  rungs: TrialRungs,
): void {
  const isStopped = measured.curve.some((point) => reach(trials, trial, point, rungs));
  trial.state = isStopped ? 'stopped' : 'unfinished';
  Object.assign(trial, withMeasured(trial, measured, rungs));
}

export const asClimber = ({ number, rungs, state }: TrialRecord) => ({
  number,
  rungs,
  stopped: state === 'stopped',
});
