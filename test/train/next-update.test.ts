import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import type { Corpus } from '../../src/corpus/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { nextUpdate, type Plan, planTraining, Trainer } from '../../src/train/index.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';
import { SMALL } from '../support/training.ts';

const text = corpusOf(someText(230));

function planOf(settings: PartialConfig, validation?: Corpus): Plan {
  return planTraining(configOf({ ...SMALL, saveEvery: 1, ...settings }), text, validation);
}

/** What a run saves after so many updates and the measurement that follows. */
function checkpointAfter(plan: Plan, updates: number): Checkpoint {
  for (const event of new Trainer(plan, new ReferenceKernels()).run()) {
    if (event.event === 'save' && event.kind === 'last' && event.step === updates) return event.checkpoint;
  }
  throw new Error(`the run saved nothing at update ${updates}`);
}

/** ‖ΔW‖/‖W‖ of each tensor in the next step of the run itself, in float64. */
function changesOf(plan: Plan, checkpoint: Checkpoint): number[] {
  const trainer = new Trainer(plan, new ReferenceKernels('float64'), { kind: 'resume', checkpoint }, 1);
  const before = Float64Array.from(checkpoint.weights);
  for (const { event } of trainer.run()) if (event === 'step') break;
  return trainer.weights.table.map(({ offset, size }) => {
    const range = Array.from({ length: size }, (_, i) => offset + i);
    const moved = Math.hypot(...range.map((i) => trainer.weights.data[i]! - before[i]!));
    return moved / Math.hypot(...range.map((i) => before[i]!));
  });
}

// 207 training characters in 3 streams are 13 windows an epoch; each case stops at the end of one, as the first window begins
const WINDOWS = 13;
const CASES: Record<string, [updates: number, settings: PartialConfig]> = {
  'a constant rate': [2 * WINDOWS, { schedule: 'constant', steps: 60 }],
  'cosine, near its end': [5 * WINDOWS, { schedule: 'cosine', steps: 5 * WINDOWS + 2 }],
  'cosine over epochs': [WINDOWS, { schedule: 'cosine', epochs: 3 }],
  'linear over epochs, striped': [WINDOWS, { schedule: 'linear', epochs: 2, split: 'striped' }],
  'warm-up': [WINDOWS, { warmupSteps: 1000, steps: 5000 }],
  'rates cut at a plateau': [
    3 * WINDOWS,
    {
      schedule: 'plateau',
      evalEvery: 1,
      decayPatience: 0,
      decayFactor: 0.5,
      learningRate: 0.5,
      steps: 60,
      patience: 0,
    },
  ],
  'steps of the rate': [2 * WINDOWS, { schedule: 'step', decayEvery: 20, decayFactor: 0.3, steps: 60 }],
  'decayed weights': [WINDOWS, { weightDecay: 0.3, steps: 40 }],
  'averaged weights': [WINDOWS, { average: 0.9, steps: 40 }],
  'dropout and weight drop': [WINDOWS, { layers: 2, dropout: 0.3, weightDrop: 0.4, steps: 40 }],
  'sgd with momentum, clipped by value': [
    WINDOWS,
    { optimizer: 'sgd', momentum: 0.9, learningRate: 0.1, clipValue: 0.001, steps: 40 },
  ],
};

describe('the next update', () => {
  it.each(Object.entries(CASES))(
    '%s: each tensor moves as in the next step of the run',
    (_, [updates, settings]) => {
      const plan = planOf(settings);
      const checkpoint = checkpointAfter(plan, updates);
      expect(checkpoint.state.window).toBe(0);
      const found = nextUpdate(checkpoint, plan.train);
      expect(found.step).toBe(updates + 1);
      found.tensors.forEach(({ updateToParameter }, i) => {
        expect(updateToParameter! / changesOf(plan, checkpoint)[i]!).toBeCloseTo(1, 9);
      });
    },
  );

  it('the rate is that of the schedule: cosine over 15 updates, a fifth of a warm-up, three cuts of a plateau', () => {
    const cosine = nextUpdate(
      checkpointAfter(planOf({ schedule: 'cosine', learningRate: 0.02, steps: 15 }), 13),
      text.ids,
    );
    expect(cosine.learningRate).toBeCloseTo((0.02 * (1 + Math.cos((Math.PI * 13) / 15))) / 2, 12);
    const warm = nextUpdate(
      checkpointAfter(planOf({ warmupSteps: 20, learningRate: 0.02, steps: 50 }), 3),
      text.ids,
    );
    expect(warm.learningRate).toBeCloseTo(0.02 / 5, 12);
    const plateau = checkpointAfter(planOf({ schedule: 'plateau', learningRate: 0.02, steps: 50 }), 1);
    const cut = { ...plateau, state: { ...plateau.state, plateau: { sinceCut: 0, scale: 0.125 } } };
    expect(nextUpdate(cut, text.ids).learningRate).toBeCloseTo(0.0025, 12);
  });

  it('epochs are counted in windows of the training part, all of the corpus where the validation text is its own', () => {
    const plan = planOf(
      { schedule: 'linear', learningRate: 0.02, epochs: 1 },
      { ...text, ids: text.ids.subarray(0, 60) },
    );
    const checkpoint = checkpointAfter(plan, 7);
    // 230 characters in 3 streams are 15 windows
    expect(nextUpdate(checkpoint, text.ids).learningRate).toBeCloseTo(0.02 * (1 - 7 / 15), 12);
  });

  it('of a run that has ended, the rate of its last update', () => {
    const plan = planOf({ schedule: 'linear', learningRate: 0.02, steps: 10 });
    expect(nextUpdate(checkpointAfter(plan, 10), text.ids)).toMatchObject({
      step: 11,
      learningRate: expect.closeTo(0.002, 12),
    });
  });

  it('the gradient is that of the mean loss, before clipping, of the weights that are trained', () => {
    const plan = planOf({
      average: 0.5,
      optimizer: 'sgd',
      momentum: 0,
      learningRate: 0.01,
      clipNorm: 0,
      schedule: 'constant',
      steps: 40,
    });
    const { tensors } = nextUpdate(checkpointAfter(plan, WINDOWS), plan.train);
    for (const { gradientToParameter, updateToParameter } of tensors)
      expect(updateToParameter! / gradientToParameter!).toBeCloseTo(0.01, 9);
  });
});
