import type { Kernels } from '../../kernels/index.ts';
import {
  ALONE,
  type DropoutOptions,
  type Member,
  Network,
  type NetworkOptions,
  ParameterBuffer,
  partOf,
  type Weights,
} from '../../model/index.ts';
import type { Random } from '../../random.ts';

/** Options of all replicas together; what each must know of its place is added to it. */
export type ReplicatedOptions = Omit<NetworkOptions, 'dropout'> & {
  dropout?: Pick<DropoutOptions, 'probability' | 'variational'> | undefined;
  /** equal groups of streams, whose gradients are summed as a balanced tree; 1 unless given */
  replicas?: number;
};

/** Fewest streams of a shard: of fewer, products would read the weights too often. */
const MIN_STREAMS = 12;
const MAX_SHARDS = 64;

/**
 * B streams in R equal groups, whose gradients are summed as a balanced tree. R is a setting of the run, so that how many
 * threads or processes compute the groups changes no byte.
 *
 * Each group is cut into shards, so few streams that a shard's window stays in a core's cache on its way forward and back;
 * their gradients are added to one buffer, in their order. Where there are as many shards as threads, each thread takes
 * whole ones; where not, all share each.
 */
export class ReplicatedNetwork {
  readonly B: number;
  readonly T: number;
  /** of each replica */
  readonly #shards: readonly (readonly Network[])[];
  /** of all replicas, in the order of streams */
  readonly networks: readonly Network[];
  readonly #weights: Weights;
  readonly #kernels: Kernels;

  constructor(weights: Weights, kernels: Kernels, options: ReplicatedOptions) {
    const { B, T, backward, dropout, replicas: R = 1 } = options;
    this.B = B;
    this.T = T;
    this.#weights = weights;
    this.#kernels = kernels;
    const size = B / R;
    const count = Math.min(MAX_SHARDS, Math.max(1, Math.floor(size / MIN_STREAMS)));
    const start = (shard: number) => Math.floor((shard * size) / count);
    this.#shards = Array.from({ length: R }, (_, r) => {
      const gradient = backward ? new ParameterBuffer(weights.table, kernels) : undefined;
      return Array.from({ length: count }, (_, shard) => {
        const masks = dropout && { ...dropout, streams: B, first: r * size + start(shard) };
        const streams = start(shard + 1) - start(shard);
        return new Network(weights, kernels, { B: streams, T, backward, gradient, dropout: masks });
      });
    });
    this.networks = this.#shards.flat();
  }

  /** Lets `read` fill ids and targets (T,B) of each network, whose first stream is the `first` of all. */
  fill(read: (network: Network, first: number) => void): void {
    let first = 0;
    for (const network of this.networks) {
      read(network, first);
      first += network.B;
    }
  }

  /**
   * One thread's part of a window: the losses and the gradient of their mean. The state before the window stays, so that
   * a window can be given up, or computed again.
   */
  compute(member: Member): void {
    this.#weights.refresh(member);
    if (this.networks.length >= member.count) {
      const { from, to } = partOf(this.networks.length, member);
      for (const network of this.networks.slice(from, to)) this.#pass(network, ALONE);
    } else for (const network of this.networks) this.#pass(network, member);
    const [[first]] = this.#shards as [[Network]];
    if (!first.gradient) return;
    for (const [network] of this.#shards as [Network][]) network.clearGradient(member);
    member.barrier();
    for (const network of this.networks) network.gradients(member);
    if (this.#weights.architecture.embedding) {
      member.barrier();
      for (const network of this.networks) network.embeddingGradient(member);
    }
    if (this.#shards.length === 1) return;
    member.barrier();
    this.#sumGradients(member);
  }

  /** Forward and back. */
  #pass(network: Network, member: Member): void {
    network.forward(member);
    network.loss(1 / (this.B * this.T), member);
    if (network.gradient) network.propagate(member);
  }

  /** ((g₀ + g₁) + (g₂ + g₃)) + …, into the first */
  #sumGradients(member: Member): void {
    const gradients = this.#shards.map(([network]) => network!.gradient!.data);
    const { from, to } = partOf(gradients[0]!.length, member);
    const parts = gradients.map((gradient) => gradient.subarray(from, to));
    for (let apart = 1; apart < parts.length; apart *= 2)
      for (let r = 0; r + apart < parts.length; r += 2 * apart)
        this.#kernels.add(parts[r]!, parts[r + apart]!);
  }

  /** After `compute`: the gradient of all streams. */
  get gradient(): ParameterBuffer {
    return this.networks[0]!.gradient!;
  }

  /** After `compute`: the summed loss of the window. */
  get nats(): number {
    return this.networks.reduce((sum, { nats }) => sum + nats, 0);
  }

  /** The state after this window becomes the state before the next. */
  carryState(): void {
    for (const network of this.networks) network.carryState();
  }

  /** Decides the masks of the next window. */
  setDropoutKeys(random: Random): void {
    const keys = Array.from(this.networks[0]!.dropoutKeys, () => Math.floor(random.next() * 2 ** 31));
    for (const { dropoutKeys } of this.networks) dropoutKeys.set(keys);
  }

  /** Every stream starts anew: h = 0. */
  resetState(): void {
    for (const network of this.networks) network.resetState();
  }

  /** The carried states (L,S,B,H), as one copy. */
  readState(): Float32Array {
    const states = this.networks.map((network) => network.readState());
    const all = new Float32Array(states.reduce((sum, { length }) => sum + length, 0));
    this.#eachPart((at, network, from, length) => {
      all.set(states[network]!.subarray(from, from + length), at);
    });
    return all;
  }

  writeState(all: Float32Array): void {
    const states = this.networks.map(({ stateLength }) => new Float32Array(stateLength));
    this.#eachPart((at, network, from, length) => {
      states[network]!.set(all.subarray(at, at + length), from);
    });
    this.networks.forEach((network, i) => {
      network.writeState(states[i]!);
    });
  }

  /** Visits (L,S,B,H) in order: `length` values at `at` are those of a network at `from` in its own (L,S,B,H). */
  #eachPart(visit: (at: number, network: number, from: number, length: number) => void): void {
    const { hidden: H } = this.#weights.architecture;
    const [{ stateLength, B }] = this.networks as [Network];
    const parts = stateLength / (B * H);
    let at = 0;
    for (let part = 0; part < parts; part++) {
      this.networks.forEach((network, i) => {
        visit(at, i, part * network.B * H, network.B * H);
        at += network.B * H;
      });
    }
  }
}
