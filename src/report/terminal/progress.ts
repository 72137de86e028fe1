import type { TrainEvent } from '../../train/index.ts';
import { bpc, clock, percent, short } from '../numbers.ts';
import type { LossRow } from './loss-chart.ts';

/** Weight of the newest step in the running means of norm and clipping. */
const SMOOTHING = 0.05;
/** A session shorter than this, in seconds, says nothing about what is left. */
const LEAST_SECONDS = 1;
/** Columns of a bar beside the figures. */
const LEAST_BAR = 8;
export const MOST_BAR = 30;

/** A figure of the progress line, with a short form for narrow terminals and a rank that decides what is dropped first. */
interface Figure {
  long: string;
  short: string;
  /** the lowest gives way first */
  rank: number;
}

/**
 * Running figures of a training run, for the bar and for log lines. Time comes in from outside, in seconds. The bpc is
 * the mean over what was trained on since the last evaluation, as in the history and in the closing line.
 */
export class Progress {
  steps = 0;
  step = 0;
  epoch = 0;
  #firstStep = 0;
  #bpc: number | null = null;
  #norm: number | undefined;
  #clipped = 0;
  #validation: number | null = null;
  #characters = 0;
  #started = 0;
  #seconds = 0;

  update(event: TrainEvent, seconds: number): void {
    if (event.event === 'start') this.#start(event, seconds);
    if (event.event === 'step') this.#step(event, seconds);
    if (event.event !== 'evaluate' && event.event !== 'done') return;
    this.#bpc = event.trainBpc;
    this.#validation = event.validationBpc ?? this.#validation;
  }

  #start({ step, steps, epoch }: Extract<TrainEvent, { event: 'start' }>, seconds: number): void {
    this.steps = steps;
    this.step = step;
    this.epoch = epoch;
    this.#firstStep = step;
    this.#started = seconds;
  }

  #step(event: Extract<TrainEvent, { event: 'step' }>, seconds: number): void {
    const blend = (mean: number, value: number) =>
      this.#norm === undefined ? value : mean + SMOOTHING * (value - mean);
    this.#clipped = blend(this.#clipped, event.clipped ? 1 : 0);
    this.#norm = blend(this.#norm ?? 0, event.gradientNorm);
    this.#bpc = event.trainBpc;
    this.#characters += event.characters;
    this.#seconds = seconds - this.#started;
    this.step = event.step;
    this.epoch = event.epoch;
  }

  get charactersPerSecond(): number {
    return this.#seconds > 0 ? this.#characters / this.#seconds : 0;
  }

  /** of this session, so that a resumed run is judged by what it does now */
  get seconds(): number {
    return this.#seconds;
  }

  /** State of the run since the last evaluation, as a point of its curve. */
  get row(): LossRow | undefined {
    return this.#bpc === null ? undefined : { step: this.step, trainBpc: this.#bpc, validationBpc: null };
  }

  #left(): string {
    if (this.step === this.steps) return clock(0);
    const made = this.step - this.#firstStep;
    if (made === 0 || this.#seconds < LEAST_SECONDS) return '-';
    return clock(((this.steps - this.step) / made) * this.#seconds);
  }

  #figures(): Figure[] {
    const figure = (rank: number, long: string, short = long) => ({ rank, long, short });
    const rate = short(this.charactersPerSecond);
    const validation = bpc(this.#validation);
    return [
      figure(9, `step ${this.step}/${this.steps}`),
      figure(5, `epoch ${this.epoch}`),
      figure(8, `bpc ${bpc(this.#bpc)}`),
      figure(7, `validation ${validation}`, `val ${validation}`),
      figure(2, `gradient ${(this.#norm ?? 0).toPrecision(3)}`),
      figure(1, `clipped ${percent(this.#clipped)}`),
      figure(4, `${rate} characters/s`, `${rate}/s`),
      figure(3, `elapsed ${clock(this.#seconds)}`),
      figure(6, `ETA ${this.#left()}`),
    ];
  }

  /** One log line, where no bar can be drawn. */
  line(): string {
    return this.#figures()
      .map(({ long }) => long)
      .join('  ');
  }

  /** Fits the line into so many columns: figures in full, in short, or without the least ones, and the rest for a bar. */
  fit(columns: number): { figures: string; barWidth: number } {
    let figures = this.#figures();
    const width = (form: 'long' | 'short') =>
      figures.reduce((sum, figure) => sum + 2 + figure[form].length, LEAST_BAR);
    const form = width('long') <= columns ? 'long' : 'short';
    while (width(form) > columns && figures.length > 1) {
      const least = Math.min(...figures.map(({ rank }) => rank));
      figures = figures.filter(({ rank }) => rank > least);
    }
    const barWidth = Math.max(0, Math.min(MOST_BAR, columns - width(form) + LEAST_BAR));
    return { figures: figures.map((figure) => figure[form]).join('  '), barWidth };
  }
}
