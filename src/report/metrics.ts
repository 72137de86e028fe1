import type { TrainEvent } from '../train/index.ts';

/** Metrics of a run: TensorBoard's tags, and the columns of metrics.csv. */
export const METRICS = [
  'bpc/train',
  'bpc/validation',
  'gradient/norm',
  'gradient/clipped',
  'learning_rate',
  'speed/characters_per_second',
] as const;

export interface MetricsRow {
  step: number;
  epoch: number;
  values: Partial<Record<(typeof METRICS)[number], number>>;
}

/** A curve has at most about so many points, whatever the length of the run. */
const POINTS = 1000;
/** Between two points, so that writing them takes less than a hundredth of the time. */
const LEAST_SECONDS = 0.04;

/** Gathers the steps of a run to rows: means over all steps since the row before. */
export class MetricsRows {
  #every = 1;
  /** when the row before was due */
  #since = 0;
  #measured = 0;
  #sums = { ...NONE };

  /** The row that an event completes. @param learningRate of the update last made @param seconds now */
  add(event: TrainEvent, learningRate: number, seconds: number): MetricsRow | undefined {
    if (event.event === 'start') {
      this.#every = Math.ceil(event.steps / POINTS);
      this.#since = seconds;
    } else if (event.event === 'step') {
      this.#gather(event);
      const isDue = event.step % this.#every === 0 && seconds - this.#since >= LEAST_SECONDS;
      if (isDue) return rowOf(event, this.#means(learningRate, seconds));
    } else if (event.event === 'evaluate') {
      return rowOf(event, this.#evaluation(event));
    } else if (event.event === 'done') {
      return rowOf(event, { ...this.#means(learningRate, seconds), ...this.#evaluation(event) });
    }
    return undefined;
  }

  #gather(event: Extract<TrainEvent, { event: 'step' }>): void {
    const sums = this.#sums;
    sums.steps++;
    sums.characters += event.characters;
    sums.bits += event.characters * event.bpc;
    sums.norm += event.gradientNorm;
    sums.clipped += Number(event.clipped);
  }

  #means(learningRate: number, seconds: number): MetricsRow['values'] {
    const { steps, characters, bits, norm, clipped } = this.#sums;
    const passed = Math.max(seconds - this.#since, Number.EPSILON);
    this.#sums = { ...NONE };
    this.#since = seconds;
    if (steps === 0) return {};
    return {
      'bpc/train': bits / characters,
      'gradient/norm': norm / steps,
      'gradient/clipped': clipped / steps,
      learning_rate: learningRate,
      'speed/characters_per_second': characters / passed,
    };
  }

  /** The closing evaluation comes with the end, be it a new one or not. */
  #evaluation({ step, validationBpc }: { step: number; validationBpc: number | null }): MetricsRow['values'] {
    if (validationBpc === null || step === this.#measured) return {};
    this.#measured = step;
    return { 'bpc/validation': validationBpc };
  }
}

const NONE = { steps: 0, characters: 0, bits: 0, norm: 0, clipped: 0 };

const rowOf = ({ step, epoch }: { step: number; epoch: number }, values: MetricsRow['values']) =>
  Object.keys(values).length > 0 ? { step, epoch, values } : undefined;

export const METRICS_HEAD = `${['step', 'timestamp', 'epoch', ...METRICS].join(',')}\n`;

export function metricsLine({ step, epoch, values }: MetricsRow, time: Date): string {
  return `${[step, time.toISOString(), epoch, ...METRICS.map((name) => values[name] ?? '')].join(',')}\n`;
}

/** The lines of an earlier session that a resumed run goes on from: whole ones, and none of later steps. */
export function keepMetrics(text: string, lastStep: number): string {
  const isKept = (line: string) =>
    line.split(',').length === METRICS.length + 3 && Number.parseInt(line, 10) <= lastStep;
  const [, ...rows] = text.split('\n').slice(0, -1);
  return (
    METRICS_HEAD +
    rows
      .filter(isKept)
      .map((line) => `${line}\n`)
      .join('')
  );
}
