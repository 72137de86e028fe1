import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { RnnError } from '../../errors.ts';
import type { KernelShare, Kernels } from '../../kernels/index.ts';
import { type Architecture, Weights } from '../../model/index.ts';
import { Rounds, WAIT_MS } from './rounds.ts';
import { ShardedNetwork, type ShardedOptions } from './shards.ts';

/** What a worker needs to build the same networks over the same memory. */
export interface WorkerTask {
  share: KernelShare;
  architecture: Architecture;
  networks: readonly ShardedOptions[];
  control: SharedArrayBuffer;
  failures: MessagePort;
}

/** The same in every thread, in the same order, since that decides which memory it gets. */
export function buildNetworks(
  kernels: Kernels,
  architecture: Architecture,
  networks: readonly ShardedOptions[],
): { weights: Weights; networks: ShardedNetwork[] } {
  const weights = new Weights(architecture, kernels);
  return { weights, networks: networks.map((options) => new ShardedNetwork(weights, kernels, options)) };
}

/** A worker that has finished no shard for so long, and for so many times as long as one has taken, has stalled. */
const STALL_MS = 30_000;
const STALL_SHARDS = 20;
/** Where so many shards in a row take longer, all are left to workers, so that this thread still hears of signals. */
const LONG_SHARD_MS = 200;
const LONG_SHARDS = 2;

/** Weights and the networks over them, whose shards this thread and its workers compute together. */
export class Team {
  readonly weights: Weights;
  readonly networks: readonly ShardedNetwork[];
  /** how many threads compute, this one included */
  readonly threads: number;
  readonly #rounds: Rounds;
  readonly #task: Omit<WorkerTask, 'failures'>;
  readonly #workers: Worker[] = [];
  readonly #failures: MessagePort[] = [];
  #longestShardMs = 0;
  /** in a row, of those that this thread computed */
  #longShards = 0;
  /** whether this thread has handed its part of the work to one worker more */
  #delegated: boolean | undefined;
  #death: string | undefined;
  #closed = false;

  /** @param threads at most; more than there are shards would have nothing to do */
  constructor(
    kernels: Kernels,
    architecture: Architecture,
    networks: readonly ShardedOptions[],
    threads: number,
  ) {
    const { built, share } = kernels.share(() => buildNetworks(kernels, architecture, networks));
    this.weights = built.weights;
    this.networks = built.networks;
    const useful = Math.min(threads, Math.max(...built.networks.map(({ shards }) => shards.length)));
    const control = new SharedArrayBuffer(Rounds.bytes);
    this.#rounds = new Rounds(control, built.networks);
    this.#task = { share, architecture, networks, control };
    while (this.#workers.length + 1 < useful && this.#startWorker());
    this.threads = this.#workers.length + 1;
  }

  /** @returns false when the system gives no more threads; the work then goes on with those there are */
  #startWorker(): boolean {
    const { port1, port2 } = new MessageChannel();
    let worker: Worker;
    try {
      worker = new Worker(new URL('./worker.js', import.meta.url), {
        workerData: { ...this.#task, failures: port2 } satisfies WorkerTask,
        transferList: [port2],
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
   * One window of all shards of a network; yields between shards, and while other threads are waited for. Who doesn't
   * come back has given the window up; nothing more can be computed then.
   * @returns the summed loss in nats
   * @throws RnnError when a worker has died or stalled
   */
  *run(network: ShardedNetwork): Generator<void, number, void> {
    this.#checkWorkers();
    this.#rounds.open(network);
    if (!this.#delegates()) while (this.#computeShard() && this.#rounds.done < network.shards.length) yield;
    yield* this.#awaitOthers(network);
    return this.#rounds.nats;
  }

  #delegates(): boolean {
    if (this.#longShards >= LONG_SHARDS) this.#delegated ??= this.#startWorker();
    return this.#delegated === true;
  }

  #computeShard(): boolean {
    const started = performance.now();
    if (!this.#rounds.computeShard()) return false;
    const took = performance.now() - started;
    this.#longestShardMs = Math.max(this.#longestShardMs, took);
    this.#longShards = took > LONG_SHARD_MS ? this.#longShards + 1 : 0;
    return true;
  }

  *#awaitOthers(network: ShardedNetwork): Generator<void, void, void> {
    let done = this.#rounds.wait(network);
    // in waits, not by the clock: a process that was suspended has not stalled
    let idleMs = 0;
    while (done < network.shards.length) {
      yield;
      this.#checkWorkers();
      const now = this.#rounds.wait(network);
      idleMs = now === done ? idleMs + WAIT_MS : 0;
      done = now;
      if (idleMs > Math.max(STALL_MS, STALL_SHARDS * this.#longestShardMs)) {
        this.#fail(`a worker thread has stalled: it finished nothing for ${Math.round(idleMs / 1000)} s`);
      }
    }
  }

  #checkWorkers(): void {
    if (this.#rounds.failed) {
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
    this.#rounds.close();
  }
}
