import { RnnError } from '../../errors.ts';
import type { Floats, Kernels } from '../../kernels/index.ts';
import { partOf, type Span } from '../../model/index.ts';
import type { ReplicatedNetwork } from './replicas.ts';
import { type Addition, isWithin, sumTree } from './sum-tree.ts';

/** Asks whether an exchange has ended; until then its arrays must stay as they are. */
export type Pending = () => boolean;

/** How the processes of one run, its ranks, send each other numbers. All call the same, in the same order. */
export interface Transport {
  /** number of this process, from 0 */
  readonly rank: number;
  readonly ranks: number;
  /** how many of them are on this machine */
  readonly local: number;
  /** Sends the next sendCounts[q] numbers to each rank q; receives from each the next receiveCounts[q]. */
  allToAll(
    send: Floats,
    sendCounts: readonly number[],
    receive: Floats,
    receiveCounts: readonly number[],
  ): Pending;
  /** What each rank q has of its own, counts[q] numbers, one after the other in `all`. */
  allGather<T extends Floats | Uint8Array>(own: T, all: T, counts: readonly number[]): Pending;
}

/** A rank that was lost ends the others after so long, and sooner where they were asked to stop. */
const PATIENCE_MS = 600_000;
const PATIENCE_STOPPING_MS = 60_000;
/** A longer pause is no waiting: this process was suspended. */
const MAX_PAUSE_MS = 1000;

/**
 * The processes that train one model together, each with its replicas. All run the same program on the same numbers: what
 * a process has for itself is exchanged here, by all at the same points of the run: gradients and losses of its replicas,
 * their states, and whether it was asked to stop.
 *
 * A gradient of all goes in two exchanges: each rank receives its slice of what every rank has summed of the tree, adds
 * these in the tree's order, and sends the sum to all. So the bytes are those of one process.
 */
export class Ranks {
  readonly #transport: Transport;
  readonly #network: ReplicatedNetwork;
  readonly #kernels: Kernels;
  readonly #isAsked: () => boolean;
  /** parts of the tree that a rank has, once it has summed what it can alone */
  readonly #parts: readonly (readonly number[])[];
  /** those that are left, each of numbers in `#receive` */
  readonly #additions: readonly Addition[];
  /** of the gradient's elements, by rank */
  readonly #slices: readonly Span[];
  readonly #send: Floats;
  readonly #receive: Floats;
  #stopped = false;

