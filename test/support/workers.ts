import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import threads, { type WorkerOptions } from 'node:worker_threads';

export const BROKEN_WORKER = fileURLToPath(new URL('broken-worker.cjs', import.meta.url));

const { Worker } = threads;
const { sub, wait } = Atomics;

/** Every worker that starts from now on goes through `start`. */
export function intercept(start: (options: WorkerOptions) => void): threads.Worker[] {
  const started: threads.Worker[] = [];
  threads.Worker = class extends Worker {
    constructor(url: URL, options: WorkerOptions) {
      start(options);
      super(url, options);
      started.push(this);
    }
  };
  syncBuiltinESMExports();
  return started;
}

/** Workers that come to an end when they take their shard number `at`. */
export function breakWorkers(how: 'exit' | 'throw' | 'stall' | 'memory', at: number): threads.Worker[] {
  return intercept((options) => {
    options.execArgv = ['--require', BROKEN_WORKER];
    options.env = { ...process.env, BREAK_HOW: how, BREAK_AT: String(at) };
    options.resourceLimits = { maxOldGenerationSizeMb: 64 };
  });
}

/** The first thread takes no shard before a worker has taken one, however long its start takes. */
export function letWorkersBegin(): void {
  Atomics.sub = ((array: Int32Array, index: number, value: number) => {
    const before = Atomics.load(array, index);
    while (Atomics.load(array, index) === before) wait(array, index, before, 1);
    Atomics.sub = sub;
    return sub(array, index, value);
  }) as typeof sub;
}

/** Waits of this thread end at once, as if their time were over. */
export function skipWaits(): void {
  Atomics.wait = (() => 'timed-out') as typeof wait;
}

/** Everything as it was. */
export function restoreThreads(): void {
  threads.Worker = Worker;
  Atomics.sub = sub;
  Atomics.wait = wait;
  syncBuiltinESMExports();
}
