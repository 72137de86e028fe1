import { RnnError } from '../errors.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Transport } from './parallel/ranks.ts';
import type { Plan } from './plan.ts';
import type { Start } from './start.ts';
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
/** The test ends once the smoothed loss is so many times its minimum. */
const TOO_HIGH = 1.5;
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * Learning-rate range test (Smith 2017) of the model that would be trained, from where it would start: the rate grows by
 * the same factor each step until the loss explodes. Yields between the parts of the work.
 * @throws RnnError when not even the first step can be made, or a thread is lost
 */
export function* findLearningRate(
  plan: Plan,
  kernels: Kernels,
  start: Start = { kind: 'fresh' },
  threads?: number,
  transport?: Transport,
): Generator<void, RateTest, void> {
  const before = start.kind === 'resume' ? start.checkpoint.state.step : 0;
  const beats = { evalEvery: NEVER, sampleEvery: 0, inspectEvery: 0, saveEvery: NEVER };
  const config = { ...plan.config, ...beats, steps: before + STEPS, epochs: NEVER };
  const rateAt = (step: number) => LOWEST * (HIGHEST / LOWEST) ** ((step - before - 1) / (STEPS - 1));
  const trainer = new Trainer({ ...plan, config }, kernels, start, threads, rateAt, transport);
  const points: RatePoint[] = [];
  let mean = 0;
  try {
    for (const event of trainer.run()) {
      if (event.event === 'wait') yield;
      if (event.event !== 'step') continue;
      mean = SMOOTHING * mean + (1 - SMOOTHING) * event.bpc;
      const bpc = mean / (1 - SMOOTHING ** (points.length + 1));
      points.push({ learningRate: rateAt(event.step), bpc });
      if (points.length === STEPS || bpc > TOO_HIGH * lowest(points).bpc) break;
      yield;
    }
  } catch (error) {
    const exploded = error instanceof RnnError && error.code === 'diverged' && points.length > 0;
    if (!exploded) throw error;
  }
  return { points, suggestion: Number((lowest(points).learningRate / 10).toPrecision(1)) };
}

const lowest = (points: readonly RatePoint[]): RatePoint =>
  points.reduce((best, point) => (point.bpc < best.bpc ? point : best));
