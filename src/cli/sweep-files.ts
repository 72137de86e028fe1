import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lockRun, type RunLock, readCheckpoint, removeLeftovers, replaceFile } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { sweepPage } from '../report/index.ts';
import type { SweepDefinition } from '../sweep/index.ts';
import {
  type CurvePoint,
  type Measured,
  newProgress,
  optunaJournal,
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
/** How long to wait for a run whose last writer is about to end, and how often to look. */
const [PATIENCE_MS, LOOK_MS] = [60_000, 100];

/** Files of a sweep: its record, its results, and a folder with the checkpoints of each trial. */
export class SweepFiles {
  readonly directory: string;
  readonly #definition: SweepDefinition;
  /** of the sweep, for titles */
  readonly #title: string;
  /** of each run */
  readonly #name: string;
  readonly #lock: RunLock;

  private constructor(
    directory: string,
    definition: SweepDefinition,
    title: string,
    name: string,
    lock: RunLock,
  ) {
    this.directory = directory;
    this.#definition = definition;
    this.#title = title;
    this.#name = name;
    this.#lock = lock;
  }

  /** @throws RnnError where another process runs this sweep, or the directory can't be had */
  static async open(
    directory: string,
    definition: SweepDefinition,
    title: string,
    name: string,
  ): Promise<SweepFiles> {
    try {
      makeFolder(directory);
      const lock = lockRun(recordPath(directory));
      await removeLeftovers(directory, recordPath(directory));
      return new SweepFiles(directory, definition, title, name, lock);
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

  close(): void {
    this.#lock.release();
  }

  /**
   * What is on record of the trials; new where there is no record.
   * @throws RnnError where the file of the sweep has changed since
   */
  async read(trials: readonly Trial[], steps: readonly number[], file: string): Promise<TrialRecord[]> {
    const { directory } = this;
    const record = recordPath(directory);
    const text = await readFile(record, 'utf8').catch(() => undefined);
    if (text === undefined) return trials.map((trial, i) => ({ ...trial, ...newProgress(steps[i]!) }));
    return readRecord(text, this.#definition, trials, steps, { file, record, directory });
  }

  /** Replaces record and results, each in one step. */
  async write(trials: readonly TrialRecord[]): Promise<void> {
    this.#lock.check();
    const definition = this.#definition;
    const results = trials.map((trial) => resultOf(definition, trial));
    const contents = [
      [recordPath(this.directory), writeRecord(definition, trials)],
      [this.path('results.csv'), resultsCsv(definition, results)],
      [this.path('results.jsonl'), resultsJsonl(results)],
      [this.path('optuna.log'), optunaJournal(this.#title, definition, trials)],
      [this.path('report.html'), sweepPage(this.#title, definition, trials)],
    ] as const;
    for (const [path, content] of contents) await replaceFile(path, [content]);
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
    return trialCheckpoint(this.directory, this.#name, trial);
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

  /**
   * Waits for a run that is still being written, by a child of a sweep that was killed.
   * @throws RnnError when that takes too long
   */
  async awaitWriter(trial: Trial): Promise<void> {
    await awaitFree(this.checkpoint(trial), (error, waited) => {
      if (waited >= PATIENCE_MS) throw error;
      if (waited === 0) say(`note: trial ${trial.number} is still being saved; waiting for it`);
      return true;
    });
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

const recordPath = (directory: string): string => join(directory, 'sweep.json');
