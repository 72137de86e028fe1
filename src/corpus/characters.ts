import { display, type Vocabulary } from './vocabulary.ts';

/** Units as the characters that people see. */
export interface Characters {
  characters: string[];
  /** for each character how many units it is made of: bytes, or 1 */
  lengths: number[];
}

/** Characters of a text given by ids: bytes are put together to those of UTF-8, one that is not UTF-8 stands by its number. */
export function charactersOf(vocabulary: Vocabulary, ids: ArrayLike<number>): Characters {
  if (vocabulary.unit !== 'byte') {
    const characters = Array.from(ids, (id) => vocabulary.unitAt(id));
    return { characters, lengths: characters.map(() => 1) };
  }
  const bytes = vocabulary.decodeBytes(ids);
  const found: Characters = { characters: [], lengths: [] };
  for (let i = 0; i < bytes.length; ) {
    const character = characterAt(bytes, i);
    const length = character === undefined ? 1 : sequenceLength(bytes[i]!);
    found.characters.push(character ?? display(bytes[i]!));
    found.lengths.push(length);
    i += length;
  }
  return found;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function characterAt(bytes: Uint8Array, at: number): string | undefined {
  const length = sequenceLength(bytes[at]!);
  if (length === 1) return String.fromCharCode(bytes[at]!);
  try {
    return length === 0 ? undefined : utf8.decode(bytes.subarray(at, at + length));
  } catch {
    return undefined;
  }
}

/** Bytes of the character of UTF-8 that begins with a byte; 0 where none does. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
