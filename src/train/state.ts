import { type HistoryRow, MAX_ROWS, type Meter, type TrainingState } from '../checkpoint/index.ts';
import { bitsPerCharacter } from './measure/evaluate.ts';
import type { Clipping } from './update/clip.ts';
import { newPlateau } from './update/schedule.ts';

/** Nothing measured yet. */
export const newMeter = (): Meter => ({
  nats: 0,
  characters: 0,
  steps: 0,
  clipped: 0,
  shrink: 0,
  gradientNorm: 0,
});

/** Where every run begins. */
export function newState(): TrainingState {
  const plateau = newPlateau();
  const rows = { history: [], flow: [] };
  return { step: 0, epoch: 0, window: 0, best: null, sinceBest: 0, plateau, meter: newMeter(), ...rows };
}

/**
 * Adds a row. Beyond `MAX_ROWS` the one goes whose neighbours are closest, the earliest of several, so that those left
 * stay spread over the whole run. What goes depends on the rows alone, so a resumed run keeps the same.
 */
export function addRow<T extends { step: number }>(rows: T[], row: T): void {
  rows.push(row);
  if (rows.length <= MAX_ROWS) return;
  let place = 1;
  const gap = (i: number) => rows[i + 1]!.step - rows[i - 1]!.step;
  for (let i = 2; i < rows.length - 1; i++) if (gap(i) < gap(place)) place = i;
  rows.splice(place, 1);
}

/** Adds a step to the sums. */
export function measure(meter: Meter, nats: number, characters: number, clipping: Clipping): void {
  const { norm, clipped, shrink } = clipping;
  meter.nats += nats;
  meter.characters += characters;
  meter.steps++;
  meter.clipped += clipped ? 1 : 0;
  meter.shrink += clipped ? shrink : 0;
  meter.gradientNorm += norm;
}

/** The sums as a row of the history. */
export function historyRow({ step, meter }: TrainingState, validationBpc: number | null): HistoryRow {
  return {
    step,
    trainBpc: bitsPerCharacter(meter),
    validationBpc,
    gradientNorm: meter.gradientNorm / meter.steps,
    clipRate: meter.clipped / meter.steps,
    shrink: meter.clipped > 0 ? meter.shrink / meter.clipped : null,
  };
}
