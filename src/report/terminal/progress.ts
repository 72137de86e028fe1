import type { TrainEvent } from '../../train/index.ts';
import { bpc, percent, short } from '../numbers.ts';

/** Weight of the newest step in the running means of the bar. */
const SMOOTHING = 0.05;

/** Running figures of a training run, for the bar and for log lines. Time comes in from outside, in seconds. */
export class Progress {
  steps = 0;
  step = 0;
  epoch = 0;
  #bpc: number | undefined;
  #norm = 0;
  #clipped = 0;
  #validation: number | null = null;
  #characters = 0;
  #seconds = 0;

  update(event: TrainEvent, seconds: number): void {
    if (event.event === 'start') this.steps = event.steps;
    if (event.event === 'evaluate') this.#validation = event.validationBpc;
    if (event.event !== 'step') return;
    const first = this.#bpc === undefined;
    const blend = (mean: number, value: number) => (first ? value : mean + SMOOTHING * (value - mean));
    this.#norm = blend(this.#norm, event.gradientNorm);
    this.#clipped = blend(this.#clipped, event.clipped ? 1 : 0);
    this.#bpc = blend(this.#bpc ?? 0, event.bpc);
    this.#characters += event.characters;
    this.#seconds = seconds;
    this.step = event.step;
    this.epoch = event.epoch;
  }

  get charactersPerSecond(): number {
    return this.#seconds > 0 ? this.#characters / this.#seconds : 0;
  }

  /** The figures as the bar's fields. */
  fields() {
    return {
      epoch: this.epoch,
      bpc: bpc(this.#bpc ?? null),
      validation: bpc(this.#validation),
      norm: this.#norm.toPrecision(3),
      clipped: percent(this.#clipped),
      rate: short(this.charactersPerSecond),
    };
  }

  /** One log line, where no bar can be drawn. */
  line(): string {
    const { epoch, bpc: train, validation, norm, clipped, rate } = this.fields();
    const rest =
      this.charactersPerSecond > 0 ? Math.round(((this.steps - this.step) / this.step) * this.#seconds) : 0;
    return (
      `step ${this.step}/${this.steps}  epoch ${epoch}  bpc ${train}  validation ${validation}  ` +
      `gradient ${norm}  clipped ${clipped}  ${rate} characters/s  ETA ${rest} s`
    );
  }
}
