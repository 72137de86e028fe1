import { existsSync } from 'node:fs';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { RnnError } from '../../errors.ts';
import type { KernelShare, Kernels } from '../../kernels/index.ts';
import { ALONE, type Architecture, type Member, type Weights } from '../../model/index.ts';
import { buildNetworks } from './build-networks.ts';
import { Aborted, Control, WAIT_MS } from './control.ts';
import type { ReplicatedNetwork, ReplicatedOptions } from './replicas.ts';
import { ThreadTrial } from './threads.ts';

/** Data with which a worker builds the same networks over the same memory. */
export interface WorkerTask {
  share: KernelShare;
  architecture: Architecture;
  networks: readonly ReplicatedOptions[];
  control: SharedArrayBuffer;
  failures: MessagePort;
}

/** As many as a round can name. */
const MAX_THREADS = 255;
/** A thread that does nothing for so long, and for so many times as long as a window has taken, has stalled. */
const STALL_MS = 30_000;
const STALL_WINDOWS = 20;
/**
 * Where windows are reckoned to take longer, by so many multiply-adds a second of a thread, or so many in a row do, all
 * are left to workers, so that this thread still hears of signals.
 */
const LONG_WINDOW_MS = 20;
const LONG_WINDOWS = 2;
const operationsOf = ({ numerics }: Kernels): number =>
  numerics.startsWith('native') ? 2e10 : numerics.startsWith('wasm') ? 5e9 : 3e8;

/** Weights and the networks over them, which this thread and its workers compute together. */
export class Team {
  readonly weights: Weights;
  readonly networks: readonly ReplicatedNetwork[];
  readonly #control: Control;
  readonly #task: Omit<WorkerTask, 'failures'>;
  readonly #workers: Worker[] = [];
  readonly #failures: MessagePort[] = [];
  /** of each network */
  readonly #trials: readonly ThreadTrial[];
  #longestWindowMs = 0;
  /** in a row, of those that this thread took part in */
  #longWindows = 0;
  /** whether this thread has handed its part of the work to one worker more */
  #delegated: boolean | undefined;
  #death: string | undefined;
  #closed = false;

