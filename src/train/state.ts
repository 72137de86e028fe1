import type { Meter, TrainingState } from '../checkpoint/index.ts';
import { newPlateau } from './schedule.ts';

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
