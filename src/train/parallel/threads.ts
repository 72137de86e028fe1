import type { CutConfig } from '../../config/index.ts';
import { coreCount } from './cores.ts';

/** Multiply-adds of a step for each thread; with fewer, handing the work over costs about what it saves. */
const WORTH_A_THREAD = 2e5;

/**
 * As many threads as this machine has cores and the work of one step may be worth.
 * @param ranks of how many processes that share the work, so many of them on this machine
 */
export function mostThreads(
  { config, parameters }: { config: CutConfig; parameters: number },
  { ranks, local } = { ranks: 1, local: 1 },
): number {
  const work = (3 * parameters * config.batchSize * config.seqLength) / ranks;
  return Math.max(1, Math.min(coreCount(local), Math.floor(work / WORTH_A_THREAD)));
}

/** Windows, and time, that each number of threads is tried for; the first half warms up. */
const TRIED = 4;
const TRIED_MS = 30;

/** Fewer threads that take so many times as long end the search; a little slower may be a dent on the way to faster. */
const FAR_SLOWER = 1.5;

/**
 * Finds by trying with how many threads windows take the least time: from the most there are by halves, until fewer are
 * far slower. Bytes do not depend on it.
 */
export class ThreadTrial {
  #threads: number;
  #best: { threads: number; ms: number } | undefined;
  #times: number[] = [];
  #ms = 0;
  #over: boolean;

  /** @param threads the most; @param fixed whether that is how many there shall be */
  constructor(threads: number, fixed: boolean) {
    this.#threads = threads;
    this.#over = fixed || threads === 1;
  }

  /** With how many threads the next window is to be computed. */
  get threads(): number {
    return this.#threads;
  }

  /** How long a window took with `threads`. */
  record(threads: number, ms: number): void {
    if (this.#over || threads !== this.#threads) return;
    this.#times.push(ms);
    this.#ms += ms;
    if (this.#times.length < TRIED || this.#ms < TRIED_MS) return;
    const least = Math.min(...this.#times.slice(this.#times.length / 2));
    this.#ms = 0;
    this.#times = [];
    if (this.#best === undefined || least < this.#best.ms) this.#best = { threads, ms: least };
    this.#over = threads === 1 || least > FAR_SLOWER * this.#best.ms;
    this.#threads = this.#over ? this.#best.threads : Math.ceil(threads / 2);
  }
}
