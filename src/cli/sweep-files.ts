import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  isLocked,
  lockRun,
  type RunLock,
  readCheckpoint,
  removeLeftovers,
  replaceFile,
} from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { sweepPage } from '../report/index.ts';
import type { SweepDefinition } from '../sweep/index.ts';
import {
  type Asked,
  adopt,
  type CurvePoint,
  type Measured,
  newProgress,
  optunaJournal,
  type Progress,
  readAsked,
  readNote,
  readRecord,
  resultOf,
  resultsCsv,
  resultsJsonl,
  type Trial,
  type TrialRecord,
  writeRecord,
} from '../sweep/index.ts';
import { systemReason } from '../system-reason.ts';
import { makeFolder } from './make-folder.ts';
import { say } from './output.ts';

/** Digits of a trial's number in the name of its folder. */
const DIGITS = 3;
/** How often to look whether a run's last writer has ended. */
const LOOK_MS = 100;
const MINUTE_MS = 60_000;

/** What the files of a sweep belong to. */
export interface SweepIdentity {
  /** the sweep's own file, for messages */
  file: string;
  definition: SweepDefinition;
  /** of the sweep, for titles */
  title: string;
  /** of each run */
  name: string;
}

/** Files of a sweep: its record, its results, and a folder with the checkpoints of each trial. */
export class SweepFiles {
  readonly directory: string;
  protected readonly sweep: SweepIdentity;
  readonly #lock: RunLock | undefined;
  /** how long to wait for a run whose last writer is about to end */
  protected readonly patience: number = MINUTE_MS;
  /** what a sampler was asked for, where there is one */
  asked: readonly Asked[] | undefined;

  protected constructor(directory: string, sweep: SweepIdentity, lock?: RunLock) {
    this.directory = directory;
    this.sweep = sweep;
    this.#lock = lock;
  }

  /** @throws RnnError where another process runs this sweep, or the directory can't be had */
  static open(directory: string, sweep: SweepIdentity): Promise<SweepFiles> {
    return inDirectory(directory, async () => {
      const lock = lockRun(recordPath(directory));
      await removeLeftovers(directory, recordPath(directory));
      return new SweepFiles(directory, sweep, lock);
    });
  }

  close(): void {
    this.#lock?.release();
  }

  /**
   * What is known of the trials: what is on record, and what trials with processes of their own have noted; new where
   * there is neither.
   * @param retry what is on record as failed is tried again
   * @throws RnnError where the file of the sweep has changed since
   */
  async read(trials: readonly Trial[], steps: readonly number[], retry: boolean): Promise<TrialRecord[]> {
    const { directory } = this;
    const { file, definition } = this.sweep;
    const record = recordPath(directory);
    const text = await readFile(record, 'utf8').catch(() => undefined);
    const records =
      text === undefined
        ? trials.map((trial, i) => ({ ...trial, ...newProgress(steps[i]!) }))
        : readRecord(text, definition, trials, steps, { file, record, directory });
    for (const trial of records) adopt(trial, this.noted(trial), retry);
    return records;
  }

  /** Replaces record and results, each in one step. */
  async write(trials: readonly TrialRecord[]): Promise<void> {
    this.#lock?.check();
    const { definition, title } = this.sweep;
    const results = trials.map((trial) => resultOf(definition, trial));
    const contents = [
      [recordPath(this.directory), writeRecord(definition, trials, this.asked)],
      [this.path('results.csv'), resultsCsv(definition, results)],
      [this.path('results.jsonl'), resultsJsonl(results)],
      [this.path('optuna.log'), optunaJournal(title, definition, trials)],
      [this.path('report.html'), sweepPage(title, definition, trials)],
    ] as const;
    for (const [path, content] of contents) await replaceFile(path, [content]);
  }

  /** A trial begins: what it noted when it had a process of its own is out of date. */
  async begin(trial: TrialRecord): Promise<void> {
    await rm(this.notePath(trial), { force: true });
  }

