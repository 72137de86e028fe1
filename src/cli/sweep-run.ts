import type { RunningTrial } from '../report/index.ts';
import type { SweepDefinition } from '../sweep/index.ts';
import {
  asArguments,
  asClimber,
  catchUp,
  isAtRung,
  reach,
  resultOf,
  rungsOf,
  type TrialRecord,
  toRevive,
  trainFlags,
  withMeasured,
} from '../sweep/index.ts';
import type { DoneReason } from '../train/index.ts';
import { survivePipes, toJson, write } from './output.ts';
import { type Child, type ChildEvent, type Ended, startChild } from './sweep-child.ts';
import { SweepDisplay } from './sweep-display.ts';
import type { SweepFiles } from './sweep-files.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** How many at once, with how many threads each; one alone finds out by itself how many are fastest. */
export interface Share {
  jobs: number;
  threads?: number;
  /** the one trial that is run here, while others run elsewhere */
  trial?: number;
}

/** A trial with its process, once that has started. */
interface Running extends RunningTrial {
  child?: Child;
  /** how it ended by its own account */
  reason?: DoneReason;
}

/** Runs all trials that are not over yet; ends early, with everything saved, on a signal. */
export class Sweep {
  readonly #definition: SweepDefinition;
  readonly #trials: TrialRecord[];
  readonly #files: SweepFiles;
  readonly #share: Share;
  readonly #json: boolean;
  readonly #running = new Map<number, Running>();
  readonly #display: SweepDisplay;
  /** of the signal that ends the sweep */
  #exitCode: number | undefined;
  #stopping = false;
  /** the last write of record and results, which follow one another */
  #written: Promise<void> = Promise.resolve();

  constructor(
    definition: SweepDefinition,
    trials: TrialRecord[],
    files: SweepFiles,
    share: Share,
    json: boolean,
  ) {
    this.#definition = definition;
    this.#trials = trials;
    this.#files = files;
    this.#share = share;
    this.#json = json;
    this.#display = new SweepDisplay(trials, () => [...this.#running.values()]);
  }