  /** @param threads how many; the most, among which trying finds the best number, unless they are `fixed` */
  constructor(
    kernels: Kernels,
    architecture: Architecture,
    networks: readonly ReplicatedOptions[],
    threads: number,
    fixed = true,
  ) {
    const { built, share } = kernels.share(() => buildNetworks(kernels, architecture, networks));
    this.weights = built.weights;
    this.networks = built.networks;
    const control = new SharedArrayBuffer(Control.bytes);
    this.#control = new Control(control);
    this.#task = { share, architecture, networks, control };
    while (this.#workers.length + 1 < Math.min(threads, MAX_THREADS) && this.#startWorker());
    const most = this.#workers.length + 1;
    this.#trials = networks.map(() => new ThreadTrial(most, fixed));
    const work = networks.map(({ B, T, backward }) => (backward ? 3 : 1) * this.weights.data.length * B * T);
    const longestMs = (1000 * Math.max(...work)) / (most * operationsOf(kernels));
    if (longestMs > LONG_WINDOW_MS) this.#delegated = this.#startWorker();
  }

  /** How many threads compute a window of the first network, this one included. */
  get threads(): number {
    return this.#trials[0]!.threads;
  }

  /** @returns false when the system gives no more threads; the work then goes on with those there are */
  #startWorker(): boolean {
    const program = new URL('./worker.js', import.meta.url);
    // a program was bundled without it
    if (program.protocol === 'file:' && !existsSync(program)) return false;
    const { port1, port2 } = new MessageChannel();
    let worker: Worker;
    try {
      worker = new Worker(program, {
        workerData: { ...this.#task, failures: port2 } satisfies WorkerTask,
        transferList: [port2],
        // flags of the program, such as --input-type, need not suit a file
        execArgv: [],
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INIT_FAILED') throw error;
      return false;
    }
    worker.on('error', (error) => {
      this.#death ??= String(error);
    });
    worker.on('exit', (code) => {
      if (!this.#closed) this.#death ??= `it ended with code ${code}`;
    });
    worker.unref();
    port1.unref();
    this.#workers.push(worker);
    this.#failures.push(port1);
    return true;
  }

  /**
   * One window of a network; yields while other threads are waited for. A caller that does not come back has given the window up;
   * nothing more can be computed then.
   * @returns the summed loss in nats
   * @throws RnnError when a worker has died or stalled
   */
  *run(network: ReplicatedNetwork): Generator<void, number, void> {
    const trial = this.#trials[this.networks.indexOf(network)]!;
    let finished = false;
    network.begin();
    try {
      while (!finished) {
        this.#checkWorkers();
        const first = !this.#delegates();
        const threads = yield* this.#ready(trial.threads, first);
        const started = performance.now();
        if (first && threads === 1) {
          network.compute(ALONE);
          yield;
          finished = true;
        } else finished = yield* this.#together(network, threads, first);
        if (finished) this.#took(trial, threads, performance.now() - started, first);
      }
    } finally {
      if (!finished) this.#control.abort();
    }
    this.weights.stale = false;
    network.finish();
    return network.nats;
  }

  /** A window of several threads, or of workers alone; @returns false when it was given up, to be computed again */
  *#together(network: ReplicatedNetwork, threads: number, first: boolean): Generator<void, boolean, void> {
    const round = { network: this.networks.indexOf(network), stale: this.weights.stale };
    const member = this.#control.open(round, threads, first);
    const computed = member === undefined || this.#compute(network, member);
    if (member) yield;
    yield* this.#awaitWorkers(first ? threads - 1 : threads, first);
    return computed && !this.#control.aborted;
  }

  /** This thread's part; @returns false when the others did not come to a barrier in time, and all give the window up */
  #compute(network: ReplicatedNetwork, member: Member): boolean {
    try {
      network.compute(member);
      return true;
    } catch (error) {
      if (error instanceof Aborted) return false;
      throw error;
    }
  }

  /** How many threads can compute now: workers take a moment to start, and the first thread does not wait for them. */
  *#ready(threads: number, first: boolean): Generator<void, number, void> {
    while (!first && this.#control.ready === 0) {
      yield;
      this.#checkWorkers();
      this.#control.wait(1, false);
    }
    return Math.min(threads, this.#control.ready + Number(first));
  }

  #took(trial: ThreadTrial, threads: number, ms: number, first: boolean): void {
    trial.record(threads, ms);
    this.#longestWindowMs = Math.max(this.#longestWindowMs, ms);
    if (first) this.#longWindows = ms > LONG_WINDOW_MS ? this.#longWindows + 1 : 0;
  }

  #delegates(): boolean {
    if (this.#longWindows >= LONG_WINDOWS) this.#delegated ??= this.#startWorker();
    return this.#delegated === true;
  }

  *#awaitWorkers(workers: number, first: boolean): Generator<void, void, void> {
    let { progress, all } = this.#control.wait(workers, first);
    // in waits, not by the clock: a process that was suspended has not stalled
    let idleMs = 0;
    while (!all) {
      yield;
      this.#checkWorkers();
      const now = this.#control.wait(workers, first);
      idleMs = now.progress === progress ? idleMs + WAIT_MS : 0;
      ({ progress, all } = now);
      if (idleMs > Math.max(STALL_MS, STALL_WINDOWS * this.#longestWindowMs))
        this.#fail(`a worker thread has stalled: it finished nothing for ${Math.round(idleMs / 1000)} s`);
    }
    this.#checkWorkers();
  }

  #checkWorkers(): void {
    if (this.#control.failed) {
      const received = this.#failures.map(
        (port) => receiveMessageOnPort(port)?.message as string | undefined,
      );
      this.#death = received.find((message) => message !== undefined) ?? this.#death;
    }
    if (this.#death !== undefined) this.#fail(`a worker thread died: ${this.#death}`);
  }

  #fail(what: string): never {
    for (const worker of this.#workers) void worker.terminate();
    throw new RnnError('thread', what, { setting: 'threads', hint: (name) => `try ${name('threads')} 1` });
  }

  /** Ends the workers. */
  close(): void {
    this.#closed = true;
    this.#control.close();
  }
}
