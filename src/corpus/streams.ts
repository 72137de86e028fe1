import { RnnError } from '../errors.ts';

/**
 * A text as B parallel streams, read in windows of T steps. Stream b is the b-th of B equal stretches; the state
 * after a window carries over to the next, so each stream is read as one text.
 */
export class Streams {
  readonly B: number;
  readonly T: number;
  /** windows of one epoch */
  readonly windows: number;
  readonly #ids: ArrayLike<number>;
  readonly #length: number;

  constructor(ids: ArrayLike<number>, B: number, T: number) {
    this.B = B;
    this.T = T;
    this.#ids = ids;
    this.#length = Math.floor(ids.length / B);
    this.windows = Math.floor((this.#length - 1) / T);
  }

  /** Fills inputs and targets, the characters one later, time-major (T,count), of `count` streams from `first` on. */
  read(window: number, inputs: Int32Array, targets: Int32Array, first = 0, count = this.B): void {
    const { T } = this;
    for (let b = 0; b < count; b++) {
      let at = (first + b) * this.#length + window * T;
      for (let t = 0; t < T; t++, at++) {
        inputs[t * count + b] = this.#ids[at]!;
        targets[t * count + b] = this.#ids[at + 1]!;
      }
    }
  }
}

/**
 * The largest batch, then sequence, up to the asked ones that give a text at least one window.
 * @param perStream how many characters each stream of a batch reads
 * @param replicas equal groups that a batch is made of
 */
export function fitStreams(
  perStream: (B: number) => number,
  B: number,
  T: number,
  replicas = 1,
): { B: number; T: number } {
  let fitted = B;
  while (fitted > replicas && perStream(fitted) <= T) fitted -= replicas;
  return { B: fitted, T: Math.max(1, Math.min(T, perStream(fitted) - 1)) };
}

/** The same for a whole text. */
export function fitBatch(length: number, B: number, T: number): { B: number; T: number } {
  requireWindow(length);
  return fitStreams((streams) => Math.floor(length / streams), B, T);
}

/** @throws RnnError when not even one character can be predicted */
export function requireWindow(length: number): void {
  if (length < 2)
    throw new RnnError('corpus', `the text needs at least 2 characters to train on, got ${length}`);
}
