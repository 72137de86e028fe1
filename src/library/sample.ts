import type { z } from 'zod';
import { encodeText, type Ids, type Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createRandom } from '../random.ts';
import { continuation, defaultSeed, type Sampler } from '../sample/index.ts';
import type { Turns } from '../turns.ts';
import type { Sample, SampleOptions } from './api.ts';
import { check, sampleSchema, splitOptions } from './checked.ts';
import type { SharedSampler } from './places.ts';

const RANDOM_SEEDS = 2 ** 47;
/** Characters of a piece of a stream; a slow model's are shorter, since a turn of the event loop ends them too. */
const PIECE = 1024;

/** Model, options and random numbers that a text is written with. */
export interface Writer {
  vocabulary: Vocabulary;
  /** @throws RnnError when the model has been disposed */
  sampler(): SharedSampler;
  turns: Turns;
}

export class WrittenSample implements Sample {
  readonly rngSeed: number;
  readonly #writer: Writer;
  readonly #options: z.output<typeof sampleSchema>;
  readonly #signal: AbortSignal | undefined;
  readonly #seed: Ids;
  readonly #stop: Ids;

  constructor(writer: Writer, options: SampleOptions) {
    const { vocabulary } = writer;
    const [settings, signal] = splitOptions(options);
    const checked = check(sampleSchema, settings);
    this.#writer = writer;
    this.#options = checked;
    this.#signal = signal;
    this.rngSeed = checked.rngSeed ?? Math.floor(Math.random() * RANDOM_SEEDS);
    this.#seed = encodeSeed(vocabulary, checked.seed, checked.unknown);
    const never = 'it can never write that; name another string';
    this.#stop = encodeText(vocabulary, checked.stop, 'error', 'stop', never).ids;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    yield* this.#texts(1);
  }

  async text(): Promise<string> {
    const texts: string[] = [];
    for await (const text of this.#texts(PIECE)) texts.push(text);
    return texts.join('');
  }

  stream(): ReadableStream<Uint8Array> {
    const { vocabulary } = this.#writer;
    const pieces = this.#pieces(PIECE);
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const next = await pieces.next();
          if (next.done) controller.close();
          else controller.enqueue(vocabulary.decodeBytes(next.value));
        },
        async cancel() {
          await pieces.return();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async *#texts(most: number): AsyncGenerator<string> {
    const { vocabulary } = this.#writer;
    // a character of UTF-8 may be several bytes of a model of bytes
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const ids of this.#pieces(most)) {
      const text =
        vocabulary.unit === 'byte'
          ? decoder.decode(vocabulary.decodeBytes(ids), { stream: true })
          : vocabulary.decode(ids);
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  }

  /** The ids of the text, the seed's first, then so many at once at most. */
  async *#pieces(most: number): AsyncGenerator<ArrayLike<number>, void, void> {
    const { vocabulary, sampler, turns } = this.#writer;
    const { length: len, echo, ...options } = this.#options;
    const signal = this.#signal;
    const seed = this.#seed.length > 0 ? this.#seed : defaultSeed(vocabulary);
    const random = createRandom(`${this.rngSeed}/0`, 'sample');
    signal?.throwIfAborted();
    const place = sampler().begin([seed[0]!]);
    const atPlace: Pick<Sampler, 'next'> = {
      next: (...drawing) =>
        sampler()
          .at(place)
          .next(...drawing),
    };
    try {
      for (let at = 1; at < seed.length; at++) {
        sampler().at(place).read([seed[at]!]);
        await turns.take(signal);
      }
      if (echo && this.#seed.length > 0) yield this.#seed;
      let ids: number[] = [];
      for (const id of continuation(atPlace, { ...options, len }, this.#stop, random)) {
        ids.push(id);
        if (ids.length >= most || turns.isDue) {
          yield ids;
          ids = [];
        }
        await turns.take(signal);
      }
      if (ids.length > 0) yield ids;
    } finally {
      sampler().end(place);
    }
  }
}

/** The ids of a seed text, none of an empty one. @throws RnnError naming characters that the model does not know */
function encodeSeed(vocabulary: Vocabulary, seed: string, unknown: 'error' | 'skip'): Ids {
  const { ids, skipped } = encodeText(vocabulary, seed, unknown, 'seed');
  if (ids.length > 0 || seed === '') return ids;
  throw new RnnError('seed', 'seed', {
    setting: 'seed',
    expected: 'text to continue',
    got: `none that the model knows (${skipped} left out)`,
  });
}
