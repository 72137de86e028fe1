import { rm } from 'node:fs/promises';
import { type Checkpoint, writeCheckpoint } from '../checkpoint/index.ts';
import type { FittedConfig, RunOptions } from '../config/index.ts';
import type { Baselines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { formatFlow, lossChart } from '../report/index.ts';
import { Sampler } from '../sample/index.ts';
import { systemReason } from '../system-reason.ts';
import { previewing, type TrainEvent, type Trainer } from '../train/index.ts';
import { Display } from './display.ts';
import { whenOrphaned } from './orphan.ts';
import { chartOptions, say, survivePipes, toJson, withMore, write } from './output.ts';
import type { Best, RunFiles } from './run-files.ts';
import { hasKeys, RunKeys } from './run-keys.ts';
import { sayEnd } from './say-end.ts';
import { turn } from './turns.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type EventOf<Kind> = Extract<TrainEvent, { event: Kind }>;

/** Runs the trainer to its end: shows, prints and saves what it yields. */
export function follow(
  trainer: Trainer,
  files: RunFiles,
  options: RunOptions,
  config: FittedConfig,
  levels: Baselines,
): Promise<void> {
  return new Run(trainer, files, options, config, levels).follow();
}

/** Computes this process's part of a run that another one shows, prints and saves. */
export async function accompany(trainer: Trainer): Promise<void> {
  const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  let exitCode: number | undefined;
  const onSignal = (signal: keyof typeof SIGNALS): void => {
    if (exitCode !== undefined) process.exit(exitCode);
    exitCode = SIGNALS[signal];
    trainer.stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  for (const _ of trainer.run()) await turn();
  if (exitCode !== undefined) process.exitCode = exitCode;
}

class Run {
  readonly #trainer: Trainer;
  readonly #files: RunFiles;
  readonly #options: RunOptions;
  readonly #config: FittedConfig;
  readonly #levels: Baselines;
  readonly #display: Display;
  readonly #startStep: number;
  #keys: RunKeys | undefined;
  /** of all previews */
  #sampler: Sampler | undefined;
  /** how many samples were asked for by a key */
  #asked = 0;
  /** of the last checkpoint this run has written */
  #savedStep: number | undefined;
  /** of the best checkpoint on disk */
  #best: Best | undefined;
  /** a best checkpoint that could not be saved yet */
  #unsavedBest: Checkpoint | undefined;
  #exitCode: number | undefined;
  /** whether it was said that the file system does not confirm what it stores */
  #unconfirmed = false;

  constructor(
    trainer: Trainer,
    files: RunFiles,
    options: RunOptions,
    config: FittedConfig,
    levels: Baselines,
  ) {
    this.#trainer = trainer;
    this.#files = files;
    this.#display = new Display(options.quiet);
    this.#options = options;
    this.#config = config;
    this.#levels = levels;
    this.#startStep = trainer.step;
    this.#best = files.kept;
  }

  async follow(): Promise<void> {
    const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
    for (const signal of signals) process.on(signal, this.#onSignal);
    survivePipes(() => this.#trainer.stop());
    if (hasKeys(this.#options)) this.#keys = new RunKeys(this.#steered, this.#display);
    whenOrphaned(() => this.#onSignal('SIGTERM'));
    try {
      for (const event of this.#trainer.run()) {
        await this.#handle(event);
        if (event.event !== 'wait' && event.event !== 'done') await this.#keys?.answer(this.#trainer.step);
        await turn();
      }
    } catch (error) {
      throw this.#withKept(error);
    } finally {
      this.#display.close();
      this.#keys?.close();
      this.#files.log?.close();
      for (const signal of signals) process.off(signal, this.#onSignal);
    }
    if (this.#exitCode !== undefined) process.exitCode = this.#exitCode;
  }

  /** The first signal ends the run, with a checkpoint; the second leaves at once. */
  readonly #onSignal = (signal: keyof typeof SIGNALS): void => {
    if (this.#exitCode !== undefined) {
      this.#display.close();
      process.exit(this.#exitCode);
    }
    this.#exitCode = SIGNALS[signal];
    this.#trainer.stop();
    this.#keys?.release();
    const { step } = this.#trainer;
    this.#display.note(
      step === 0
        ? 'stopping before the first step'
        : `stopping after step ${step}, saving ${this.#files.last} …`,
    );
  };

  async #handle(event: TrainEvent): Promise<void> {
    if (event.event === 'wait') return;
    const lost = this.#files.log?.add(event, this.#trainer.learningRate);
    if (lost !== undefined) this.#display.warn(lost);
    if (event.event === 'save') return this.#save(event);
    this.#display.show(event);
    if (event.event === 'inspect') this.#display.log(`gradient at step ${event.step}`, formatFlow(event));
    if (event.event === 'sample') await this.#preview(event);
    else if (event.event === 'done') await this.#finish(event);
    else await this.#emit(event);
  }

  async #emit(event: object): Promise<void> {
    if (this.#options.json) await write(`${toJson(event)}\n`);
  }

  async #preview(event: EventOf<'sample'>): Promise<void> {
    const text = await this.#sample(event.step);
    if (text === undefined) return;
    this.#files.log?.addSample(event.step, text);
    await this.#emit({ ...event, text });
  }

  /**
   * Shows what the model writes now. It draws from a stream of its own, so that it never changes training.
   * @returns nothing where the run is to end meanwhile
   */
  async #sample(seed: number | string): Promise<string | undefined> {
    const { learned, kernels, vocabulary, step } = this.#trainer;
    this.#sampler ??= new Sampler(learned, kernels);
    const work = previewing(this.#sampler, vocabulary, this.#config.rngSeed, seed);
    let next = work.next();
    for (; !next.done; next = work.next()) {
      await turn();
      if (this.#exitCode !== undefined) return undefined;
    }
    const text = next.value;
    this.#display.log(`sample at step ${step}`, text);
    return text;
  }

  readonly #steered = {
    showCurve: (): void => {
      const now = this.#display.progress.row;
      const rows = [...this.#trainer.history, ...(now ? [now] : [])];
      const chart = lossChart(rows, chartOptions(process.stderr));
      if (chart) this.#display.log(`loss at step ${this.#trainer.step}`, chart.trimEnd());
      else
        this.#display.note(
          `no curve yet: it starts at the first evaluation (step ${this.#config.evalEvery})`,
        );
    },
    sample: async (): Promise<void> => {
      this.#asked++;
      await this.#sample(`asked ${this.#asked}`);
    },
    quit: (): void => this.#onSignal('SIGINT'),
  };

  async #finish(event: EventOf<'done'>): Promise<void> {
    if (this.#unsavedBest) {
      const error = await this.#write('best', this.#unsavedBest);
      if (error !== undefined) throw unsaved(error);
      this.#best = this.#unsavedBest.state.best!;
    }
    const { last } = this.#files;
    const { kernels, threads } = this.#trainer;
    const { charactersPerSecond } = this.#display.progress;
    const [backend, checkpoint] = [kernels.numerics, event.step > 0 ? last : null];
    const best = this.#best ?? null;
    await this.#emit({ ...event, best, charactersPerSecond, checkpoint, backend, threads });
    this.#display.close();
    if (event.step === 0) {
      if (!this.#files.inPlace) await rm(last, { force: true });
      say('nothing has been learned, so nothing new is kept');
      return;
    }
    const { steps, history } = this.#trainer;
    const { seconds } = this.#display.progress;
    const { cell } = this.#config;
    const run = { steps, history, seconds, cell, best: this.#best, baselines: this.#levels };
    if (!this.#options.quiet) sayEnd(event, run, this.#files);
  }

  async #save({ step, kind, checkpoint }: EventOf<'save'>): Promise<void> {
    if (kind === 'best') return this.#saveBest(checkpoint);
    // nothing has changed since, so the file would be the same
    if (step !== this.#savedStep) await this.#saveLast(step, checkpoint);
    if (this.#unsavedBest) await this.#saveBest(this.#unsavedBest);
  }

  /**
   * Training goes on when a save in the middle fails (a full disk may be freed); the first and the last must succeed.
   */
  async #saveLast(step: number, checkpoint: Checkpoint): Promise<void> {
    const error = await this.#write('last', checkpoint);
    if (error === undefined) this.#savedStep = step;
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
    await this.#emit({
      event: 'save',
      step,
      kind,
      checkpoint: path,
      ...(error === undefined ? {} : { error }),
    });
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
      const { syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      const reason = systemReason(error as NodeJS.ErrnoException);
      return `${path}: the checkpoint of step ${checkpoint.state.step} could not be saved (${reason})`;
    }
  }

  /** The error that ended the run, with the checkpoint that is left of it. */
  #withKept(error: unknown): unknown {
    if (!(error instanceof RnnError && ['diverged', 'thread'].includes(error.code))) return error;
    const [path, step] =
      this.#savedStep === undefined
        ? [this.#options.resume, this.#startStep]
        : [this.#files.last, this.#savedStep];
    return path === undefined ? error : withMore(error, `${path} keeps step ${step}`);
  }
}

const unsaved = (error: string): RnnError =>
  new RnnError('checkpoint', `${error}; free some space or name another directory with --out`);