  /** @returns the exit code that a signal asks for; undefined where all trials are over */
  async run(): Promise<number | undefined> {
    const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
    for (const signal of signals) process.on(signal, this.#onSignal);
    survivePipes(() => this.#stop());
    try {
      await this.#runAll();
    } finally {
      this.#display.close();
      for (const signal of signals) process.off(signal, this.#onSignal);
    }
    return this.#exitCode;
  }

  /** The first signal lets every trial save and end; a second Ctrl-C leaves at once, which the trials notice, and they do the same. */
  readonly #onSignal = (signal: keyof typeof SIGNALS): void => {
    if (this.#exitCode !== undefined) {
      // programs repeat it: to all processes of a job, and each to those that it has started
      if (signal === 'SIGTERM') return;
      this.#display.close();
      process.exit(this.#exitCode);
    }
    this.#exitCode = SIGNALS[signal];
    this.#display.note('stopping: the trials that run save and end …');
    this.#stop();
  };

  #stop(): void {
    this.#stopping = true;
    for (const { child } of this.#running.values()) child?.stop();
  }

  async #runAll(): Promise<void> {
    const active = new Set<Promise<void>>();
    try {
      for (;;) {
        while (active.size < this.#share.jobs) {
          const trial = this.#next();
          if (trial === undefined) break;
          const work = this.#runTrial(trial).finally(() => active.delete(work));
          active.add(work);
        }
        if (active.size === 0) return;
        await Promise.race(active);
      }
    } finally {
      // after an error the others still save
      this.#stop();
      await Promise.allSettled(active);
    }
  }

  /** A stopped trial that has turned out to be among the best, else the first one that is not over. */
  #next(): TrialRecord | undefined {
    if (this.#stopping) return undefined;
    const { rungs } = this.#definition;
    const { trial: only } = this.#share;
    const free = this.#trials.filter(
      ({ number }) => !this.#running.has(number) && (only === undefined || number === only),
    );
    const revived = rungs && toRevive(this.#trials.map(asClimber), rungs.reduction);
    return (
      free.find(({ number }) => number === revived) ??
      free.find(({ state }) => state === 'unfinished' || state === 'waiting')
    );
  }

  async #runTrial(trial: TrialRecord): Promise<void> {
    const running: Running = { trial, step: trial.step, bpc: trial.curve.at(-1)?.[1] ?? null };
    this.#running.set(trial.number, running);
    try {
      await this.#files.begin(trial);
      const args = await this.#argumentsOf(trial);
      // a signal may have come meanwhile; one that is revived may have run past the next rung before it was stopped
      if (this.#stopping || trial.state === 'stopped') return;
      trial.state = 'unfinished';
      trial.started ??= Date.now();
      running.child = startChild(args, (event) => this.#hear(running, event));
      const { number, settings, seed } = trial;
      await this.#emit({ event: 'trial-start', trial: number, settings, seed, step: trial.step });
      await this.#settle(running, await running.child.ended);
    } finally {
      this.#running.delete(trial.number);
    }
    this.#display.ended(trial);
    await this.#emit({ event: 'trial', ...resultOf(this.#definition, trial) });
    await this.#write();
  }

  async #argumentsOf(trial: TrialRecord): Promise<string[]> {
    const files = this.#files;
    await files.awaitWriter(trial);
    const measured = await files.measured(trial);
    if (measured) catchUp(this.#trials, trial, measured, rungsOf(this.#definition, trial));
    const { initFrom, ...flags } = trainFlags(this.#definition, trial);
    const start = measured
      ? { resume: files.checkpoint(trial) }
      : { ...(initFrom === undefined ? {} : { initFrom }) };
    const { threads } = this.#share;
    const own = { ...start, out: files.folder(trial), ...(threads && { threads }) };
    return [...this.#definition.corpus, ...asArguments({ ...flags, ...own })];
  }

  #hear(running: Running, event: ChildEvent): void {
    if (event.event === 'start' || event.event === 'step') running.step = event.step;
    if (event.event === 'done') running.reason = event.reason;
    if (event.event !== 'evaluate') return;
    const { step, trainBpc, validationBpc } = event;
    const { trial, child } = running;
    running.bpc = validationBpc ?? trainBpc;
    void this.#emit({ event: 'evaluate', trial: trial.number, step, trainBpc, validationBpc });
    const rungs = rungsOf(this.#definition, trial);
    if (trial.state === 'stopped' || !isAtRung(trial, step, rungs)) return;
    this.#files.refresh(this.#trials);
    if (reach(this.#trials, trial, [step, running.bpc], rungs)) {
      trial.state = 'stopped';
      child?.stop();
    }
    // for those who run elsewhere; what fails is said when the trial has ended
    if (this.#share.trial !== undefined) void this.#write().catch(() => {});
  }

  /** Outcome of a trial whose process has ended. */
  async #settle({ trial, reason }: Running, ended: Ended): Promise<void> {
    const measured = await this.#files.measured(trial);
    trial.ended = Date.now();
    if (reason === 'finished' || reason === 'patience') trial.state = 'finished';
    else if (trial.state !== 'stopped' && this.#stopping) trial.state = measured ? 'unfinished' : 'waiting';
    else if (trial.state !== 'stopped') {
      trial.state = 'failed';
      trial.error = whyFailed(ended);
    }
    if (measured) Object.assign(trial, withMeasured(trial, measured, rungsOf(this.#definition, trial)));
  }

  #write(): Promise<void> {
    this.#written = this.#written.then(() => this.#files.write(this.#trials));
    return this.#written;
  }

  async #emit(event: object): Promise<void> {
    if (this.#json) await write(`${toJson(event)}\n`);
  }
}

const whyFailed = ({ code, signal, error }: Ended): string =>
  error ??
  (signal
    ? `ended by ${signal}`
    : code === 0 || code === 143
      ? 'stopped from outside'
      : `ended with code ${code}`);
