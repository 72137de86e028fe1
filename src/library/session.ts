import { encodeText, type Vocabulary } from '../corpus/index.ts';
import { defaultSeed } from '../sample/index.ts';
import type { Choice, ChoiceOptions, Session } from './api.ts';
import { check, choiceSchema, requireText } from './checked.ts';
import type { Place, SharedSampler } from './places.ts';

/** Parts that the sessions of a model share. */
export interface Reader {
  vocabulary: Vocabulary;
  /** @throws RnnError when the model has been disposed */
  sampler(): SharedSampler;
}

/** A session that begins with a seed text, or with a line where it is empty. */
export function beginSession(reader: Reader, seed: string): Session {
  const { vocabulary, sampler } = reader;
  requireText('seed', seed);
  const { ids } = encodeText(vocabulary, seed, 'error', 'seed', LEAVE_OUT);
  return new ReadingSession(reader, sampler().begin(ids.length > 0 ? ids : defaultSeed(vocabulary)));
}

const LEAVE_OUT = 'leave them out';

class ReadingSession implements Session {
  readonly #reader: Reader;
  readonly #place: Place;

  constructor(reader: Reader, place: Place) {
    this.#reader = reader;
    this.#place = place;
  }

  feed(text: string): void {
    const { vocabulary, sampler } = this.#reader;
    requireText('text', text);
    const { ids } = encodeText(vocabulary, text, 'error', 'text', LEAVE_OUT);
    sampler().at(this.#place).read(ids);
  }

  next(options: ChoiceOptions = {}): readonly Choice[] {
    const { vocabulary, sampler } = this.#reader;
    const { top, ...shaping } = check(choiceSchema, options);
    const p = sampler()
      .at(this.#place)
      .distribution({ ...shaping, greedy: false });
    const order = Array.from(p, (_, id) => id).sort((a, b) => p[b]! - p[a]! || a - b);
    return order.slice(0, top).map((id) => ({ character: vocabulary.unitAt(id), probability: p[id]! }));
  }

  clone(): Session {
    return new ReadingSession(this.#reader, this.#reader.sampler().fork(this.#place));
  }
}
