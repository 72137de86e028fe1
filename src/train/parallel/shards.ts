import type { Kernels } from '../../kernels/index.ts';
import {
  type DropoutOptions,
  Network,
  type NetworkOptions,
  type ParameterBuffer,
  type Weights,
} from '../../model/index.ts';
import type { Random } from '../../random.ts';

/** Fewest streams of a shard: below, matrix products would lose more than another thread gains. */
const MIN_STREAMS = 12;
export const MAX_SHARDS = 8;

/** Into how many shards B streams are cut. */
export const countShards = (B: number): number =>
  Math.min(MAX_SHARDS, Math.max(1, Math.floor(B / MIN_STREAMS)));

/** A network of all streams; what a shard must know of its place is added to each. */
export type ShardedOptions = Omit<NetworkOptions, 'dropout'> & {
  dropout?: Pick<DropoutOptions, 'probability' | 'variational'> | undefined;
};

/**
 * B streams as shards, each a network of its own over the same weights. How many depends on B alone, never on
 * threads, and what they give is summed in their order: so any number of threads gives the same bytes.
 */
export class ShardedNetwork {
  readonly B: number;
  readonly T: number;
  readonly shards: readonly Network[];
  /** stream at which each shard starts */
  readonly starts: readonly number[];
  readonly #kernels: Kernels;

  constructor(weights: Weights, kernels: Kernels, { B, T, backward, dropout }: ShardedOptions) {
    const count = countShards(B);
    const start = (shard: number) => Math.floor((shard * B) / count);
    this.B = B;
    this.T = T;
    this.#kernels = kernels;
    this.starts = Array.from({ length: count }, (_, shard) => start(shard));
    this.shards = this.starts.map((first, shard) => {
      const options = { B: start(shard + 1) - first, T, backward };
      return new Network(weights, kernels, {
        ...options,
        dropout: dropout && { ...dropout, streams: B, first },
      });
    });
  }

  /**
   * One window of one shard: its summed loss in nats and its share of the mean's gradient. The state before the window
   * stays, so that a window can be given up before all shards are done.
   */
  run(shard: number): number {
    const network = this.shards[shard]!;
    network.forward();
    const nats = network.loss(1 / (this.B * this.T));
    if (network.gradient) network.backward();
    return nats;
  }

  /** The state after this window becomes the state before the next. */
  carryState(): void {
    for (const shard of this.shards) shard.carryState();
  }

  /** Decides the masks of the next window, the same for every cut into shards. */
  setDropoutKeys(random: Random): void {
    const keys = Array.from(this.shards[0]!.dropoutKeys, () => Math.floor(random.next() * 2 ** 31));
    for (const { dropoutKeys } of this.shards) dropoutKeys.set(keys);
  }

  /** The gradient of all streams, summed into the first shard's buffer. */
  sumGradients(): ParameterBuffer {
    const [first, ...others] = this.shards.map(({ gradient }) => gradient!);
    for (const other of others) this.#kernels.add(first!.data, other.data);
    return first!;
  }

  /** Every stream starts anew: h = 0. */
  resetState(): void {
    for (const shard of this.shards) shard.resetState();
  }

  /** The carried states (L,S,B,H), as one copy; the same whatever the number of shards. */
  readState(): Float32Array {
    const parts = this.shards.map((shard) => shard.readState());
    const state = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    this.#eachPart((at, shard, from, length) => {
      state.set(parts[shard]!.subarray(from, from + length), at);
    });
    return state;
  }

  writeState(state: Float32Array): void {
    const parts = this.shards.map((shard) => new Float32Array(shard.stateLength));
    this.#eachPart((at, shard, from, length) => {
      parts[shard]!.set(state.subarray(at, at + length), from);
    });
    this.shards.forEach((shard, i) => {
      shard.writeState(parts[i]!);
    });
  }

  /** Walks over the state of all streams in order (L,S,B,H): `length` values at `at` are `from` on in a shard's. */
  #eachPart(visit: (at: number, shard: number, from: number, length: number) => void): void {
    const { hidden: H } = this.shards[0]!.weights.architecture;
    const parts = this.shards[0]!.stateLength / (this.shards[0]!.B * H);
    let at = 0;
    for (let part = 0; part < parts; part++) {
      this.shards.forEach(({ B }, shard) => {
        visit(at, shard, part * B * H, B * H);
        at += B * H;
      });
    }
  }
}
