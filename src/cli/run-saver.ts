import { type Checkpoint, writeCheckpoint } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { reasonOf } from '../system-reason.ts';
import type { TrainEvent, Trainer } from '../train/index.ts';
import type { Display } from './display.ts';
import { withMore } from './output.ts';
import type { Best, RunFiles } from './run-files.ts';

/** What became of a write: an event, where it failed with the reason. */
export interface Saved {
  event: 'save';
  step: number;
  kind: 'last' | 'best';
  checkpoint: string;
  error?: string;
}

/** Writes the checkpoints of a run. */
export class RunSaver {
  readonly #trainer: Trainer;
  readonly #files: RunFiles;
  readonly #display: Display;
  readonly #tell: (saved: Saved) => Promise<void>;
  readonly #startStep: number;
  /** of the last checkpoint this run has written */
  #savedStep: number | undefined;
  /** the step at which it would be written once more as it is */
  #unchangedStep: number | undefined;
  /** of the best checkpoint on disk */
  #best: Best | undefined;
  /** a best checkpoint that could not be saved yet */
  #unsavedBest: Checkpoint | undefined;
  /** whether it was said that the file system does not confirm what it stores */
  #unconfirmed = false;

  /** @param tell is called after each write */
  constructor(trainer: Trainer, files: RunFiles, display: Display, tell: (saved: Saved) => Promise<void>) {
    this.#trainer = trainer;
    this.#files = files;
    this.#display = display;
    this.#tell = tell;
    this.#startStep = trainer.step;
    this.#best = files.kept;
  }

  /** The best evaluation whose checkpoint is on disk. */
  get best(): Best | undefined {
    return this.#best;
  }

  async save({ step, kind, checkpoint }: Extract<TrainEvent, { event: 'save' }>): Promise<void> {
    if (kind === 'best') return this.#saveBest(checkpoint);
    // nothing has changed since, so the file would be the same
    if (step !== this.#unchangedStep) await this.#saveLast(step, checkpoint);
    if (this.#unsavedBest) await this.#saveBest(this.#unsavedBest);
  }

  /** Saves the run as it stands, which may still be evaluated at this step. @throws RnnError where that fails */
  async saveNow(): Promise<void> {
    const { step } = this.#trainer;
    const error = await this.#write('last', this.#trainer.snapshot());
    if (error !== undefined) throw new RnnError('checkpoint', error);
    this.#savedStep = step;
    this.changed();
  }

  /** To be called when something that is saved has changed between two steps. */
  changed(): void {
    this.#unchangedStep = undefined;
  }

  /** @throws RnnError where a best checkpoint is still unsaved and stays so */
  async finish(): Promise<void> {
    if (!this.#unsavedBest) return;
    const error = await this.#write('best', this.#unsavedBest);
    if (error !== undefined) throw unsaved(error);
    this.#best = this.#unsavedBest.state.best!;
  }

  /**
   * Training goes on when a save in the middle fails (a full disk may be freed); the first and the last must succeed.
   */
  async #saveLast(step: number, checkpoint: Checkpoint): Promise<void> {
    const error = await this.#write('last', checkpoint);
    if (error === undefined) this.#savedStep = this.#unchangedStep = step;
    else if (step === 0 || this.#trainer.ended) throw unsaved(error);
    else this.#display.warn(`${error}; training goes on, the next save will try again`);
  }

  /** A better one is never replaced, be it of an earlier part of this run; one that cannot be saved is kept for later. */
  async #saveBest(checkpoint: Checkpoint): Promise<void> {
    const best = checkpoint.state.best!;
    if (this.#best && this.#best.bpc <= best.bpc) return;
    const error = await this.#write('best', checkpoint);
    this.#unsavedBest = error === undefined ? undefined : checkpoint;
    if (error === undefined) this.#best = best;
    else if (!this.#trainer.ended)
      this.#display.warn(`${error}; training goes on, the next save will try again`);
  }

  /** @returns what went wrong */
  async #write(kind: 'last' | 'best', checkpoint: Checkpoint): Promise<string | undefined> {
    const { step } = checkpoint.state;
    const path = this.#files[kind];
    const error = await this.#tryWrite(path, checkpoint);
    const saved: Saved = { event: 'save', step, kind, checkpoint: path };
    await this.#tell(error === undefined ? saved : { ...saved, error });
    return error;
  }

  async #tryWrite(path: string, checkpoint: Checkpoint): Promise<string | undefined> {
    try {
      this.#files.lock.check();
      const confirmed = await writeCheckpoint(path, checkpoint);
      if (!confirmed && !this.#unconfirmed) {
        this.#unconfirmed = true;
        this.#display.note(
          'note: saved, but this file system does not confirm that a new file survives a power cut',
        );
      }
      return undefined;
    } catch (error) {
      if (error instanceof RnnError && error.code === 'checkpoint') return error.message;
      // a folder that is gone for the moment has no place for the lock
      return `${path}: the checkpoint of step ${checkpoint.state.step} could not be saved (${reasonOf(error)})`;
    }
  }

  /** The error that ended the run, with the checkpoint that is left of it. @param resumed the one that it went on from */
  withKept(error: unknown, resumed: string | undefined): unknown {
    if (!(error instanceof RnnError && ['diverged', 'thread'].includes(error.code))) return error;
    const [path, step] =
      this.#savedStep === undefined ? [resumed, this.#startStep] : [this.#files.last, this.#savedStep];
    return path === undefined ? error : withMore(error, `${path} keeps step ${step}`);
  }
}

const unsaved = (error: string): RnnError =>
  new RnnError('checkpoint', `${error}; free some space or name another directory with --out`);
