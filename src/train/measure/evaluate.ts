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
 * Characters of the text's start that every stream reads, then characters before its own first scored one. Without the
 * first, a stream would start from zero in the middle of a sentence, from where a gated cell may not find its way back.
 */
const WARM_UP = 200;
const T = 50;

export interface Evaluation {
  nats: number;
  characters: number;
}

/** The network that measures a text of so many characters, at least two. */
export function evaluationNetwork(characters: number): NetworkOptions {
  const B = Math.max(1, Math.min(MAX_STREAMS, Math.floor(characters / MIN_STREAM)));
  return { B, T, backward: false };
}

/**
 * Measures a text with carried state, as one reading from start to end. Long texts are cut into parallel streams; each
 * but the first reads the text's start and what stands before its own part unscored, so the result differs little from a
 * single pass.
 * The first character of the text has nothing before it and is not scored.
 */
export class Evaluator {
  readonly #ids: Ids | Int32Array;
  readonly #team: Team;
  readonly #network: ReplicatedNetwork;

  /** @param network one of the team's, of `evaluationNetwork(ids.length)` */
  constructor(team: Team, network: ReplicatedNetwork, ids: Ids | Int32Array) {
    this.#ids = ids;
    this.#team = team;
    this.#network = network;
  }

  /** Yields between the parts of the work, and while other threads are waited for. */
  *run(): Generator<void, Evaluation, void> {
    const network = this.#network;
    const streams = Array.from({ length: network.B }, (_, b) => this.#bounds(b));
    const steps = this.#shared + Math.max(...streams.map(({ start, end }) => end - start));
    let nats = 0;
    network.resetState();
    for (let from = 0; from < steps; from += T) {
      this.#fill(from, streams);
      nats += yield* this.#team.run(network);
      network.carryState();
      yield;
    }
    return { nats, characters: this.#ids.length - 1 };
  }

  /** How many characters of the text's start all streams read. */
  get #shared(): number {
    return this.#network.B > 1 ? WARM_UP : 0;
  }

  /** Stream b scores targets first…end and reads, after the shared start, from `start`. */
  #bounds(b: number): Stretch {
    const scored = this.#ids.length - 1;
    const first = Math.floor((b * scored) / this.#network.B);
    const end = Math.floor(((b + 1) * scored) / this.#network.B);
    return { start: b === 0 ? this.#shared : first - WARM_UP, first, end };
  }

  #fill(from: number, streams: readonly Stretch[]): void {
    this.#network.fill(({ ids, targets, B }, firstStream) => {
      for (let b = 0; b < B; b++) {
        const { start, first, end } = streams[firstStream + b]!;
        for (let t = 0; t < T; t++) {
          const step = from + t;
          const at = step < this.#shared ? step : start + step - this.#shared;
          const inside = at < end;
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
 * @param ids at least two characters
 * @throws RnnError when a thread has died or stalled
 */
export function* evaluating(
  weights: Weights,
  ids: Ids | Int32Array,
  kernels: Kernels,
  threads = coreCount(),
): Generator<void, Evaluation, void> {
  const team = new Team(kernels, weights.architecture, [evaluationNetwork(ids.length)], threads);
  team.weights.assign(weights.data);
  try {
    return yield* new Evaluator(team, team.networks[0]!, ids).run();
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
