import type { Ids, Vocabulary } from '../corpus/index.ts';
import { CopyFinder, LEAST_COPY } from '../sample/index.ts';
import type { Preview } from './protocol.ts';

/** Characters of the text that are looked through at a time: some ten milliseconds. */
const PIECE = 1 << 18;

/**
 * Finds what of previews stands in the training text; yields between pieces of the text.
 * @returns the previews with their copied stretches, where all their characters are known
 */
export function* findingCopies(
  previews: readonly Preview[],
  text: Ids,
  vocabulary: Vocabulary,
): Generator<void, Preview[], void> {
  const samples = previews.map((preview) => vocabulary.encode(preview.text));
  const finder = new CopyFinder(
    samples.map(({ ids }) => ids),
    vocabulary.size,
  );
  // a stretch that crosses from one piece to the next stands whole in the next
  const overlap = Math.max(0, ...samples.map(({ ids }) => ids.length - 1));
  for (let from = 0; from < text.length; from += PIECE) {
    finder.read(text.subarray(Math.max(0, from - overlap), from + PIECE));
    yield;
  }
  return finder.stretches(LEAST_COPY).flatMap((stretches, i) => {
    const { ids, skipped } = samples[i]!;
    if (skipped > 0) return [];
    const places = codePoints(ids, vocabulary);
    const copied = stretches.map(([from, to]) => [places[from]!, places[to]!] as const);
    return [{ ...previews[i]!, copied }];
  });
}

/** How many code points stand before each character of a text, and in all of it. */
function codePoints(ids: Ids, vocabulary: Vocabulary): number[] {
  const places = [0];
  let place = 0;
  for (const id of ids) {
    const unit = vocabulary.units[id]!;
    // of bytes those count that begin a character
    if (typeof unit === 'string') place += [...unit].length;
    else if ((unit & 0xc0) !== 0x80) place++;
    places.push(place);
  }
  return places;
}
