import { replaceFile, STALE_MS } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { adopt, asClimber, isOver, revivable, type TrialRecord, writeNote } from '../sweep/index.ts';
import { makeFolder } from './make-folder.ts';
import { say } from './output.ts';
import type { PreparedSweep } from './prepare-sweep.ts';
import { inDirectory, SweepFiles, type SweepIdentity } from './sweep-files.ts';
import { LocalPlace } from './sweep-place.ts';
import { recover } from './sweep-recover.ts';
import { Sweep } from './sweep-run.ts';

/**
 * Files of a sweep as one of many processes has them, each with a trial of its own, on machines that share a directory: it
 * notes how far its trial has come, and reads what the others have noted.
 */
class TaskFiles extends SweepFiles {
  readonly #number: number;
  // one on a machine that is no more is known to have ended by the age of its lock
  protected override readonly patience = STALE_MS + 60_000;

  private constructor(directory: string, sweep: SweepIdentity, number: number) {
    super(directory, sweep);
    this.#number = number;
  }

  static at(directory: string, sweep: SweepIdentity, number: number): Promise<TaskFiles> {
    return inDirectory(directory, async () => new TaskFiles(directory, sweep, number));
  }

  override async write(trials: readonly TrialRecord[]): Promise<void> {
    await this.begin(trials.find(({ number }) => number === this.#number)!);
  }

  override async begin(trial: TrialRecord): Promise<void> {
    makeFolder(this.folder(trial));
    await replaceFile(this.notePath(trial), [writeNote(this.sweep.definition, trial)]);
  }

  override refresh(trials: readonly TrialRecord[]): void {
    for (const trial of trials) if (trial.number !== this.#number) adopt(trial, this.noted(trial), false);
  }
}

/** Runs one trial of a sweep. */
export async function runTask(prepared: PreparedSweep, number: number): Promise<void> {
  const { definition, trials, steps, directory, identity, options } = prepared;
  const files = await TaskFiles.at(directory, identity, number);
  const records = await files.read(trials, steps, true);
  const trial = records[number - 1]!;
  const { rungs } = definition;
  const isRevived = rungs && revivable(records.map(asClimber), rungs.reduction).includes(number);
  if (isOver(trial) && !isRevived) {
    say(`trial ${number} is over already: ${trial.state} at step ${trial.step}`);
    return;
  }
  // a failed one is tried again
  if (trial.state === 'failed') Object.assign(trial, { state: 'waiting', error: null });
  await files.awaitWriter(trial);
  await recover(trial, records, files, definition);
  const share = { jobs: 1, ...(options.threads && { threads: options.threads }) };
  const place = new LocalPlace(definition, files, share, number);
  const exitCode = await new Sweep(definition, records, files, place, options.json).run();
  if (trial.state === 'failed') throw new RnnError('usage', `trial ${number}: ${trial.error}`);
  if (exitCode !== undefined) process.exitCode = exitCode;
}
