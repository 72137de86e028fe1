import { RnnError } from '../errors.ts';
import { IdCollector, type Ids, LEFT_OUT } from './collect.ts';
import { splitGraphemes } from './graphemes.ts';

/** The unit that counts as one character of the model. */
export type Unit = 'codepoint' | 'grapheme' | 'byte';

/** Most UTF-16 code units of a character, and most characters. */
export const MAX_CHARACTER_LENGTH = 4096;
export const MAX_VOCABULARY = 0x110000;
const BLOCK = 1 << 16;

/** The characters a model knows, in a fixed order; a character's id is its place. */
export class Vocabulary {
  readonly unit: Unit;
  /** strings, or numbers 0…255 for bytes */
  readonly units: readonly string[] | readonly number[];
  readonly #ids: ReadonlyMap<string | number, number>;

  /** @throws RnnError when an entry is not exactly one unit, or appears twice */
  constructor(unit: Unit, units: readonly string[] | readonly number[]) {
    this.unit = unit;
    // a copy, so that the caller's array cannot renumber the model later
    this.units = Object.freeze(units.slice()) as readonly string[] | readonly number[];
    this.#ids = new Map((units as readonly (string | number)[]).map((entry, id) => [entry, id]));
    units.forEach((entry, id) => {
      if (!isUnit(entry, unit)) {
        throw new RnnError(
          'corpus',
          `vocabulary entry ${id}: expected one ${unit}, got ${JSON.stringify(entry)}`,
        );
      }
    });
    if (this.#ids.size !== units.length) {
      const twice = (units as readonly (string | number)[]).find((entry, id) => this.#ids.get(entry) !== id);
      throw new RnnError('corpus', `vocabulary: ${JSON.stringify(twice)} appears twice`);
    }
  }

  /** @param entry a string, or a byte */
  idOf(entry: string | number): number | undefined {
    return this.#ids.get(entry);
  }

  get size(): number {
    return this.units.length;
  }

  /** A text as ids; units the vocabulary lacks are left out, counted and named, each once, in order of appearance. */
  encode(text: string | Uint8Array): { ids: Ids; unknown: (string | number)[]; skipped: number } {
    const collector = new IdCollector(0, this.size);
    const unknown = new Set<string | number>();
    for (const entry of this.#split(text)) {
      const id = this.#ids.get(entry) ?? LEFT_OUT;
      if (id === LEFT_OUT) unknown.add(entry);
      collector.push(id);
    }
    return { ids: collector.finish(), unknown: [...unknown], skipped: collector.skipped };
  }

  #split(text: string | Uint8Array): Iterable<string | number> {
    if (this.unit === 'byte') return typeof text === 'string' ? new TextEncoder().encode(text) : text;
    return splitUnits(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(text),
      this.unit,
    );
  }

  /** Ids as text; a byte vocabulary's bytes are read as UTF-8, what is not becomes U+FFFD. */
  decode(ids: ArrayLike<number>): string {
    if (this.unit === 'byte')
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.decodeBytes(ids));
    // block by block, since a list of all units would be many times the text
    const blocks: string[] = [];
    for (let from = 0; from < ids.length; from += BLOCK) {
      const length = Math.min(BLOCK, ids.length - from);
      blocks.push(Array.from({ length }, (_, i) => this.units[ids[from + i]!]).join(''));
    }
    return blocks.join('');
  }

  /** Ids as exact bytes: those of a byte vocabulary, UTF-8 of the others. */
  decodeBytes(ids: ArrayLike<number>): Uint8Array {
    if (this.unit !== 'byte') return new TextEncoder().encode(this.decode(ids));
    return Uint8Array.from(ids, (id) => this.units[id] as number);
  }

  /** One unit as people see it: of bytes those of ASCII as characters, the others by their number. */
  unitAt(id: number): string {
    const entry = this.units[id]!;
    return typeof entry === 'number' && entry < 0x80 ? String.fromCharCode(entry) : display(entry);
  }

  /** One unit as data: a string, a byte by its number. */
  nameOf(id: number): string {
    return display(this.units[id]!);
  }

  /** The known units most like an unknown one: of other case first, then of the same base letter; often there are none. */
  nearest(unknown: string | number, count = 3): (string | number)[] {
    const wanted = characterOf(unknown);
    const letter = base(wanted);
    if (letter === '') return [];
    const like = (this.units as readonly (string | number)[]).filter(
      (known) => base(characterOf(known)) === letter,
    );
    const differs = (known: string | number) =>
      Number(characterOf(known).toLowerCase() !== wanted.toLowerCase());
    return like.sort((a, b) => differs(a) - differs(b)).slice(0, count);
  }
}

/** A unit as a character; a byte beyond ASCII is none by itself. */
const characterOf = (entry: string | number): string => {
  if (typeof entry === 'string') return entry;
  return entry < 0x80 ? String.fromCharCode(entry) : '';
};

const base = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** A unit, quoted for a message; a byte of ASCII with its character. */
export function quote(entry: string | number): string {
  const quoted = JSON.stringify(characterOf(entry));
  if (typeof entry === 'string') return quoted;
  return entry < 0x80 ? `${display(entry)} ${quoted}` : display(entry);
}

/** A unit in a message: a byte by its number. */
export const display = (entry: string | number): string =>
  typeof entry === 'string' ? entry : `0x${entry.toString(16).padStart(2, '0')}`;

function isUnit(entry: string | number, unit: Unit): boolean {
  if (unit === 'byte')
    return typeof entry === 'number' && Number.isInteger(entry) && entry >= 0 && entry < 256;
  if (typeof entry !== 'string') return false;
  const parts = [...splitUnits(entry, unit)];
  return parts.length === 1 && !/\p{Cs}/u.test(entry);
}

export function splitUnits(text: string, unit: 'codepoint' | 'grapheme'): Iterable<string> {
  return unit === 'codepoint' ? text : splitGraphemes(text);
}
