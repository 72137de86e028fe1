import type { Checkpoint } from '../checkpoint/index.ts';
import {
  type Config,
  completeConfig,
  type PartialConfig,
  parseLayers,
  presetLayer,
  suggestedBy,
  trainSchema,
} from '../config/index.ts';
import { readCorpus } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels, prepareKernels } from '../kernels/index.ts';
import { type TrainEvent as Happened, type Plan, planTraining, Trainer } from '../train/index.ts';
import type { TextSource } from './api.ts';
import type { PortableRun, TrainEvent, TrainOptions } from './api-run.ts';
import { check, fromProgram, runSchema, splitOptions } from './checked.ts';
import type { Create } from './load.ts';
import { blobOf, type Compute } from './model.ts';
import { sourcesOf } from './sources.ts';
import { orAborted, Turns } from './turns.ts';

/** A run as it was asked for. */
interface Asked {
  text: TextSource;
  validation: TextSource | undefined;
  config: Config;
  /** settings that come with a preset alone */
  suggested: PartialConfig;
  compute: Compute;
  signal: AbortSignal | undefined;
}

/** @throws RnnError naming every setting that is wrong */
function checkAsked(text: TextSource, options: TrainOptions): Asked {
  const [{ validation, backend, threads, preset, ...settings }, signal] = splitOptions(options);
  const checked = check(runSchema, { backend, threads, preset });
  const given = fromProgram(settings);
  const suggesting = checked.preset === undefined ? undefined : presetLayer(checked.preset, [given]);
  const layers = suggesting ? [suggesting, given] : [given];
  const names = [...Object.keys(trainSchema.shape), ...Object.keys(runSchema.shape), 'validation', 'signal'];
  const config = completeConfig(parseLayers(trainSchema, layers, names));
  return {
    text,
    validation,
    config,
    suggested: suggestedBy(suggesting, [given]),
    compute: { backend: checked.backend, threads: checked.threads },
    signal,
  };
}

export class Run<Model> implements PortableRun<Model> {
  readonly #asked: Asked;
  readonly #create: Create<Model>;
  readonly #turns = new Turns();
  readonly #outcome = deferred<Model>();
  #claimed = false;
  #begun = false;
  #trainer: Trainer | undefined;
  /** whether what the trainer holds is that of a whole step */
  #atRest = false;
  readonly #waiting: Deferred<Checkpoint>[] = [];
  #best: Checkpoint | undefined;
  #paused: Deferred<void> | undefined;
  #stopped = false;
  /** why the run has failed */
  #failure: { reason: unknown } | undefined;

  constructor(text: TextSource, options: TrainOptions, create: Create<Model>) {
    this.#asked = checkAsked(text, options);
    this.#create = create;
  }