  /**
   * @param network of this rank's replicas
   * @param isAsked whether this process was asked to stop
   */
  constructor(transport: Transport, network: ReplicatedNetwork, kernels: Kernels, isAsked: () => boolean) {
    const { ranks, rank } = transport;
    this.#transport = transport;
    this.#network = network;
    this.#kernels = kernels;
    this.#isAsked = isAsked;
    const { from, to } = network.gradientSpan;
    const spans = each(ranks, (q) => ({ from: q * (to - from), to: (q + 1) * (to - from) }));
    const additions = sumTree(ranks * (to - from));
    const alone = additions.filter((addition) => spans.some((span) => isWithin(addition, span)));
    const absorbed = new Set(alone.map(({ from }) => from));
    this.#additions = additions.filter((addition) => !alone.includes(addition));
    this.#parts = spans.map(({ from, to }) =>
      each(to - from, (i) => from + i).filter((part) => !absorbed.has(part)),
    );
    const N = network.gradient.data.length;
    this.#slices = each(ranks, (index) => partOf(N, { index, count: ranks }));
    this.#send = kernels.allocate(N * this.#parts[rank]!.length);
    this.#receive = kernels.allocate(lengthOf(this.#slices[rank]!) * this.#parts.flat().length);
  }

  /** Whether any of the ranks was asked to stop, as all know since the last exchange. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * The gradient of this rank's replicas becomes that of all.
   * @param computed false where this rank gave its window up
   * @returns the summed loss of all replicas; undefined where a rank gave up
   */
  *sum(computed: boolean): Generator<void, number | undefined, void> {
    const { allToAll, slices } = { allToAll: this.#startGradients(), slices: this.#slices };
    const losses = yield* this.#say(
      computed,
      this.#network.networks.map(({ nats }) => nats),
    );
    yield* this.#wait(allToAll);
    if (losses === undefined) return undefined;
    const { data } = this.#network.gradient;
    const own = this.#sumSlices();
    yield* this.#wait(this.#transport.allGather(own, data, slices.map(lengthOf)));
    return losses.flat().reduce((sum, nats) => sum + nats, 0);
  }

  /** Every rank's parts of the tree, cut into slices: to rank q go the q-th slices of all of them. */
  #startGradients(): Pending {
    const { rank, ranks } = this.#transport;
    const own = this.#parts[rank]!;
    const { gradients, gradientSpan } = this.#network;
    let at = 0;
    for (const { from, to } of this.#slices)
      for (const part of own) {
        this.#send.set(gradients[part - gradientSpan.from]!.subarray(from, to), at);
        at += to - from;
      }
    const mine = lengthOf(this.#slices[rank]!);
    return this.#transport.allToAll(
      this.#send,
      this.#slices.map((slice) => own.length * lengthOf(slice)),
      this.#receive,
      each(ranks, (q) => this.#parts[q]!.length * mine),
    );
  }

  /** The sum of what was received. */
  #sumSlices(): Floats {
    const mine = lengthOf(this.#slices[this.#transport.rank]!);
    const received = this.#parts.flat();
    const slice = (part: number) => {
      const at = received.indexOf(part) * mine;
      return this.#receive.subarray(at, at + mine);
    };
    for (const { into, from } of this.#additions) this.#kernels.add(slice(into), slice(from));
    return slice(0);
  }

  /**
   * Rank 0's word on a number that all have computed.
   * @param value undefined where this rank gave it up
   * @returns undefined where a rank gave up
   */
  *agree(value: number | undefined): Generator<void, number | undefined, void> {
    const said = yield* this.#say(value !== undefined, [value ?? Number.NaN]);
    return said && said[0]![0];
  }

  /** The carried states of all streams (L,S,B,H). */
  *gatherState(): Generator<void, Float32Array, void> {
    const { rank, ranks } = this.#transport;
    const { B, networks } = this.#network;
    const part = B * networks[0]!.weights.architecture.hidden;
    const own = part / ranks;
    const state = this.#network.readState();
    for (let at = 0; at < state.length; at += part) {
      const mine = state.slice(at + rank * own, at + (rank + 1) * own);
      const counts = each(ranks, () => own);
      yield* this.#wait(this.#transport.allGather(mine, state.subarray(at, at + part), counts));
    }
    return state;
  }

  /** As many numbers of every rank; undefined where one gave up what it did. All know then whether one was asked to stop. */
  *#say(done: boolean, numbers: readonly number[]): Generator<void, number[][] | undefined, void> {
    const { ranks } = this.#transport;
    const own = Float64Array.of(Number(this.#isAsked()), Number(done), ...numbers);
    const all = new Float64Array(ranks * own.length);
    const counts = each(ranks, () => own.length);
    yield* this.#wait(this.#transport.allGather(own, all, counts));
    const said = each(ranks, (q) => [...all.subarray(q * own.length, (q + 1) * own.length)]);
    if (said.some(([asked]) => asked === 1)) this.#stopped = true;
    return said.every(([, done]) => done === 1) ? said.map((values) => values.slice(2)) : undefined;
  }

  /** @throws RnnError when the other ranks do not come */
  *#wait(pending: Pending): Generator<void, void, void> {
    let seen = performance.now();
    let waited = 0;
    let stopping = 0;
    while (!pending()) {
      yield;
      const now = performance.now();
      const passed = Math.min(now - seen, MAX_PAUSE_MS);
      seen = now;
      waited += passed;
      if (this.#isAsked()) stopping += passed;
      if (waited < PATIENCE_MS && stopping < PATIENCE_STOPPING_MS) continue;
      throw new RnnError(
        'thread',
        `another process of the run has not answered for ${Math.round(waited / 1000)} s`,
      );
    }
  }
}

const each = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const lengthOf = ({ from, to }: Span): number => to - from;
