import type { Config } from '../config/index.ts';

/**
 * The learning rate of update `step` (from 1) of `steps`: after a linear warm-up, constant, or falling as
 * torch.optim.lr_scheduler's LinearLR, CosineAnnealingLR and StepLR do.
 */
export function learningRateAt(config: Config, step: number, steps: number): number {
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
    default:
      return schedule satisfies never;
  }
}
