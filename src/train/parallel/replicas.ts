import type { Kernels } from '../../kernels/index.ts';
import {
  type DropoutOptions,
  type Member,
  Network,
  type NetworkOptions,
  type ParameterBuffer,
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

/**
 * B streams in R equal groups, each a network over the same weights. R is a setting of the run, so that how many threads
 * or processes compute the groups changes no byte.
 */
export class ReplicatedNetwork {
  readonly B: number;
  readonly T: number;
  readonly replicas: readonly Network[];
  readonly #kernels: Kernels;

  constructor(weights: Weights, kernels: Kernels, options: ReplicatedOptions) {
    const { B, T, backward, dropout, replicas: R = 1 } = options;
    this.B = B;
    this.T = T;
    this.#kernels = kernels;
    this.replicas = Array.from({ length: R }, (_, r) => {
      const first = (r * B) / R;
      const masks = dropout && { ...dropout, streams: B, first };
      return new Network(weights, kernels, { B: B / R, T, backward, dropout: masks });
    });
  }

  /** Lets `read` fill ids and targets (T,B/R) of each replica, whose first stream is the `first` of all. */
  fill(read: (network: Network, first: number) => void): void {
    this.replicas.forEach((network, r) => {
      read(network, (r * this.B) / this.replicas.length);
    });
  }

  /**
   * One thread's part of a window: the losses and the gradient of their mean. The state before the window stays, so that
   * a window can be given up, or computed again.
   */
  compute(member: Member): void {
    for (const network of this.replicas) {
      network.forward(member);
      network.loss(1 / (this.B * this.T), member);
      if (network.gradient) network.backward(member);
    }
    if (this.replicas[0]!.gradient) this.#sumGradients(member);
  }

  /** ((g₀ + g₁) + (g₂ + g₃)) + …, into the first */
  #sumGradients(member: Member): void {
    const gradients = this.replicas.map(({ gradient }) => gradient!.data);
    const { from, to } = partOf(gradients[0]!.length, member);
    const parts = gradients.map((gradient) => gradient.subarray(from, to));
    for (let apart = 1; apart < parts.length; apart *= 2)
      for (let r = 0; r + apart < parts.length; r += 2 * apart)
        this.#kernels.add(parts[r]!, parts[r + apart]!);
  }

  /** After `compute`: the gradient of all streams. */
  get gradient(): ParameterBuffer {
    return this.replicas[0]!.gradient!;
  }

  /** After `compute`: the summed loss of the window. */
  get nats(): number {
    return this.replicas.reduce((sum, { nats }) => sum + nats, 0);
  }

  /** The state after this window becomes the state before the next. */
  carryState(): void {
    for (const network of this.replicas) network.carryState();
  }

  /** Decides the masks of the next window. */
  setDropoutKeys(random: Random): void {
    const keys = Array.from(this.replicas[0]!.dropoutKeys, () => Math.floor(random.next() * 2 ** 31));
    for (const { dropoutKeys } of this.replicas) dropoutKeys.set(keys);
  }

  /** Every stream starts anew: h = 0. */
  resetState(): void {
    for (const network of this.replicas) network.resetState();
  }

  /** The carried states (L,S,B,H), as one copy. */
  readState(): Float32Array {
    const states = this.replicas.map((network) => network.readState());
    const all = new Float32Array(states.length * states[0]!.length);
    this.#eachPart((at, r, from, length) => {
      all.set(states[r]!.subarray(from, from + length), at);
    });
    return all;
  }

  writeState(all: Float32Array): void {
    const states = this.replicas.map(({ stateLength }) => new Float32Array(stateLength));
    this.#eachPart((at, r, from, length) => {
      states[r]!.set(all.subarray(at, at + length), from);
    });
    this.replicas.forEach((network, r) => {
      network.writeState(states[r]!);
    });
  }

  /** Visits (L,S,B,H) in order: `length` values at `at` are those of replica `r` at `from` in its own (L,S,B/R,H). */
  #eachPart(visit: (at: number, r: number, from: number, length: number) => void): void {
    const [{ weights, stateLength, B }] = this.replicas as [Network];
    const length = B * weights.architecture.hidden;
    let at = 0;
    for (let from = 0; from < stateLength; from += length)
      for (let r = 0; r < this.replicas.length; r++, at += length) visit(at, r, from, length);
  }
}
