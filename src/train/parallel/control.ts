import { availableParallelism } from 'node:os';
import type { Member } from '../../model/index.ts';

/** Each number has two cache lines to itself, so that who watches one is not disturbed by who writes another. */
const SPACING = 32;
/** Places of the integers that threads share. */
const ROUND = 0;
const NETWORK = 1 * SPACING;
const STALE = 2 * SPACING;
/** workers that have come so far; each takes the next place */
const READY = 3 * SPACING;
/** workers that have finished their part of this round */
const DONE = 4 * SPACING;
const ABORTED = 5 * SPACING;
const FAILED = 6 * SPACING;
/** how many have come to a barrier, and how many barriers have been passed: of all threads, then of each team */
const MEETINGS = 7 * SPACING;
const ARRIVED = 0;
const PASSED = SPACING;
const MEETING = 2 * SPACING;
/** As many teams as there can be shards. */
const MAX_TEAMS = 64;
const LENGTH = MEETINGS + (1 + MAX_TEAMS) * MEETING;
/** The round that ends all work. */
const CLOSED = -1;

/** Looks at a shared number before sleeping on it: some 0.3 ms, more than what lies between the windows of two steps. */
const SPINS = 300_000;
/** Where there are more threads than cores, looking would only keep the others from working. */
const CROWDED_SPINS = 100;
/** No wait is longer, so that a dead worker, Ctrl-C or an abort is noticed. */
export const WAIT_MS = 10;
/** For so long the first thread waits inside of a window, before it gives the window up to look around. */
const PATIENCE_MS = 500;

/** A window was given up. */
export class Aborted extends Error {}

/** The task of a round. */
export interface Round {
  /** number of the network */
  network: number;
  /** whether the weights have changed since the last round */
  stale: boolean;
  member: Member;
}

/**
 * How threads work together without messages: the first thread opens a round, in which a number of them compute one window
 * of a network, each its part, and meet at barriers.
 */
export class Control {
  static readonly bytes = LENGTH * Int32Array.BYTES_PER_ELEMENT;
  readonly #shared: Int32Array;
  readonly #members = new Map<number, Member>();
  #round = 0;
  #place = -1;

  constructor(buffer: SharedArrayBuffer) {
    this.#shared = new Int32Array(buffer);
  }

  /** A worker that has built its networks takes its place among the others. */
  join(): void {
    this.#place = Atomics.add(this.#shared, READY, 1);
  }

