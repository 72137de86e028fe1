import { rm } from 'node:fs/promises';
import type { FittedConfig, RunOptions } from '../config/index.ts';
import type { Baselines } from '../corpus/index.ts';
import { formatFlow, lossChart } from '../report/index.ts';
import { Previewer, type TrainEvent, type Trainer } from '../train/index.ts';
import { Display } from './display.ts';
import { keepsModel } from './kept-models.ts';
import type { LiveRun } from './live-run.ts';
import { whenOrphaned } from './orphan.ts';
import { chartOptions, say, survivePipes, toJson, write } from './output.ts';
import { RunControls, type Steered } from './run-controls.ts';
import type { RunFiles } from './run-files.ts';
import { hasKeys, RunKeys } from './run-keys.ts';
import { RunSaver, type Saved } from './run-saver.ts';
import { sayEnd } from './say-end.ts';
import { turn } from './turns.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type EventOf<Kind> = Extract<TrainEvent, { event: Kind }>;

/**
 * Runs the trainer to its end: shows, prints and saves what it yields.
 * @param live the page of the run, where one is asked for
 */
export function follow(
  trainer: Trainer,
  files: RunFiles,
  options: RunOptions,
  config: FittedConfig,
  levels: Baselines,
  live?: LiveRun,
): Promise<void> {
  return new Run(trainer, files, options, config, levels, live).follow();
}

