import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { learningRateAt } from '../../src/train/update/schedule.ts';
import { configOf } from '../support/models.ts';

const golden = JSON.parse(
  readFileSync(new URL('../golden/schedules.json', import.meta.url), 'utf8'),
) as Record<string, number[]>;

const SETTINGS: Record<string, PartialConfig> = {
  cosine: { schedule: 'cosine', minLearningRate: 0.01 },
  linear: { schedule: 'linear', minLearningRate: 0.01 },
  step: { schedule: 'step', decayEvery: 7, decayFactor: 0.3 },
  'cosine-warmup': { schedule: 'cosine', warmupSteps: 4 },
};

const ratesOf = (settings: PartialConfig) => {
  const config = configOf({ learningRate: 0.1, ...settings });
  return Array.from({ length: 20 }, (_, i) => learningRateAt(config, i + 1, 20));
};

describe('learning rate', () => {
  it.each(Object.keys(golden))('%s: 20 steps equal PyTorch', (name) => {
    ratesOf(SETTINGS[name]!).forEach((rate, i) => {
      expect(rate).toBeCloseTo(golden[name]![i]!, 12);
    });
  });

  it('constant, and never below the lowest', () => {
    expect(new Set(ratesOf({ schedule: 'constant' }))).toEqual(new Set([0.1]));
    const steps = ratesOf({ schedule: 'step', decayEvery: 2, decayFactor: 0.1, minLearningRate: 0.004 });
    expect(steps[19]).toBe(0.004);
  });
});
