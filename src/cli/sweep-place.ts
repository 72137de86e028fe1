import type { SweepDefinition, TrialRecord } from '../sweep/index.ts';
import { type Child, childArguments, startChild, type TrialEvent, trialEvent } from './sweep-child.ts';
import type { SweepFiles } from './sweep-files.ts';

/** Where the trials of a sweep run: on this machine, or at the workers of a queue. */
export interface SweepPlace {
  /** trials that are handed over at the same time */
  readonly jobs: number;
  /** the one trial that is run here, while others run elsewhere */
  readonly only?: number;
  /** whether trials go on when nobody waits for them */
  readonly goesOn: boolean;
  /** Waits until a trial can be handed over. */
  ready(trial: TrialRecord): Promise<void>;
  /** @param isBegun whether it has a checkpoint to go on from */
  start(trial: TrialRecord, isBegun: boolean, hear: (event: TrialEvent) => void): Child;
  /** how many workers there are now */
  workers?(): number;
  /** Tells of what happens beside the trials. */
  listen?(note: (text: string) => void): void;
  /** Called when no trial is there any more. */
  close?(): Promise<void>;
}

/** How many at once, with how many threads each; one alone finds out by itself how many are fastest. */
export interface Share {
  jobs: number;
  threads?: number;
}

/** Each trial is a process of this machine. */
export class LocalPlace implements SweepPlace {
  readonly jobs: number;
  readonly only?: number;
  readonly goesOn = false;
  readonly #definition: SweepDefinition;
  readonly #files: SweepFiles;
  readonly #threads: number | undefined;

  constructor(definition: SweepDefinition, files: SweepFiles, { jobs, threads }: Share, only?: number) {
    this.jobs = jobs;
    if (only !== undefined) this.only = only;
    this.#definition = definition;
    this.#files = files;
    this.#threads = threads;
  }

  /** A child of a sweep that was killed may still be saving. */
  async ready(trial: TrialRecord): Promise<void> {
    await this.#files.awaitWriter(trial);
  }

  start(trial: TrialRecord, isBegun: boolean, hear: (event: TrialEvent) => void): Child {
    const own = {
      out: this.#files.folder(trial),
      resume: isBegun ? this.#files.checkpoint(trial) : undefined,
      threads: this.#threads,
    };
    hear({ event: 'taken' });
    return startChild(childArguments(this.#definition, trial, own), (event) => {
      const known = trialEvent(event);
      if (known) hear(known);
    });
  }
}
