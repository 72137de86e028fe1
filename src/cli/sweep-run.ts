import type { RunningTrial } from '../report/index.ts';
import type { SweepDefinition } from '../sweep/index.ts';
import {
  asClimber,
  catchUp,
  isAtRung,
  reach,
  resultOf,
  rungsOf,
  type TrialRecord,
  toRevive,
  withMeasured,
} from '../sweep/index.ts';
import type { DoneReason } from '../train/index.ts';
import type { OptunaSampler } from './optuna-sampler.ts';
import { survivePipes, toJson, write } from './output.ts';
import { type Child, type Ended, type Evaluation, type TrialEvent, whyFailed } from './sweep-child.ts';
import { SweepDisplay } from './sweep-display.ts';
import type { SweepFiles } from './sweep-files.ts';
import type { SweepPlace } from './sweep-place.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A trial that has been handed over, and what runs it. */
interface Running extends RunningTrial {
  child?: Child;
  /** whether it runs now; at a queue it may wait for a worker */
  isTaken: boolean;
  /** how it ended by its own account */
  reason?: DoneReason;
}

/** Runs all trials that are not over yet; ends early, with everything saved, on a signal. */
export class Sweep {
  readonly #definition: SweepDefinition;
  readonly #trials: TrialRecord[];
  readonly #files: SweepFiles;
  readonly #place: SweepPlace;
  readonly #json: boolean;
  readonly #sampler: OptunaSampler | undefined;
  readonly #running = new Map<number, Running>();
  readonly #display: SweepDisplay;
  /** trials are handed over one after another, so that a queue has them in their order */
  #handedOver: Promise<unknown> = Promise.resolve();
  /** of the signal that ends the sweep */
  #exitCode: number | undefined;
  #stopping = false;
  /** the last write of record and results, which follow one another */
  #written: Promise<void> = Promise.resolve();
  /** the one that has not begun yet, where there is one */
  #nextWrite: Promise<void> | undefined;

