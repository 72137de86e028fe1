import type { Ids } from '../corpus/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { Network, type Weights } from '../model/index.ts';

/** Characters of one stream below which more streams would cost more in cold starts than they save. */
const MIN_STREAM = 2000;
const MAX_STREAMS = 32;
/** Characters read before a stream's first scored one, so that it starts with a warm state. */
const WARM_UP = 200;
const T = 50;

export interface Evaluation {
  nats: number;
  characters: number;
}

/**
 * Measures a text with carried state, as one reading from start to end. Long texts are cut into parallel streams;
 * each but the first reads `WARM_UP` characters unscored, so the result differs little from a single pass.
 * The first character of the text has nothing before it and is not scored.
 */
export class Evaluator {
  readonly #ids: Ids | Int32Array;
  readonly #network: Network;
  readonly #streams: number;

  /** @param ids at least two characters */
  constructor(weights: Weights, ids: Ids | Int32Array, kernels: Kernels) {
    this.#ids = ids;
    this.#streams = Math.max(1, Math.min(MAX_STREAMS, Math.floor(ids.length / MIN_STREAM)));
    this.#network = new Network(weights, kernels, { B: this.#streams, T, backward: false });
  }

  run(): Evaluation {
    const network = this.#network;
    const streams = Array.from({ length: this.#streams }, (_, b) => this.#bounds(b));
    const steps = Math.max(...streams.map(({ start, end }) => end - start));
    let nats = 0;
    network.resetState();
    for (let from = 0; from < steps; from += T) {
      streams.forEach((stream, b) => {
        this.#fill(b, from, stream);
      });
      network.forward();
      nats += network.loss(0);
      network.carryState();
    }
    return { nats, characters: this.#ids.length - 1 };
  }

  /** Stream b scores targets first…end and reads from start. */
  #bounds(b: number): { start: number; first: number; end: number } {
    const scored = this.#ids.length - 1;
    const first = Math.floor((b * scored) / this.#streams);
    const end = Math.floor(((b + 1) * scored) / this.#streams);
    return { start: Math.max(0, first - WARM_UP), first, end };
  }

  #fill(b: number, from: number, { start, first, end }: { start: number; first: number; end: number }): void {
    const { ids, targets, B } = this.#network;
    for (let t = 0; t < T; t++) {
      const at = start + from + t;
      const inside = at < end;
      ids[t * B + b] = inside ? this.#ids[at]! : 0;
      targets[t * B + b] = inside && at >= first ? this.#ids[at + 1]! : -1;
    }
  }
}

export const bitsPerCharacter = ({ nats, characters }: Evaluation): number => nats / characters / Math.LN2;