  /** How many workers have come. */
  get ready(): number {
    return Atomics.load(this.#shared, READY);
  }

  /**
   * First thread: opens a round of so many threads, the first of which is itself unless it only waits.
   * @returns its own part
   */
  open(round: Omit<Round, 'member'>, threads: number, first: boolean): Member | undefined {
    const shared = this.#shared;
    Atomics.store(shared, NETWORK, round.network);
    Atomics.store(shared, STALE, Number(round.stale));
    Atomics.store(shared, DONE, 0);
    for (let at = MEETINGS; at < LENGTH; at += MEETING) Atomics.store(shared, at + ARRIVED, 0);
    Atomics.store(shared, ABORTED, 0);
    // who takes part stands in the same number as the round, so that nobody reads one without the other
    this.#round = (((this.#round >> 9) + 1) & 0xfffff) << 9;
    Atomics.store(shared, ROUND, this.#round | (Number(first) << 8) | threads);
    Atomics.notify(shared, ROUND);
    return first ? this.#memberOf(0, threads, PATIENCE_MS) : undefined;
  }

  /** Workers: waits for the next round that this one takes part in; undefined when there will be none. */
  next(): Round | undefined {
    while (true) {
      const seen = this.#round;
      let round = this.#watch(ROUND, seen);
      while (round === seen) {
        Atomics.wait(this.#shared, ROUND, seen, WAIT_MS);
        round = Atomics.load(this.#shared, ROUND);
      }
      this.#round = round;
      if (round === CLOSED) return undefined;
      const [index, threads] = [this.#place + ((round >> 8) & 1), round & 0xff];
      if (index >= threads) continue;
      return {
        network: Atomics.load(this.#shared, NETWORK),
        stale: Atomics.load(this.#shared, STALE) === 1,
        member: this.#memberOf(index, threads, Number.POSITIVE_INFINITY),
      };
    }
  }

  /** The same object for the same part, since networks keep what they know of it. */
  #memberOf(index: number, count: number, patienceMs: number, teams = 1): Member {
    const key = (teams << 16) | (index << 8) | count;
    const known = this.#members.get(key);
    if (known) return known;
    const size = count / teams;
    const team = Math.floor(index / size);
    const meeting = MEETINGS + (teams === 1 ? 0 : 1 + team) * MEETING;
    const member: Member = {
      index: index % size,
      count: size,
      barrier: () => this.#barrier(meeting, size, patienceMs, count),
      inTeam: (of) => ({
        team: Math.floor((index * of) / count),
        member: this.#memberOf(index, count, patienceMs, of),
      }),
    };
    this.#members.set(key, member);
    return member;
  }

  /** @throws Aborted when the window is given up, or when others let this thread wait too long */
  #barrier(meeting: number, count: number, patienceMs: number, threads: number): void {
    if (count === 1) return;
    const shared = this.#shared;
    const passed = Atomics.load(shared, meeting + PASSED);
    if (Atomics.load(shared, ABORTED) === 1) throw new Aborted();
    if (Atomics.add(shared, meeting + ARRIVED, 1) === count - 1) {
      Atomics.store(shared, meeting + ARRIVED, 0);
      Atomics.add(shared, meeting + PASSED, 1);
      Atomics.notify(shared, meeting + PASSED);
      return;
    }
    let value = this.#watch(meeting + PASSED, passed, threads);
    for (let waited = 0; value === passed; waited += WAIT_MS) {
      if (waited >= patienceMs) this.abort();
      if (Atomics.load(shared, ABORTED) === 1) throw new Aborted();
      Atomics.wait(shared, meeting + PASSED, passed, WAIT_MS);
      value = Atomics.load(shared, meeting + PASSED);
    }
  }

  /** Nobody waits at a barrier of this round any longer. */
  abort(): void {
    Atomics.store(this.#shared, ABORTED, 1);
    for (let at = MEETINGS; at < LENGTH; at += MEETING) Atomics.notify(this.#shared, at + PASSED);
  }

  get aborted(): boolean {
    return Atomics.load(this.#shared, ABORTED) === 1;
  }

  /** Workers: this one's part is done, or given up. */
  leave(): void {
    Atomics.add(this.#shared, DONE, 1);
    Atomics.notify(this.#shared, DONE);
  }

  /**
   * First thread: waits a little for the workers.
   * @param first whether it computes too; if not, it may be one more than there are cores
   * @returns how far they are, and whether all are done
   */
  wait(workers: number, first: boolean): { progress: number; all: boolean } {
    const done = this.#watchDone(workers, first ? SPINS : CROWDED_SPINS);
    if (done < workers) Atomics.wait(this.#shared, DONE, done, WAIT_MS);
    const now = Atomics.load(this.#shared, DONE);
    let progress = now;
    for (let at = MEETINGS; at < LENGTH; at += MEETING) progress += Atomics.load(this.#shared, at + PASSED);
    return { progress, all: now === workers };
  }

  /** A worker that can't go on says so; its part stays undone. */
  fail(): void {
    Atomics.store(this.#shared, FAILED, 1);
    this.abort();
    Atomics.notify(this.#shared, DONE);
  }

  get failed(): boolean {
    return Atomics.load(this.#shared, FAILED) !== 0;
  }

  /** Whether there will be no more rounds. */
  get closed(): boolean {
    return Atomics.load(this.#shared, ROUND) === CLOSED;
  }

  close(): void {
    Atomics.store(this.#shared, ROUND, CLOSED);
    Atomics.notify(this.#shared, ROUND);
    this.abort();
  }

  /** Looks at a number for a moment, until it is another. */
  #watch(place: number, seen: number, threads = 1): number {
    const spins = threads > CORES ? CROWDED_SPINS : SPINS;
    let value = Atomics.load(this.#shared, place);
    for (let i = 0; i < spins && value === seen; i++) value = Atomics.load(this.#shared, place);
    return value;
  }

  #watchDone(workers: number, spins: number): number {
    let done = Atomics.load(this.#shared, DONE);
    for (let i = 0; i < spins && done < workers; i++) done = Atomics.load(this.#shared, DONE);
    return done;
  }
}

const CORES = availableParallelism();