  /** Brings the others up to date before a trial is compared with them at a rung; here they are. */
  refresh(_trials: readonly TrialRecord[]): void {}

  protected notePath(trial: Trial): string {
    return join(this.folder(trial), 'trial.json');
  }

  /** What a trial with a process of its own has noted. */
  noted(trial: TrialRecord): Progress | undefined {
    const path = this.notePath(trial);
    if (!existsSync(path)) return undefined;
    const { file, definition } = this.sweep;
    return readNote(readFileSync(path, 'utf8'), definition, trial, { file, path });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** The folder of a trial. */
  folder(trial: Trial): string {
    return trialFolder(this.directory, trial);
  }

  /** The last checkpoint of a trial. */
  checkpoint(trial: Trial): string {
    return trialCheckpoint(this.directory, this.sweep.name, trial);
  }

  /** Progress of a trial according to its checkpoints; undefined where there are none. */
  async measured(trial: Trial): Promise<Measured | undefined> {
    const path = this.checkpoint(trial);
    const found = await stat(path).catch(() => undefined);
    // an empty file is what a run left that ended before its first save
    if (found === undefined || found.size === 0) return undefined;
    const { step, history, best: known } = (await readCheckpoint(path)).state;
    const bestPath = path.replace(/\.json$/, '.best.json');
    const last = await readCheckpoint(bestPath).catch(() => undefined);
    const best = last?.state.best ?? known;
    const curve = history.map(
      ({ step, trainBpc, validationBpc }): CurvePoint => [step, validationBpc ?? trainBpc],
    );
    // the closing evaluation stands in the best checkpoint alone
    if (best && best.step > (curve.at(-1)?.[0] ?? 0)) curve.push([best.step, best.bpc]);
    return { step, curve, best };
  }

  isRunning(trial: Trial): boolean {
    return isLocked(this.checkpoint(trial));
  }

  /**
   * Waits for a run that is still being written, by a child of a sweep that was killed.
   * @returns whether there was one
   * @throws RnnError when that takes too long
   */
  async awaitWriter(trial: Trial): Promise<boolean> {
    let hasWaited = false;
    await awaitFree(this.checkpoint(trial), (error, waited) => {
      if (waited >= this.patience) throw error;
      if (waited === 0) say(`note: trial ${trial.number} is still being saved; waiting for it`);
      hasWaited = true;
      return true;
    });
    return hasWaited;
  }
}

/** @throws RnnError where the directory can't be had */
export async function inDirectory<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    makeFolder(directory);
    return await work();
  } catch (error) {
    if (error instanceof RnnError) throw error;
    const reason = systemReason(error as NodeJS.ErrnoException);
    throw new RnnError(
      'usage',
      `--out ${directory}: expected a directory to write to (${reason}); name another directory`,
      { cause: error },
    );
  }
}

/**
 * Waits until nobody writes a run.
 * @param waits is told who does, and for how long this has been waiting; false ends it
 */
export async function awaitFree(
  checkpoint: string,
  waits: (error: RnnError, waitedMs: number) => boolean,
): Promise<void> {
  if (!existsSync(dirname(checkpoint))) return;
  for (let waited = 0; ; waited += LOOK_MS) {
    try {
      return lockRun(checkpoint).release();
    } catch (error) {
      if (!(error instanceof RnnError)) throw error;
      if (!waits(error, waited)) return;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Where a trial of a sweep writes. */
export const trialFolder = (directory: string, { number }: Trial): string =>
  join(directory, String(number).padStart(DIGITS, '0'));

/** Its last checkpoint. @param name of each run */
export const trialCheckpoint = (directory: string, name: string, trial: Trial): string =>
  join(trialFolder(directory, trial), `${name}.json`);

/** What a sampler was asked for in a sweep that was begun; undefined where there is none. */
export async function askedIn(directory: string): Promise<Asked[] | undefined> {
  const text = await readFile(recordPath(directory), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : readAsked(text);
}

export const isBegun = (directory: string): boolean => existsSync(recordPath(directory));

const recordPath = (directory: string): string => join(directory, 'sweep.json');
