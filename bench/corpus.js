import { createRandom, Vocabulary } from '../dist/lib/core.js';

/** The same pseudo-random text for every peer's sizes: `length` characters of `V` kinds. */
export function sameCorpus(length, V) {
  const random = createRandom(1, 'bench');
  const ids = V <= 256 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) ids[i] = Math.floor(random.next() * V);
  const units = Array.from({ length: V }, (_, i) => String.fromCodePoint(0x100 + i));
  return {
    vocabulary: new Vocabulary('codepoint', units),
    ids,
    sha256: '0'.repeat(64),
    bytes: length,
    files: 1,
  };
}
