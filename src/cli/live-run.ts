import type { TrainingState } from '../checkpoint/index.ts';
import type { Baselines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { Collector, type Figures } from '../live/collector.ts';
import { findingCopies } from '../live/copied.ts';
import { servedPage } from '../live/document.ts';
import { Feed } from '../live/feed.ts';
import { newId } from '../live/names.ts';
import type { Control, Level, Preview, RunStatus, Snapshot } from '../live/protocol.ts';
import { LiveServer } from '../live/server.ts';
import { livePageSources } from '../report/built.ts';
import type { DoneReason, Plan, TrainEvent, Trainer } from '../train/index.ts';
import { dropLaterModels, keepLevels, keepModel, keptModels } from './kept-models.ts';
import { openBrowser } from './open-browser.ts';
import { hint, say, warn } from './output.ts';
import type { RunFiles } from './run-files.ts';

/** When a run has ended its page is served until nothing more is asked for, in milliseconds, but no longer than that. */
const [QUIET_MS, MOST_MS] = [2000, 10_000];
/**
 * The fraction of the time that may go into finding what of previews is copied, and the milliseconds for it in the end; how many
 * are looked for at a time.
 */
const [SEARCHING, SEARCHING_MS, MOST_SEARCHED] = [0.005, 1000, 8];

/** A run in progress as its page shows it. */
export class LiveRun {
  readonly #plan: Plan;
  readonly #files: RunFiles;
  readonly #collector: Collector;
  readonly #feed: Feed;
  #server!: LiveServer;
  /** whether a browser is about to show the page */
  #isOpened = false;
  #control: (name: Control) => Promise<number> = notBegun;
  #search: Generator<void, Preview[], void> | undefined;
  /** previews whose copied stretches are not known yet */
  #unsearched: Preview[] = [];
  #searchingSeconds = 0;

  private constructor(
    trainer: Trainer,
    plan: Plan,
    files: RunFiles,
    levels: Baselines,
    state: TrainingState | undefined,
  ) {
    this.#plan = plan;
    this.#files = files;
    const { config, parameters, streams } = plan;
    this.#collector = new Collector({
      id: newId(files.last),
      checkpoint: files.last,
      settings: { ...config },
      parameters,
      steps: trainer.steps,
      stepsPerEpoch: streams.windows,
      charactersPerStep: config.batchSize * config.seqLength,
      startStep: trainer.step,
      step: trainer.step,
      levels: levelsOf(levels),
      history: state?.history ?? [],
      previews: state?.previews.map((row) => ({ ...row, copied: null })) ?? [],
      flow: state?.flow ?? [],
      rateChanges: state?.rateChanges ?? [],
      snapshots: [],
      status: { kind: 'running', message: null },
    });
    this.#unsearched = [...this.#collector.record.previews];
    this.#feed = new Feed({
      records: () => [this.#collector.record],
      take: () => this.#collector.take(),
    });
  }

  /**
   * Serves the page of a run that is about to begin, and opens it. To be closed in every case.
   * @param state of the run that is resumed
   */
  static async open(
    trainer: Trainer,
    plan: Plan,
    files: RunFiles,
    levels: Baselines,
    state: TrainingState | undefined,
  ): Promise<LiveRun> {
    const live = new LiveRun(trainer, plan, files, levels, state);
    live.#showModels();
    const error = await keepLevels(files.last, live.#collector.record.levels);
    if (error !== undefined) warn(error);
    live.#server = await LiveServer.start({
      page: servedPage({ language: 'en', runs: [], models: {} }),
      ...livePageSources(),
      feed: live.#feed,
      model: (key) => live.#modelFile(key),
      control: (name) => live.#control(name),
    });
    live.#isOpened = showPage(live.url, () => {
      live.#isOpened = false;
    });
    return live;
  }

  get url(): string {
    return this.#server.url;
  }

  /** From now on the page steers the run. */
  steerBy(control: (name: Control) => Promise<number>): void {
    this.#control = control;
  }

  /** @param figures of the run after it */
  add(event: TrainEvent, figures: Figures): void {
    this.#collector.add(event, figures);
    this.#feed.news();
    if (event.event === 'sample') this.#unsearched.push({ step: event.step, text: event.text, copied: null });
    if (this.#searches && this.#searchingSeconds <= SEARCHING * figures.seconds) this.#searchOn();
  }

  /** Keeps the model of this step. @returns what went wrong, which ends nothing */
  async keep({ step, learned, vocabulary }: Trainer): Promise<string | undefined> {
    const { config } = this.#plan;
    const error = await keepModel(this.#files.last, { step, config, vocabulary, weights: learned });
    if (error === undefined) this.#snapshot({ step, kind: 'kept' });
    return error && `${error}; training goes on without it`;
  }

  /** A checkpoint was written. */
  saved(kind: 'last' | 'best', step: number): void {
    this.#snapshot({ step, kind });
  }

  #snapshot(snapshot: Snapshot): void {
    const { snapshots } = this.#collector.record;
    const others = snapshots.filter(({ kind }) => kind !== 'kept' && kind !== snapshot.kind);
    const newest = snapshot.kind === 'kept' ? [] : [snapshot];
    this.#collector.snapshot([...this.#kept(), ...others, ...newest], snapshot);
    this.#feed.news();
  }

  #kept(): Snapshot[] {
    return keptModels(this.#files.last).map(({ step }) => ({ step, kind: 'kept' }));
  }

  /** The models that are there before the first event. */
  #showModels(): void {
    const { last, kept } = this.#files;
    const { record } = this.#collector;
    dropLaterModels(last, record.startStep);
    const best: Snapshot[] = kept ? [{ step: kept.step, kind: 'best' }] : [];
    const resumed: Snapshot[] = record.startStep > 0 ? [{ step: record.startStep, kind: 'last' }] : [];
    record.snapshots = [...this.#kept(), ...best, ...(this.#files.inPlace ? resumed : [])];
  }

  #modelFile(key: string): string | undefined {
    const { id, snapshots } = this.#collector.record;
    const { last, best } = this.#files;
    const files = new Map(keptModels(last).map(({ step, path }) => [`${id}/${step}`, path]));
    for (const { kind } of snapshots) if (kind !== 'kept') files.set(`${id}/${kind}`, { last, best }[kind]);
    return files.get(key);
  }

  rate(step: number, factor: number): void {
    this.#collector.rate({ step, factor });
    this.#feed.news();
  }

  status(kind: RunStatus['kind'], message: string | null = null): void {
    this.#collector.status({ kind, message });
    this.#feed.news();
  }

  /** @param reason why the run ended */
  ended(reason: DoneReason, step: number, steps: number): void {
    const { last } = this.#files;
    const messages = {
      finished: `all ${steps} steps were made`,
      patience: `no evaluation was better for a while (--patience), so the run ended at step ${step}`,
      stopped: step === 0 ? 'nothing has been learned' : `saved at step ${step}; --resume ${last} goes on`,
    };
    const start = performance.now();
    while (this.#searches && performance.now() - start < SEARCHING_MS) this.#searchOn();
    this.status(reason, messages[reason]);
  }

  failed(error: unknown): void {
    const isKnown = error instanceof RnnError;
    this.status(
      isKnown && error.code === 'diverged' ? 'diverged' : 'failed',
      isKnown ? error.message : 'a defect in rnn ended the run',
    );
  }

  /** Whether there is something to search that somebody would see. */
  get #searches(): boolean {
    const isSeen = this.#feed.isWatched || this.#isOpened;
    return isSeen && (this.#search !== undefined || this.#unsearched.length > 0);
  }

  /** Looks a little further for what is copied. */
  #searchOn(): void {
    const { train, corpus } = this.#plan;
    const start = performance.now();
    this.#search ??= findingCopies(this.#unsearched.splice(-MOST_SEARCHED), train, corpus.vocabulary);
    const { done, value } = this.#search.next();
    if (done) {
      this.#search = undefined;
      for (const preview of value) this.#collector.preview(preview);
    }
    this.#searchingSeconds += (performance.now() - start) / 1000;
  }

  /** Ends the server; pages that are open have time to get what they do not have yet. */
  async close(): Promise<void> {
    await this.#server.close(QUIET_MS, MOST_MS, this.#isOpened);
  }
}

const notBegun = async (): Promise<number> => {
  throw new RnnError('usage', 'the run has not begun');
};

function levelsOf({ uniform, unigram, bigram, fivegram }: Baselines): Level[] {
  return Object.entries({ uniform, unigram, bigram, fivegram }).map(([name, bpc]) => ({
    name: name as Level['name'],
    bpc,
  }));
}

/** Says where the page is, and opens it. @param failed is called where no browser came up @returns whether one is started */
export function showPage(url: string, failed = () => {}): boolean {
  sayAddress(url);
  const reason = openBrowser(url, (failure) => {
    warn(`note: no browser could be started (${failure})`);
    failed();
  });
  const { port } = new URL(url);
  if (reason !== undefined)
    hint(
      `no browser was opened (${reason}); from another machine: ssh -L ${port}:127.0.0.1:${port}, then the same address`,
    );
  return reason === undefined;
}

export const sayAddress = (url: string): void => say(`page: ${url}`);