/** Computes this process's part of a run that another one shows, prints and saves. */
export async function accompany(trainer: Trainer): Promise<void> {
  const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  let exitCode: number | undefined;
  const onSignal = (signal: keyof typeof SIGNALS): void => {
    if (exitCode !== undefined && signal !== 'SIGTERM') process.exit(exitCode);
    exitCode ??= SIGNALS[signal];
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
  readonly #saver: RunSaver;
  readonly #live: LiveRun | undefined;
  readonly #controls: RunControls;
  #keys: RunKeys | undefined;
  /** of the samples that a key asks for */
  readonly #previewer: Previewer;
  /** how many samples were asked for by a key */
  #asked = 0;
  #exitCode: number | undefined;

  constructor(
    trainer: Trainer,
    files: RunFiles,
    options: RunOptions,
    config: FittedConfig,
    levels: Baselines,
    live: LiveRun | undefined,
  ) {
    this.#trainer = trainer;
    this.#files = files;
    this.#display = new Display(options.quiet);
    this.#options = options;
    this.#config = config;
    this.#levels = levels;
    this.#live = live;
    this.#saver = new RunSaver(trainer, files, this.#display, (saved) => this.#told(saved));
    this.#controls = new RunControls(this.#steered());
    this.#previewer = new Previewer(trainer.kernels, trainer.vocabulary, config.rngSeed);
  }

  async follow(): Promise<void> {
    const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
    for (const signal of signals) process.on(signal, this.#onSignal);
    survivePipes(() => this.#trainer.stop());
    whenOrphaned(() => this.#onSignal('SIGTERM'));
    try {
      this.#live?.steerBy((name) => this.#controls.control(name));
      if (this.#live) await this.#emit({ event: 'page', url: this.#live.url });
      if (hasKeys(this.#options)) this.#keys = new RunKeys(this.#controls, this.#showCurve, this.#display);
      for (const event of this.#trainer.run()) {
        await this.#handle(event);
        if (event.event !== 'wait' && event.event !== 'done') await this.#controls.answer();
        await turn();
      }
    } catch (error) {
      const known = this.#saver.withKept(error, this.#options.resume);
      this.#live?.failed(known);
      throw known;
    } finally {
      this.#display.close();
      this.#keys?.close();
      this.#files.log?.close();
      this.#controls.end();
      await this.#live?.close();
      for (const signal of signals) process.off(signal, this.#onSignal);
    }
    if (this.#exitCode !== undefined) process.exitCode = this.#exitCode;
  }

  /** The first signal ends the run, with a checkpoint; a second Ctrl-C leaves at once. */
  readonly #onSignal = (signal: keyof typeof SIGNALS): void => {
    if (this.#exitCode !== undefined) {
      // programs repeat it: to all processes of a job, and each to those that it has started
      if (signal === 'SIGTERM') return;
      this.#display.close();
      process.exit(this.#exitCode);
    }
    this.#exitCode = SIGNALS[signal];
    this.#trainer.stop();
    this.#controls.release();
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
    if (this.#live) await this.#showLive(this.#live, event);
    if (event.event === 'save') return this.#saver.save(event);
    this.#display.show(event);
    if (event.event === 'inspect') this.#display.log(`gradient at step ${event.step}`, formatFlow(event));
    if (event.event === 'sample') {
      this.#display.log(`sample at step ${event.step}`, event.text);
      this.#files.log?.addSample(event.step, event.text);
    }
    if (event.event === 'done') await this.#finish(event);
    else await this.#emit(event);
  }

  async #showLive(live: LiveRun, event: TrainEvent): Promise<void> {
    const { learningRate, steps } = this.#trainer;
    const { charactersPerSecond } = this.#display.progress;
    live.add(event, { learningRate, seconds: this.#display.watch.seconds, charactersPerSecond });
    if (event.event === 'done') live.ended(event.reason, event.step, steps);
    if (event.event !== 'step' || !keepsModel(event.step)) return;
    const lost = await live.keep(this.#trainer);
    if (lost !== undefined) this.#display.warn(lost);
  }

  async #emit(event: object): Promise<void> {
    if (this.#options.json) await write(`${toJson(event)}\n`);
  }

  /** Shows what the model writes now, unless the run is to end meanwhile. It draws from a stream of its own. */
  async #sample(of: string): Promise<void> {
    const { learned, step } = this.#trainer;
    const work = this.#previewer.draw(learned, of);
    let next = work.next();
    for (; !next.done; next = work.next()) {
      await turn();
      if (this.#exitCode !== undefined) return;
    }
    this.#display.log(`sample at step ${step}`, next.value);
  }

  readonly #showCurve = (): void => {
    const now = this.#display.progress.row;
    const rows = [...this.#trainer.history, ...(now ? [now] : [])];
    const chart = lossChart(rows, chartOptions(process.stderr));
    if (chart) this.#display.log(`loss at step ${this.#trainer.step}`, chart.trimEnd());
    else
      this.#display.note(`no curve yet: it starts at the first evaluation (step ${this.#config.evalEvery})`);
  };

  #steered(): Steered {
    const trainer = this.#trainer;
    return {
      get step() {
        return trainer.step;
      },
      sample: async () => {
        this.#asked++;
        await this.#sample(`asked ${this.#asked}`);
      },
      save: () => this.#saveNow(),
      halveRate: () => this.#changeRate(0.5),
      quit: () => this.#onSignal('SIGINT'),
      paused: async (again) => {
        this.#display.watch.stop();
        if (!again)
          this.#display.note(
            `paused at step ${trainer.step}; ${this.#keys ? 'p goes on' : 'its page lets it go on'}`,
          );
        this.#live?.status('paused');
        await this.#emit({ event: 'pause', step: trainer.step });
      },
      goesOn: async () => {
        this.#display.watch.goOn();
        this.#live?.status('running');
        await this.#emit({ event: 'resume', step: trainer.step });
      },
    };
  }

  async #changeRate(factor: number): Promise<number> {
    const step = this.#trainer.changeRate(factor);
    this.#saver.changed();
    this.#live?.rate(step, factor);
    this.#display.note(`learning rate x${factor} after step ${step}`);
    await this.#emit({ event: 'rate', step, factor });
    return step;
  }

  async #saveNow(): Promise<void> {
    await this.#saver.saveNow();
    this.#display.note(`saved ${this.#files.last} at step ${this.#trainer.step}`);
  }

  async #told(saved: Saved): Promise<void> {
    if (saved.error === undefined) this.#live?.saved(saved.kind, saved.step);
    await this.#emit(saved);
  }

  async #finish(event: EventOf<'done'>): Promise<void> {
    await this.#saver.finish();
    const { last } = this.#files;
    const { kernels, threads } = this.#trainer;
    const { charactersPerSecond } = this.#display.progress;
    const [backend, checkpoint] = [kernels.numerics, event.step > 0 ? last : null];
    const { best } = this.#saver;
    await this.#emit({ ...event, best: best ?? null, charactersPerSecond, checkpoint, backend, threads });
    this.#display.close();
    if (event.step === 0) {
      if (!this.#files.inPlace) await rm(last, { force: true });
      say('nothing has been learned, so nothing new is kept');
      return;
    }
    const { steps, history } = this.#trainer;
    const { seconds } = this.#display.progress;
    const { cell } = this.#config;
    const run = { steps, history, seconds, cell, best, baselines: this.#levels };
    if (!this.#options.quiet) sayEnd(event, run, this.#files);
  }
}
