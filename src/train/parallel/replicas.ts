import type { Floats, Kernels, Part } from '../../kernels/index.ts';
import {
  ALONE,
  countParameters,
  type DropoutOptions,
  type Member,
  Network,
  type NetworkOptions,
  ParameterBuffer,
  partOf,
  type Span,
  type Weights,
} from '../../model/index.ts';
import type { Random } from '../../random.ts';
import { type Addition, isWithin, sumTree } from './sum-tree.ts';

/** Options of all replicas together; what each must know of its place is added to it. */
export type ReplicatedOptions = Omit<NetworkOptions, 'dropout'> & {
  dropout?: Pick<DropoutOptions, 'probability' | 'variational'> | undefined;
  /** equal groups of streams, whose gradients are summed as a balanced tree; 1 unless given */
  replicas?: number;
  /** the replicas of one process of several; all unless given */
  part?: Part;
};

/** Fewest streams of a shard: of fewer, products would read the weights too often. */
const MIN_STREAMS = 12;
const MAX_SHARDS = 64;
const MAX_GRADIENTS = 4;
/** Fewer numbers are packed or summed by one thread in less time than threads take to meet. */
const WORTH_MEETING = 2 ** 17;

/** The largest power of two up to x, at least 1: threads can share out so many things evenly. */
const powerOfTwo = (x: number): number => 2 ** Math.floor(Math.log2(Math.max(1, x)));

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/**
 * Several gradients of a replica let threads compute without a look at what others have computed; they are worth it while
 * they are small beside what a window of so many characters writes, a state and a gradient of it for each gate.
 */
function gradientsOf({ table, architecture }: Weights, characters: number): number {
  const { hidden: H, layers: L } = architecture;
  const gates = table.find(({ role }) => role === 'recurrent')!.shape[0]! / H;
  const window = characters * L * H * (1 + gates);
  return Math.min(MAX_GRADIENTS, powerOfTwo(window / 3 / countParameters(architecture)));
}

/**
 * B streams in R equal groups, whose gradients are summed as a balanced tree. R is a setting of the run, so that how many
 * threads or processes compute the groups changes no byte.
 *
 * Each replica is cut into shards, so few streams that a shard's window stays in a core's cache on its way forward and
 * back. Where there are as many shards as threads, each thread takes whole ones; where not, teams of threads do. Neighbouring
 * shards add their gradients to one buffer, in their order, and what the buffers hold is summed as part of the tree.
 */
export class ReplicatedNetwork {
  /** streams of all replicas, in whatever processes */
  readonly B: number;
  readonly T: number;
  /** of the streams of this process */
  readonly #firstStream: number;
  /** shards that have a gradient in common */
  readonly #groups: readonly (readonly Network[])[];
  /** of all replicas of this process, in the order of streams */
  readonly networks: readonly Network[];
  /** the gradients of this process among all that are summed */
  readonly gradientSpan: Span;
  readonly #additions: readonly Addition[];
  readonly #weights: Weights;
  readonly #kernels: Kernels;
  /** whether threads share the packing of weights and the sum of gradients */
  readonly #worthMeeting: boolean;
  /** whether there are gradients to be summed */
  readonly #sums: boolean;

