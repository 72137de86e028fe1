import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { RnnError } from '../errors.ts';
import type { KernelShare, Kernels } from '../kernels/index.ts';
import { type Architecture, Weights } from '../model/index.ts';
import { Rounds } from './rounds.ts';
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

/** Weights and the networks over them, whose shards this thread and its workers compute together. */
export class Team {
  readonly weights: Weights;
  readonly networks: readonly ShardedNetwork[];
  /** how many threads compute, this one included */
  readonly threads: number;
  readonly #rounds: Rounds;
  readonly #failures: MessagePort[] = [];
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
    this.threads = Math.min(threads, Math.max(...built.networks.map(({ shards }) => shards.length)));
    const control = new SharedArrayBuffer(Rounds.bytes);
    this.#rounds = new Rounds(control, built.networks);
    for (let i = 1; i < this.threads; i++) this.#startWorker({ share, architecture, networks, control });
  }

  #startWorker(task: Omit<WorkerTask, 'failures'>): void {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { ...task, failures: port2 } satisfies WorkerTask,
      transferList: [port2],
    });
    worker.on('error', (error) => {
      this.#death ??= String(error);
    });
    worker.on('exit', (code) => {
      if (!this.#closed) this.#death ??= `it ended with code ${code}`;
    });
    worker.unref();
    port1.unref();
    this.#failures.push(port1);
  }

  /**
   * One window of all shards of a network; yields now and then while other threads are waited for.
   * @returns the summed loss in nats
   * @throws RnnError when a worker has died
   */
  *run(network: ShardedNetwork): Generator<void, number, void> {
    this.#checkWorkers();
    this.#rounds.open(network);
    this.#rounds.computeShards();
    while (!this.#rounds.finished(network)) {
      yield;
      this.#checkWorkers();
    }
    return this.#rounds.nats;
  }

  #checkWorkers(): void {
    if (this.#rounds.failed) {
      const received = this.#failures.map(
        (port) => receiveMessageOnPort(port)?.message as string | undefined,
      );
      this.#death = received.find((message) => message !== undefined) ?? this.#death;
    }
    if (this.#death !== undefined) {
      throw new RnnError(
        'thread',
        `a worker thread died: ${this.#death}; the last good checkpoint is kept; try --threads 1`,
      );
    }
  }

  /** Ends the workers; this thread can still compute alone. */
  close(): void {
    this.#closed = true;
    this.#rounds.close();
  }
}
