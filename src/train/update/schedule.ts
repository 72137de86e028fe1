import type { RateChange } from '../../checkpoint/index.ts';
import type { Config } from '../../config/index.ts';

/** State of the plateau schedule: evaluations since the best one or the last decay, and the product of all decays. */
export interface Plateau {
  sinceCut: number;
  scale: number;
}

/**
 * The learning rate of update `step` (from 1) of `steps`: after a linear warm-up, constant, or falling as
 * torch.optim.lr_scheduler's LinearLR, CosineAnnealingLR, StepLR and ReduceLROnPlateau do.
 */
export function learningRateAt(
  config: Config,
  step: number,
  steps: number,
  { scale }: Plateau = newPlateau(),
): number {
  const { schedule, learningRate, minLearningRate, warmupSteps, decayEvery, decayFactor } = config;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const done = step - 1 - warmupSteps;
  const progress = done / Math.max(1, steps - warmupSteps);
  const lowest = Math.min(minLearningRate, learningRate);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate + (lowest - learningRate) * progress;
    case 'cosine':
      return lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * progress))) / 2;
    case 'step':
      return Math.max(lowest, learningRate * decayFactor ** Math.floor(done / decayEvery));
    case 'plateau':
      return Math.max(lowest, learningRate * scale);
    default:
      return schedule satisfies never;
  }
}

export const newPlateau = (): Plateau => ({ sinceCut: 0, scale: 1 });

/** After an evaluation; @param best whether it was better than all before */
export function nextPlateau(
  { decayPatience, decayFactor }: Pick<Config, 'decayPatience' | 'decayFactor'>,
  { sinceCut, scale }: Plateau,
  best: boolean,
): Plateau {
  if (best) return { sinceCut: 0, scale };
  return sinceCut < decayPatience
    ? { sinceCut: sinceCut + 1, scale }
    : { sinceCut: 0, scale: scale * decayFactor };
}

/** By what the schedule's rate of an update is multiplied: every change that was made before it. */
export function rateFactor(changes: readonly RateChange[], step: number): number {
  return changes.reduce((product, change) => (change.step < step ? product * change.factor : product), 1);
}

/** The learning rate of update `step` of a run: what its schedule says, times the changes made before. */
export const rateInRun = (
  config: Config,
  { plateau, rateChanges }: { plateau: Plateau; rateChanges: readonly RateChange[] },
  step: number,
  steps: number,
): number => learningRateAt(config, step, steps, plateau) * rateFactor(rateChanges, step);

/** How many updates a run makes in all; @param windows of one epoch */
export const totalSteps = (
  { steps = Infinity, epochs = Infinity }: Pick<Config, 'steps' | 'epochs'>,
  windows: number,
): number => Math.min(steps, epochs * windows);
