import type { Checkpoint } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels, prepareKernels } from '../kernels/index.ts';
import { type TrainEvent as Happened, otherNumerics, type Start, Trainer } from '../train/index.ts';
import { orAborted, Turns } from '../turns.ts';
import type { TextSource } from './api.ts';
import type { PortableRun, TrainEvent, TrainOptions } from './api-run.ts';
import { type Asked, checkAsked, planAsked } from './asked.ts';
import type { Create } from './load.ts';
import { blobOf } from './model.ts';

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
  #copying: Promise<Checkpoint> | undefined;
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
    if (this.#atRest) return this.#copy();
    if (this.#failure) throw this.#failure.reason;
    const answer = deferred<Checkpoint>();
    this.#waiting.push(answer);
    return answer.promise;
  }

  /** A copy of what the trainer holds, which makes no step meanwhile. */
  #copy(): Promise<Checkpoint> {
    this.#copying ??= this.#turns.finish(this.#trainer!.keeping()).finally(() => {
      this.#copying = undefined;
    });
    return this.#copying;
  }

  async *#events(): AsyncGenerator<TrainEvent, void, void> {
    const { compute } = this.#asked;
    this.#begun = true;
    try {
      const { plan, start, notes } = await planAsked(this.#asked);
      await prepareKernels();
      const kernels = createKernels(compute.backend, () => plan.memoryBytes);
      const differing = otherNumerics(start, kernels.numerics);
      const said = differing === undefined ? notes : [...notes, differing];
      const trainer = new Trainer(plan, kernels, start, compute.threads);
      this.#best = bestOf(start);
      this.#trainer = trainer;
      if (this.#stopped) trainer.stop();
      for (const event of trainer.run()) {
        await this.#rest(event);
        if (event.event === 'wait') continue;
        const shown = publicOf(event, said);
        if (shown.event === 'done') await this.#learned();
        yield shown;
        await this.#copied();
      }
    } catch (error) {
      this.#failure = { reason: error };
      for (const { reject } of [this.#outcome, ...this.#waiting.splice(0)]) reject(error);
      throw error;
    } finally {
      // changes nothing where the run has come to its end
      if (!this.#failure) await this.#leave();
    }
  }

  /** The result where nobody wants to see more. */
  async #leave(): Promise<void> {
    if (this.#trainer) {
      await this.#answer();
      await this.#learned();
    } else this.#outcome.reject(new RnnError('usage', 'the run was left before it had begun'));
  }

  async #learned(): Promise<void> {
    const learned = this.#best ?? (await this.#copy());
    this.#outcome.resolve(this.#create(learned, this.#asked.compute));
  }

  /** After each unit of work: keeps what it has brought, answers who asked for it, and lets others take their turn. */
  async #rest(event: Happened): Promise<void> {
    const { signal } = this.#asked;
    if (event.event === 'save' && event.kind === 'best') this.#best = event.checkpoint;
    this.#atRest = event.event !== 'wait';
    if (this.#atRest) {
      await this.#answer();
      if (this.#paused) await orAborted(this.#paused.promise, signal);
    }
    await this.#turns.take(signal);
    await this.#copied();
  }

  /** The trainer may go on. */
  async #copied(): Promise<void> {
    // who asked for the copy hears of its failure
    while (this.#copying) await this.#copying.catch(() => {});
  }

  async #answer(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const checkpoint = await this.#copy();
    for (const { resolve } of this.#waiting.splice(0)) resolve(checkpoint);
  }
}

/** The best state so far, where it is the one that a run goes on from. */
function bestOf(start: Start): Checkpoint | undefined {
  if (start.kind !== 'resume') return undefined;
  const { best, step } = start.checkpoint.state;
  return best?.step === step ? start.checkpoint : undefined;
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
