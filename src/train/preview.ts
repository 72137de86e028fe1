import type { Vocabulary } from '../corpus/index.ts';
import { createRandom } from '../random.ts';
import { defaultSeed, type Sampler } from '../sample/index.ts';
import { PREVIEW_LENGTH } from './cadence.ts';

const SHAPING = { temperature: 0.8, topK: 0, topP: 1, minP: 0, greedy: false };

/**
 * The text of a preview; yields after each character. It draws from a stream of its own, so that it never changes training.
 * @param sampler over what has been learned so far; @param of the step, or what else tells it from other previews
 */
export function* previewing(
  sampler: Sampler,
  vocabulary: Vocabulary,
  rngSeed: number,
  of: number | string,
): Generator<void, string, void> {
  const random = createRandom(`${rngSeed}/${of}`, 'preview');
  const ids: number[] = [];
  sampler.prime(defaultSeed(vocabulary));
  while (ids.length < PREVIEW_LENGTH) {
    ids.push(sampler.next(SHAPING, random));
    yield;
  }
  return vocabulary.decode(ids);
}