  [Symbol.asyncIterator](): AsyncGenerator<TrainEvent, void, void> {
    if (this.#claimed) throw new RnnError('usage', 'the run has begun', { hint: 'iterate over it once' });
    this.#claimed = true;
    const events = this.#events();
    const leave = events.return.bind(events);
    // a generator that is left before its first event runs nothing of its own
    events.return = (value) => {
      if (!this.#begun) this.#leave();
      return leave(value);
    };
    return events;
  }

  get model(): Promise<Model> {
    // who iterates begins in the same turn
    queueMicrotask(() => {
      if (!this.#claimed) void this.#finish();
    });
    return this.#outcome.promise;
  }

  /** To the end, where nobody looks at its events. */
  async #finish(): Promise<void> {
    this.#claimed = true;
    try {
      for await (const _ of this.#events());
    } catch {
      // the model's promise says why
    }
  }

  pause(): void {
    this.#paused ??= deferred();
  }

  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#trainer?.stop();
    this.resume();
  }

  async toBlob(): Promise<Blob> {
    return blobOf(await this.checkpoint());
  }

  /** The run after its last whole step. */
  async checkpoint(): Promise<Checkpoint> {
    if (!this.#trainer)
      throw new RnnError('usage', 'the run has not begun', { hint: 'save it from its first event on' });
    if (this.#atRest) return this.#trainer.snapshot();
    if (this.#failure) throw this.#failure.reason;
    const answer = deferred<Checkpoint>();
    this.#waiting.push(answer);
    return answer.promise;
  }

  async *#events(): AsyncGenerator<TrainEvent, void, void> {
    const { compute } = this.#asked;
    this.#begun = true;
    try {
      const { plan, notes } = await this.#plan();
      await prepareKernels();
      const kernels = createKernels(compute.backend, () => plan.memoryBytes);
      const trainer = new Trainer(plan, kernels, undefined, compute.threads);
      this.#trainer = trainer;
      if (this.#stopped) trainer.stop();
      for (const event of trainer.run()) {
        await this.#rest(event);
        if (event.event === 'wait') continue;
        const shown = publicOf(event, notes);
        if (shown.event === 'done') this.#learned();
        yield shown;
      }
    } catch (error) {
      this.#failure = { reason: error };
      for (const { reject } of [this.#outcome, ...this.#waiting.splice(0)]) reject(error);
      throw error;
    } finally {
      // changes nothing where the run has come to its end
      this.#leave();
    }
  }

  /** The result where nobody wants to see more. */
  #leave(): void {
    if (this.#trainer) {
      this.#answer();
      this.#learned();
    } else this.#outcome.reject(new RnnError('usage', 'the run was left before it had begun'));
  }

  #learned(): void {
    const learned = this.#best ?? this.#trainer!.snapshot();
    this.#outcome.resolve(this.#create(learned, this.#asked.compute));
  }

  async #plan(): Promise<{ plan: Plan; notes: readonly string[] }> {
    const { text, validation, config, suggested, signal } = this.#asked;
    const notes: string[] = [];
    const read = async (source: TextSource, what: string, known?: Plan['corpus']) => {
      const sources = await sourcesOf(source, what, (note) => notes.push(note), signal);
      const { unit, encoding, invalid } = config;
      const more = known && ({ vocabulary: known.vocabulary, unknown: 'add' } as const);
      const corpus = await orAborted(
        readCorpus(sources, { unit, encoding, invalid, signal, ...more }),
        signal,
      );
      notes.push(...corpus.notes);
      return corpus;
    };
    const corpus = await read(text, 'the text');
    const measured = validation === undefined ? undefined : await read(validation, 'validation', corpus);
    if (measured?.sha256 === corpus.sha256) {
      const hint = 'name a text that is not trained on';
      throw new RnnError('usage', 'validation: this text is trained on as well', {
        setting: 'validation',
        hint,
      });
    }
    const plan = planTraining(config, corpus, measured, suggested);
    return { plan, notes: [...notes, ...plan.notes] };
  }

  /** After each unit of work: keeps what it has brought, answers who asked for it, and lets others take their turn. */
  async #rest(event: Happened): Promise<void> {
    const { signal } = this.#asked;
    if (event.event === 'save' && event.kind === 'best') this.#best = event.checkpoint;
    this.#atRest = event.event !== 'wait';
    if (this.#atRest) {
      this.#answer();
      if (this.#paused) await orAborted(this.#paused.promise, signal);
    }
    await this.#turns.take(signal);
  }

  #answer(): void {
    if (this.#waiting.length === 0) return;
    const checkpoint = this.#trainer!.snapshot();
    for (const { resolve } of this.#waiting.splice(0)) resolve(checkpoint);
  }
}

function publicOf(event: Exclude<Happened, { event: 'wait' }>, notes: readonly string[]): TrainEvent {
  if (event.event === 'start') return { ...event, notes };
  if (event.event !== 'save') return event;
  const { step, kind } = event;
  return { event: 'save', step, kind };
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** A promise that others settle; nobody need listen. */
function deferred<T>(): Deferred<T> {
  let settle!: Omit<Deferred<T>, 'promise'>;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => {});
  return { promise, ...settle };
}
