import { MAX_PREVIEW_LENGTH, PREVIEW_LENGTH } from '../checkpoint/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';
import { createRandom } from '../random.ts';
import { defaultSeed, Sampler } from '../sample/index.ts';

const SHAPING = { temperature: 0.8, topK: 0, topP: 1, minP: 0, greedy: false };

/** Draws previews of a run. Each has random numbers of its own, so that none changes training. */
export class Previewer {
  readonly #kernels: Kernels;
  readonly #vocabulary: Vocabulary;
  readonly #rngSeed: number;
  #sampler: Sampler | undefined;

  constructor(kernels: Kernels, vocabulary: Vocabulary, rngSeed: number) {
    this.#kernels = kernels;
    this.#vocabulary = vocabulary;
    this.#rngSeed = rngSeed;
  }

  /**
   * The text of a preview; yields after each character.
   * @param learned the same object each time, whatever it has learned since; @param of the step, or what else tells this
   * preview from others
   */
  *draw(learned: Weights, of: number | string): Generator<void, string, void> {
    const random = createRandom(`${this.#rngSeed}/${of}`, 'preview');
    const ids: number[] = [];
    this.#sampler ??= new Sampler(learned, this.#kernels);
    this.#sampler.prime(defaultSeed(this.#vocabulary));
    while (ids.length < PREVIEW_LENGTH) {
      ids.push(this.#sampler.next(SHAPING, random));
      yield;
    }
    return this.#vocabulary.decode(ids);
  }
}

/** As much of a preview as a checkpoint keeps, in whole code points. */
export function keptText(text: string): string {
  let length = 0;
  for (const point of text) {
    if (length + point.length > MAX_PREVIEW_LENGTH) break;
    length += point.length;
  }
  return text.slice(0, length);
}