  constructor(weights: Weights, kernels: Kernels, options: ReplicatedOptions) {
    const { B, T, backward, dropout, replicas: R = 1, part = ALONE } = options;
    this.B = B;
    this.T = T;
    this.#weights = weights;
    this.#kernels = kernels;
    this.#worthMeeting = countParameters(weights.architecture) >= WORTH_MEETING;
    const shards = Math.min(MAX_SHARDS, powerOfTwo(B / R / MIN_STREAMS));
    const groups = Math.min(shards, gradientsOf(weights, (T * B) / R));
    const start = (shard: number) => Math.floor((shard * B) / R / shards);
    const own = partOf(R, part);
    this.#firstStream = start(own.from * shards);
    this.gradientSpan = { from: own.from * groups, to: own.to * groups };
    this.#additions = sumTree(R * groups).filter((addition) => isWithin(addition, this.gradientSpan));
    this.#groups = Array.from({ length: (own.to - own.from) * groups }, (_, group) => {
      const gradient = backward ? new ParameterBuffer(weights.table, kernels) : undefined;
      return Array.from({ length: shards / groups }, (_, i) => {
        const shard = own.from * shards + (group * shards) / groups + i;
        const masks = dropout && { ...dropout, streams: B, first: start(shard) };
        const streams = start(shard + 1) - start(shard);
        return new Network(weights, kernels, { B: streams, T, backward, gradient, dropout: masks });
      });
    });
    this.networks = this.#groups.flat();
    this.#sums = backward && this.#groups.length > 1;
  }

  /** Lets `read` fill ids and targets (T,B) of each network, whose first stream is the `first` of all. */
  fill(read: (network: Network, first: number) => void): void {
    let first = this.#firstStream;
    for (const network of this.networks) {
      read(network, first);
      first += network.B;
    }
  }

  /** Before `compute`, by one thread alone. */
  begin(): void {
    if (!this.#worthMeeting) this.#weights.refresh();
  }

  /** After `compute`, by one thread alone: the losses of a window and the gradient of their mean are there. */
  finish(): void {
    if (!this.#worthMeeting && this.#sums) this.#sumGradients(ALONE);
  }

  /**
   * One thread's part of a window. The state before the window stays, so that a window can be given up, or computed
   * again.
   */
  compute(member: Member): void {
    this.#weights.refresh(member);
    // a thread that has whole groups goes on to their gradients while all is in its cache
    if (this.#groups.length % member.count === 0) {
      const { from, to } = partOf(this.#groups.length, member);
      for (const group of this.#groups.slice(from, to)) this.#computeGroup(group);
    } else this.#computeTogether(member);
    if (!this.#worthMeeting || !this.#sums) return;
    member.barrier();
    this.#sumGradients(member);
  }

  #computeGroup(group: readonly Network[]): void {
    const [first] = group as [Network];
    if (first.gradient) first.clearGradient(ALONE);
    for (const network of group) {
      this.#pass(network, ALONE);
      if (first.gradient) network.gradients(ALONE);
    }
    if (first.gradient) for (const network of group) network.embeddingGradient(ALONE);
  }

  #computeTogether(member: Member): void {
    const shards = this.networks.length;
    // as many teams as there can be with equal shares, since the fewer meet, the less they wait
    const teams = shards >= member.count ? member.count : greatestCommonDivisor(shards, member.count);
    const { team, member: part } = member.inTeam(teams);
    const { from, to } = partOf(shards, { index: team, count: teams });
    for (const network of this.networks.slice(from, to)) this.#pass(network, part);
    if (!this.networks[0]!.gradient) return;
    for (const [network] of this.#groups as [Network][]) network.clearGradient(member);
    member.barrier();
    this.#eachOfMine(member, (network, part) => network.gradients(part));
    if (!this.#weights.architecture.embedding) return;
    member.barrier();
    this.#eachOfMine(member, (network, part) => network.embeddingGradient(part));
  }

  /** Where each group has as many threads as another, they alone compute its gradient; else all compute each. */
  #eachOfMine(member: Member, compute: (network: Network, part: Part) => void): void {
    const each = member.count / this.#groups.length;
    const mine = Math.floor(member.index / each);
    const part = { index: member.index % each, count: each };
    this.#groups.forEach((group, i) => {
      for (const network of group) {
        if (!Number.isInteger(each)) compute(network, member);
        else if (i === mine) compute(network, part);
      }
    });
  }

  /** Forward and back. */
  #pass(network: Network, member: Member): void {
    network.forward(member);
    network.loss(1 / (this.B * this.T), member);
    if (network.gradient) network.propagate(member);
  }

  /** ((g₀ + g₁) + (g₂ + g₃)) + …, into the first; of gradients in several processes the sums that one alone can make */
  #sumGradients(member: Member): void {
    const { gradients } = this;
    const { from, to } = partOf(gradients[0]!.length, member);
    const parts = gradients.map((gradient) => gradient.subarray(from, to));
    const first = this.gradientSpan.from;
    for (const { into, from } of this.#additions)
      this.#kernels.add(parts[into - first]!, parts[from - first]!);
  }

  /** Those that are summed, as far as they are in this process. */
  get gradients(): Floats[] {
    return this.#groups.map(([network]) => network!.gradient!.data);
  }

  /** After `compute`: the gradient of all streams of this process, where it has one sum. */
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

  /** The carried states (L,S,B,H), as one copy; 0 of streams in other processes. */
  readState(): Float32Array {
    const states = this.networks.map((network) => network.readState());
    const all = new Float32Array(this.#parts * this.B * this.#H);
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

  get #H(): number {
    return this.#weights.architecture.hidden;
  }

  /** L·S */
  get #parts(): number {
    const [{ stateLength, B }] = this.networks as [Network];
    return stateLength / (B * this.#H);
  }

  /** Visits (L,S,B,H) in order: `length` values at `at` are those of a network at `from` in its own (L,S,B,H). */
  #eachPart(visit: (at: number, network: number, from: number, length: number) => void): void {
    const H = this.#H;
    for (let part = 0; part < this.#parts; part++) {
      let at = (part * this.B + this.#firstStream) * H;
      this.networks.forEach((network, i) => {
        visit(at, i, part * network.B * H, network.B * H);
        at += network.B * H;
      });
    }
  }
}
