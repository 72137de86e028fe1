import { escapeControls, type RunningTrial, sweepView, trialLine } from '../report/index.ts';
import type { TrialRecord } from '../sweep/index.ts';
import { say } from './output.ts';

const INTERVAL_MS = 200;
/** A session shorter than this says nothing about what is left. */
const LEAST_SECONDS = 2;

/** Shows a sweep on stderr: a picture that is drawn anew on a terminal, a line for each trial elsewhere. */
export class SweepDisplay {
  readonly #trials: readonly TrialRecord[];
  readonly #running: () => readonly RunningTrial[];
  readonly #workers: () => number | undefined;
  readonly #created = performance.now();
  readonly #firstSteps: number;
  #timer: NodeJS.Timeout | undefined;
  #lines: string[] = [];

  /** @param workers how many there are, where there are some */
  constructor(
    trials: readonly TrialRecord[],
    running: () => readonly RunningTrial[],
    workers: () => number | undefined,
  ) {
    this.#trials = trials;
    this.#running = running;
    this.#workers = workers;
    this.#firstSteps = this.#made();
    if (!process.stderr.isTTY || process.env.TERM === 'dumb') return;
    this.#timer = setInterval(this.#draw, INTERVAL_MS).unref();
    process.stderr.on('resize', this.#draw);
  }

  /** A trial that has ended: its line stays above the picture. */
  ended(trial: TrialRecord, worker: string | undefined): void {
    this.note(trialLine(trial, this.#trials, worker));
  }

  note(text: string): void {
    process.stderr.write(this.#erase());
    this.#lines = [];
    say(text);
    if (this.#timer !== undefined) this.#draw();
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    process.stderr.off('resize', this.#draw);
    process.stderr.write(this.#erase());
    this.#timer = undefined;
  }

  /** Steps of all trials; those that were stopped early have no more to make. */
  #made(): number {
    const running = new Map(this.#running().map(({ trial, step }) => [trial, step]));
    return this.#trials.reduce((sum, trial) => sum + (running.get(trial) ?? trial.step), 0);
  }

  #left(seconds: number): number | undefined {
    const made = this.#made() - this.#firstSteps;
    if (seconds < LEAST_SECONDS || made <= 0) return undefined;
    const running = new Map(this.#running().map(({ trial, step }) => [trial, step]));
    const open = this.#trials.filter(({ state }) => state === 'waiting' || state === 'unfinished');
    const left = open.reduce((sum, trial) => sum + trial.steps - (running.get(trial) ?? trial.step), 0);
    return (left / made) * seconds;
  }

  readonly #draw = (): void => {
    const erase = this.#erase();
    const seconds = (performance.now() - this.#created) / 1000;
    const { columns, rows } = terminal();
    // what fills the last column would begin another line, and so would the ^C of who ends it
    const size = { columns: columns - 3, rows };
    const now = { seconds, left: this.#left(seconds), workers: this.#workers() };
    this.#lines = sweepView(this.#trials, this.#running(), now, size).map(escapeControls);
    process.stderr.write(`${erase}${this.#lines.join('\n')}`);
  };

  /** Takes the picture away, whose lines a terminal that was made narrower has broken. */
  #erase(): string {
    if (this.#lines.length === 0) return '';
    const { columns } = terminal();
    const heights = this.#lines.map((line) => Math.max(1, Math.ceil(line.length / columns)));
    const up = heights.reduce((sum, height) => sum + height, 0) - 1;
    return `\r${up > 0 ? `\u001b[${up}A` : ''}\u001b[J`;
  }
}

const terminal = (): { columns: number; rows: number } => ({
  columns: process.stderr.columns || 80,
  rows: process.stderr.rows || 24,
});
