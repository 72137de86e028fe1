import { RnnError } from '../errors.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Waiting } from './events.ts';
import type { Plan } from './prepare.ts';
import { Trainer } from './trainer.ts';

/** One step of the test: its learning rate, and the loss so far, smoothed. */
export interface RatePoint {
  learningRate: number;
  bpc: number;
}

export interface RateTest {
  points: RatePoint[];
  /** a tenth of the rate with the lowest loss: still safe, not slow */
  suggestion: number;
}

const STEPS = 120;
const [LOWEST, HIGHEST] = [1e-5, 1];
const SMOOTHING = 0.9;
/** The test ends where the smoothed loss is so many times its lowest. */
const TOO_HIGH = 1.5;

/** Learning-rate range test (Smith 2017): the rate grows by the same factor each step until the loss explodes. */
export function* findLearningRate(plan: Plan, kernels: Kernels, threads?: number): Waiting<RateTest> {
  const config = { ...plan.config, steps: STEPS, epochs: Number.MAX_SAFE_INTEGER, evalEvery: STEPS + 1 };
  const rateAt = (step: number) => LOWEST * (HIGHEST / LOWEST) ** ((step - 1) / (STEPS - 1));
  const trainer = new Trainer({ ...plan, config }, kernels, { kind: 'fresh' }, threads, rateAt);
  const points: RatePoint[] = [];
  let mean = 0;
  try {
    for (const event of trainer.run()) {
      if (event.event === 'wait') yield event;
      if (event.event !== 'step') continue;
      mean = SMOOTHING * mean + (1 - SMOOTHING) * event.bpc;
      const bpc = mean / (1 - SMOOTHING ** event.step);
      points.push({ learningRate: rateAt(event.step), bpc });
      if (bpc > TOO_HIGH * lowest(points).bpc) break;
    }
  } catch (error) {
    if (!(error instanceof RnnError && error.code === 'diverged')) throw error;
  }
  return { points, suggestion: Number((lowest(points).learningRate / 10).toPrecision(1)) };
}

const lowest = (points: readonly RatePoint[]): RatePoint =>
  points.reduce((best, point) => (point.bpc < best.bpc ? point : best));
