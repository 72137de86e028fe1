import type { Ids } from '../../corpus/index.ts';
import { drain } from '../../drain.ts';
import type { Kernels } from '../../kernels/index.ts';
import type { NetworkOptions, Weights } from '../../model/index.ts';
import { coreCount } from '../parallel/cores.ts';
import type { ReplicatedNetwork } from '../parallel/replicas.ts';
import { Team } from '../parallel/team.ts';

/** Characters of one stream below which more streams would cost more in cold starts than they save. */
const MIN_STREAM = 2000;
const MAX_STREAMS = 96;
/**
 * Each stream first reads the 200 opening characters of the text, then the 200 characters before its part, both
 * unscored. Without the opening, a stream would start from a zero state in the middle of a sentence, from which a gated
 * cell may not recover.
 */
const WARM_UP = 200;
const MAX_STEPS = 50;

export interface Evaluation {
  nats: number;
  characters: number;
}

/**
 * The network that measures a text of so many characters, at least two.
 * @param coldEvery characters after which the state is reset to zero; then windows divide them almost evenly
 */
export function evaluationNetwork(characters: number, coldEvery = 0): NetworkOptions {
  const B = Math.max(1, Math.min(MAX_STREAMS, Math.floor(characters / MIN_STREAM)));
  const windows = Math.ceil(coldEvery / MAX_STEPS);
  return { B, T: windows > 0 ? Math.ceil(coldEvery / windows) : MAX_STEPS, backward: false };
}

/**
 * Measures a text with carried state, as one reading from start to end. Long texts are cut into parallel streams; each
 * but the first reads the text's start and what stands before its own part unscored, so the result differs little from a
 * single pass.
 * The first character of the text has nothing before it and is not scored.
 *
 * With `coldEvery` N the state is zero before every N characters that are read, so that all pieces are measured apart: as
 * many publications do, and no model can use more of the past than its piece holds.
 */
export class Evaluator {
  readonly #ids: Ids | Int32Array;
  readonly #team: Team;
  readonly #network: ReplicatedNetwork;
  readonly #coldEvery: number;

  /** @param network one of the team's, of `evaluationNetwork(ids.length, coldEvery)` */
  constructor(team: Team, network: ReplicatedNetwork, ids: Ids | Int32Array, coldEvery = 0) {
    this.#ids = ids;
    this.#team = team;
    this.#network = network;
    this.#coldEvery = coldEvery;
  }

  /** Yields between the parts of the work, and while other threads are waited for. */
  *run(): Generator<void, Evaluation, void> {
    const network = this.#network;
    const streams = Array.from({ length: network.B }, (_, b) => this.#bounds(b));
    const steps = this.#shared + Math.max(...streams.map(({ start, end }) => end - start));
    const piece = this.#coldEvery > 0 ? this.#coldEvery : steps;
    let nats = 0;
    for (let start = 0; start < steps; start += piece) {
      const end = Math.min(start + piece, steps);
      network.resetState();
      for (let from = start; from < end; from += network.T) {
        this.#fill(from, end, streams);
        nats += yield* this.#team.run(network);
        network.carryState();
        yield;
      }
    }
    return { nats, characters: this.#ids.length - 1 };
  }

  /** How many characters of the text's start all streams read. */
  get #shared(): number {
    return this.#network.B > 1 && this.#coldEvery === 0 ? WARM_UP : 0;
  }

  /** Stream b scores targets first…end and reads, after the shared start, from `start`; whole pieces of a cold reading. */
  #bounds(b: number): Stretch {
    const scored = this.#ids.length - 1;
    const piece = Math.max(1, this.#coldEvery);
    const bound = (b: number) =>
      Math.min(scored, piece * Math.floor((b * Math.ceil(scored / piece)) / this.#network.B));
    const [first, end] = [bound(b), bound(b + 1)];
    if (this.#coldEvery > 0) return { start: first, first, end };
    return { start: b === 0 ? this.#shared : first - WARM_UP, first, end };
  }

  /** Steps from…until of all streams; what is left of the window is not scored. */
  #fill(from: number, until: number, streams: readonly Stretch[]): void {
    this.#network.fill(({ ids, targets, B, T }, firstStream) => {
      for (let b = 0; b < B; b++) {
        const { start, first, end } = streams[firstStream + b]!;
        for (let t = 0; t < T; t++) {
          const step = from + t;
          const at = step < this.#shared ? step : start + step - this.#shared;
          const inside = step < until && at < end;
          ids[t * B + b] = inside ? this.#ids[at]! : 0;
          targets[t * B + b] = inside && at >= first ? this.#ids[at + 1]! : -1;
        }
      }
    });
  }
}

/**
 * How well weights predict a text; yields between the parts of the work. A program that gives its event loop a turn at
 * these pauses hears of a thread that ran out of memory at once, else half a minute later.
 * @param ids at least two characters; @param coldEvery see `Evaluator`
 * @throws RnnError when a thread has died or stalled
 */
export function* evaluating(
  weights: Weights,
  ids: Ids | Int32Array,
  kernels: Kernels,
  threads = coreCount(),
  coldEvery = 0,
): Generator<void, Evaluation, void> {
  const team = new Team(kernels, weights.architecture, [evaluationNetwork(ids.length, coldEvery)], threads);
  team.weights.assign(weights.data);
  try {
    return yield* new Evaluator(team, team.networks[0]!, ids, coldEvery).run();
  } finally {
    team.close();
  }
}

/** The same in one go. */
export function evaluate(...args: Parameters<typeof evaluating>): Evaluation {
  return drain(evaluating(...args));
}

interface Stretch {
  start: number;
  first: number;
  end: number;
}

export const bitsPerCharacter = ({ nats, characters }: Evaluation): number => nats / characters / Math.LN2;
