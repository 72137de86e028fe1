import {
  type HistoryRow,
  MAX_RATE_CHANGES,
  MAX_ROWS,
  type Meter,
  type RateChange,
  type TrainingState,
} from '../checkpoint/index.ts';
import type { Config } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { bitsPerCharacter } from './measure/evaluate.ts';
import type { Clipping } from './update/clip.ts';
import { newPlateau, nextPlateau } from './update/schedule.ts';

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
  const rows = { history: [], flow: [], previews: [], rateChanges: [] };
  return { step: 0, epoch: 0, window: 0, best: null, sinceBest: 0, plateau, meter: newMeter(), ...rows };
}

/** @throws RnnError where the run cannot have come from so short a text */
export function checkCursor({ window }: TrainingState, stepsPerEpoch: number): void {
  if (window < stepsPerEpoch) return;
  throw new RnnError(
    'checkpoint',
    `the checkpoint stands at window ${window} of an epoch, this corpus has only ${stepsPerEpoch}; resume on the same corpus`,
  );
}

/**
 * Adds a row. Beyond `most` the one goes whose neighbours are closest, the earliest of several, so that those left
 * stay spread over the whole run. What goes depends on the rows alone, so a resumed run keeps the same.
 */
export function addRow<T extends { step: number }>(rows: T[], row: T, most = MAX_ROWS): void {
  rows.push(row);
  if (rows.length <= most) return;
  let place = 1;
  const gap = (i: number) => rows[i + 1]!.step - rows[i - 1]!.step;
  for (let i = 2; i < rows.length - 1; i++) if (gap(i) < gap(place)) place = i;
  rows.splice(place, 1);
}

/**
 * Adds a change of the learning rate; of the same step, and beyond `MAX_RATE_CHANGES` of the earliest, two become one, which
 * changes no rate to come.
 */
export function addRateChange(changes: RateChange[], change: RateChange): void {
  changes.push(change);
  const isSame = changes.at(-2)?.step === change.step;
  const place = isSame ? changes.length - 2 : 0;
  if (!isSame && changes.length <= MAX_RATE_CHANGES) return;
  const [a, b] = [changes[place]!, changes[place + 1]!];
  changes.splice(place, 2, { step: b.step, factor: a.factor * b.factor });
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

/** Takes the result of an evaluation down; @returns its row, and whether it is the best so far */
export function recordEvaluation(
  state: TrainingState,
  config: Pick<Config, 'decayPatience' | 'decayFactor'>,
  validationBpc: number | null,
): { row: HistoryRow; best: boolean } {
  const row = historyRow(state, validationBpc);
  const bpc = row.validationBpc ?? row.trainBpc;
  const best = state.best === null || bpc < state.best.bpc;
  if (best) state.best = { step: state.step, bpc };
  state.sinceBest = best ? 0 : state.sinceBest + 1;
  state.plateau = nextPlateau(config, state.plateau, best);
  addRow(state.history, row);
  state.meter = newMeter();
  return { row, best };
}

/** The sums as a row of the history. */
function historyRow({ step, meter }: TrainingState, validationBpc: number | null): HistoryRow {
  return {
    step,
    trainBpc: bitsPerCharacter(meter),
    validationBpc,
    gradientNorm: meter.gradientNorm / meter.steps,
    clipRate: meter.clipped / meter.steps,
    shrink: meter.clipped > 0 ? meter.shrink / meter.clipped : null,
  };
}
