import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import threads, { type WorkerOptions } from 'node:worker_threads';

export const BROKEN_WORKER = fileURLToPath(new URL('broken-worker.cjs', import.meta.url));

const { Worker } = threads;
/** Place of src/train/parallel/control.ts: how many workers are ready. */
const READY = 3 * 32;
const { load, wait } = Atomics;

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

/** Workers that come to an end at barrier, or end of a window, number `at`, or are late at that barrier. */
export function breakWorkers(
  how: 'exit' | 'throw' | 'stall' | 'memory' | 'late',
  at: number,
): threads.Worker[] {
  return intercept((options) => {
    options.execArgv = ['--require', BROKEN_WORKER];
    options.env = { ...process.env, BREAK_HOW: how, BREAK_AT: String(at) };
    options.resourceLimits = { maxOldGenerationSizeMb: 64 };
  });
}

/** The first thread computes nothing before so many workers are ready, however long their start takes. */
export function awaitWorkers(count = 1): void {
  Atomics.load = ((array: Int32Array, index: number) => {
    while (index === READY && load(array, READY) < count) wait(array, READY, load(array, READY), 1);
    return load(array, index);
  }) as typeof load;
}

/** Waits of this thread end at once, as if their time were over. */
export function skipWaits(): void {
  Atomics.wait = (() => 'timed-out') as typeof wait;
}

/** Everything as it was. */
export function restoreThreads(): void {
  threads.Worker = Worker;
  Atomics.load = load;
  Atomics.wait = wait;
  syncBuiltinESMExports();
}