  constructor(
    definition: SweepDefinition,
    trials: TrialRecord[],
    files: SweepFiles,
    place: SweepPlace,
    json: boolean,
    sampler?: OptunaSampler,
  ) {
    this.#sampler = sampler;
    this.#definition = definition;
    this.#trials = trials;
    this.#files = files;
    this.#place = place;
    this.#json = json;
    const running = () => [...this.#running.values()].filter(({ isTaken }) => isTaken);
    this.#display = new SweepDisplay(trials, running, () => place.workers?.());
    place.listen?.((text) => this.#display.note(text));
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

  /**
   * The first signal lets every trial save and end; a second Ctrl-C leaves at once, which trials of this machine notice and do
   * the same. A terminal that is closed takes nothing from the workers of a queue.
   */
  readonly #onSignal = (signal: keyof typeof SIGNALS): void => {
    // programs repeat it: to all processes of a job, and each to those that it has started
    if (this.#exitCode !== undefined && signal === 'SIGTERM') return;
    if (this.#exitCode !== undefined || (signal === 'SIGHUP' && this.#place.goesOn)) {
      this.#display.close();
      process.exit(this.#exitCode ?? SIGNALS[signal]);
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
        while (active.size < this.#place.jobs) {
          const trial = this.#next() ?? (await this.#ask());
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

  /** A new trial, where a sampler chooses; what it chose is on record before it starts. */
  async #ask(): Promise<TrialRecord | undefined> {
    while (this.#sampler && !this.#stopping) {
      const added = await this.#sampler.next(this.#trials);
      if (added.length === 0) break;
      this.#trials.push(...added);
      await this.#write();
      // a configuration may be impossible
      const next = this.#next();
      if (next) return next;
    }
    return undefined;
  }

  /** A stopped trial that has turned out to be among the best, else the first one that is not over. */
  #next(): TrialRecord | undefined {
    if (this.#stopping) return undefined;
    const { rungs } = this.#definition;
    const { only } = this.#place;
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
    const running: Running = {
      trial,
      step: trial.step,
      bpc: trial.curve.at(-1)?.[1] ?? null,
      isTaken: false,
    };
    this.#running.set(trial.number, running);
    try {
      const handedOver = this.#handedOver.then(() => this.#handOver(running));
      this.#handedOver = handedOver.catch(() => {});
      const child = await handedOver;
      if (child) await this.#settle(running, await child.ended);
      else if (this.#stopping) return;
    } finally {
      this.#running.delete(trial.number);
    }
    this.#display.ended(trial, running.worker);
    await this.#emit({ event: 'trial', ...resultOf(this.#definition, trial) });
    await this.#write();
  }

  /** @returns what runs the trial; undefined where the sweep ends, or its checkpoints say that it is stopped */
  async #handOver(running: Running): Promise<Child | undefined> {
    const { trial } = running;
    await this.#files.begin(trial);
    await this.#place.ready(trial);
    const measured = await this.#files.measured(trial);
    if (measured) catchUp(this.#trials, trial, measured, rungsOf(this.#definition, trial));
    // a signal may have come meanwhile; one that is revived may have run past the next rung before it was stopped
    if (this.#stopping || trial.state === 'stopped') return undefined;
    running.child = this.#place.start(trial, measured !== undefined, (event) => this.#hear(running, event));
    return running.child;
  }

  #hear(running: Running, event: TrialEvent): void {
    switch (event.event) {
      case 'taken':
        this.#take(running, event.worker);
        break;
      case 'waits':
        this.#lose(running, event.lost);
        break;
      case 'step':
        running.step = event.step;
        break;
      case 'evaluate':
        this.#compare(running, event);
        break;
      case 'done':
        running.reason = event.reason;
    }
  }

  #take(running: Running, worker: string | undefined): void {
    const { trial } = running;
    const { number, settings, seed, step } = trial;
    running.isTaken = true;
    running.worker = worker;
    if (trial.state !== 'stopped') trial.state = 'unfinished';
    trial.started ??= Date.now();
    const where = worker === undefined ? {} : { worker };
    void this.#emit({ event: 'trial-start', trial: number, settings, seed, step, ...where });
  }

  #lose(running: Running, lost: boolean): void {
    const { trial, worker } = running;
    running.isTaken = false;
    if (lost && worker !== undefined)
      this.#display.note(`trial ${trial.number} is lost to ${worker}; the next free worker goes on with it`);
  }

  #compare(running: Running, { step, trainBpc, validationBpc }: Evaluation): void {
    const { trial, child } = running;
    running.bpc = validationBpc ?? trainBpc;
    void this.#emit({ event: 'evaluate', trial: trial.number, step, trainBpc, validationBpc });
    if (trial.state === 'stopped') return;
    const rungs = rungsOf(this.#definition, trial);
    if (step > (rungs.steps[trial.rungs.length] ?? step)) void this.#catchUp(running);
    if (!isAtRung(trial, step, rungs)) return;
    this.#files.refresh(this.#trials);
    if (reach(this.#trials, trial, [step, running.bpc], rungs)) {
      trial.state = 'stopped';
      child?.stop();
    }
    // for those who run elsewhere; what fails is said when the trial has ended
    if (this.#place.only !== undefined) void this.#write().catch(() => {});
  }

  /** A process whose worker was killed may have passed a rung unheard; the one that goes on from there has it on record. */
  async #catchUp({ trial, child }: Running): Promise<void> {
    const measured = await this.#files.measured(trial).catch(() => undefined);
    if (!measured || trial.state !== 'unfinished') return;
    catchUp(this.#trials, trial, measured, rungsOf(this.#definition, trial));
    // by another name, since it has just changed
    const { state } = trial as TrialRecord;
    if (state === 'stopped') child?.stop();
  }

  /** Outcome of a trial whose process has ended. */
  async #settle({ trial, reason }: Running, ended: Ended): Promise<void> {
    const measured = await this.#files.measured(trial);
    trial.ended = Date.now();
    const rungs = rungsOf(this.#definition, trial);
    if (trial.state !== 'stopped')
      for (const point of measured?.curve ?? []) reach(this.#trials, trial, point, rungs);
    if (reason === 'finished' || reason === 'patience') trial.state = 'finished';
    else if (trial.state !== 'stopped' && this.#stopping) trial.state = measured ? 'unfinished' : 'waiting';
    else if (trial.state !== 'stopped') {
      trial.state = 'failed';
      trial.error = whyFailed(ended);
    }
    if (measured) Object.assign(trial, withMeasured(trial, measured, rungs));
  }

  /** What changes while a write is under way is written together: thousands of trials make large files. */
  #write(): Promise<void> {
    this.#nextWrite ??= this.#written.then(() => {
      this.#nextWrite = undefined;
      return this.#files.write(this.#trials);
    });
    this.#written = this.#nextWrite;
    return this.#written;
  }

  async #emit(event: object): Promise<void> {
    if (this.#json) await write(`${toJson(event)}\n`);
  }
}
