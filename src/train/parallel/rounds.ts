import { MAX_SHARDS, type ShardedNetwork } from './shards.ts';

/** Places of the whole numbers that threads share; the losses of the shards follow them. */
const ROUND = 0;
const NETWORK = 1;
const LEFT = 2;
const DONE = 3;
const FAILED = 4;
const LOSSES_AT = 32;
/** The round that ends all work. */
const CLOSED = -1;

/** Looks at a shared number before sleeping on it: some 0.1 ms, about what lies between the rounds of two steps. */
const SPINS = 100_000;
/** No wait is longer, so that a dead worker or Ctrl-C is noticed. */
export const WAIT_MS = 50;

/**
 * How threads share out work without messages: the first thread opens a round of one network's shards, every thread
 * takes the next shard until none is left, the first waits until all are done.
 */
export class Rounds {
  static readonly bytes = LOSSES_AT + MAX_SHARDS * Float64Array.BYTES_PER_ELEMENT;
  readonly #control: Int32Array;
  readonly #losses: Float64Array;
  readonly #networks: readonly ShardedNetwork[];
  #round = 0;

  constructor(buffer: SharedArrayBuffer, networks: readonly ShardedNetwork[]) {
    this.#control = new Int32Array(buffer, 0, LOSSES_AT / Int32Array.BYTES_PER_ELEMENT);
    this.#losses = new Float64Array(buffer, LOSSES_AT);
    this.#networks = networks;
  }

  /** First thread: opens a round. What it wrote before is seen by whoever takes a shard. */
  open(network: ShardedNetwork): void {
    Atomics.store(this.#control, NETWORK, this.#networks.indexOf(network));
    Atomics.store(this.#control, DONE, 0);
    Atomics.store(this.#control, LEFT, network.shards.length);
    this.#round = (this.#round + 1) & 0x3fffffff;
    Atomics.store(this.#control, ROUND, this.#round);
    Atomics.notify(this.#control, ROUND);
  }

  /** Any thread: computes a shard, unless none is left. Only who took one knows that the round still stands. */
  computeShard(): boolean {
    const left = Atomics.sub(this.#control, LEFT, 1);
    if (left <= 0) return false;
    const network = this.#networks[Atomics.load(this.#control, NETWORK)]!;
    this.#losses[left - 1] = network.run(left - 1);
    Atomics.add(this.#control, DONE, 1);
    Atomics.notify(this.#control, DONE);
    return true;
  }

  /** How many shards of this round are done. */
  get done(): number {
    return Atomics.load(this.#control, DONE);
  }

  /** First thread: waits a little for the others; @returns how many shards are done. */
  wait(network: ShardedNetwork): number {
    const all = network.shards.length;
    const done = this.#watch(DONE, (value) => value === all);
    if (done !== all) Atomics.wait(this.#control, DONE, done, WAIT_MS);
    return this.done;
  }

  /** Workers: waits for the next round; false when there will be none. */
  next(): boolean {
    const seen = this.#round;
    let round = this.#watch(ROUND, (value) => value !== seen);
    while (round === seen) {
      Atomics.wait(this.#control, ROUND, seen, WAIT_MS);
      round = Atomics.load(this.#control, ROUND);
    }
    this.#round = round;
    return round !== CLOSED;
  }

  /** Summed in the order of the shards. */
  get nats(): number {
    const { length } = this.#networks[Atomics.load(this.#control, NETWORK)]!.shards;
    return this.#losses.subarray(0, length).reduce((sum, nats) => sum + nats, 0);
  }

  /** A worker that can't go on says so; its shard stays undone. */
  fail(): void {
    Atomics.store(this.#control, FAILED, 1);
    Atomics.notify(this.#control, DONE);
  }

  get failed(): boolean {
    return Atomics.load(this.#control, FAILED) !== 0;
  }

  /** Whether there will be no more rounds. */
  get closed(): boolean {
    return Atomics.load(this.#control, ROUND) === CLOSED;
  }

  close(): void {
    Atomics.store(this.#control, ROUND, CLOSED);
    Atomics.notify(this.#control, ROUND);
  }

  #watch(place: number, awaited: (value: number) => boolean): number {
    let value = Atomics.load(this.#control, place);
    for (let i = 0; i < SPINS && !awaited(value); i++) value = Atomics.load(this.#control, place);
    return value;
  }
}
