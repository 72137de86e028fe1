import { RnnError } from '../errors.ts';
import { LEFT_OUT } from './collect.ts';
import { FormFinder, unknownCharacters } from './unknown.ts';
import { MAX_VOCABULARY, type Unit, Vocabulary } from './vocabulary.ts';

/** Treatment of characters that a given vocabulary lacks; add: they follow its own, by code point. */
export type Unknown = 'error' | 'skip' | 'add';

/** Gives distinct characters their ids: those of a vocabulary, or new ones in order of appearance. */
export class Numbering {
  readonly #unit: Unit;
  readonly #what: string;
  readonly #known: Vocabulary | undefined;
  readonly #unknown: Unknown;
  readonly #fresh: (string | number)[] = [];
  readonly #missing: (string | number)[] = [];
  readonly #finder: FormFinder | undefined;

  /** @param what the text, for messages */
  constructor(unit: Unit, what: string, known: Vocabulary | undefined, unknown: Unknown) {
    this.#unit = unit;
    this.#what = what;
    this.#known = known;
    this.#unknown = known === undefined ? 'add' : unknown;
    this.#finder = known && unknown === 'error' ? new FormFinder(known) : undefined;
  }

  /** The id of a character that was not asked for before. */
  claim(entry: string | number): number {
    const id = this.#known?.idOf(entry);
    if (id !== undefined) return id;
    if (this.#unknown !== 'add') {
      this.#missing.push(entry);
      return LEFT_OUT;
    }
    if (this.#first + this.#fresh.length === MAX_VOCABULARY) {
      throw new RnnError('corpus', this.#what, {
        setting: 'unit',
        expected: `at most ${MAX_VOCABULARY} different characters`,
        got: 'more',
        hint: (name) => `take ${name('unit')} codepoint`,
      });
    }
    return this.#first + this.#fresh.push(entry) - 1;
  }

  get #first(): number {
    return this.#known?.size ?? 0;
  }

  /** Looks, where characters are missing, whether a normal form of the text would have them all. */
  look(text: string | Uint8Array): void {
    if (typeof text === 'string') this.#finder?.add(text, this.#missing.length > 0);
  }

  /** Whether the vocabulary lacks characters that are not left out. */
  get refuses(): boolean {
    return this.#unknown === 'error' && this.#missing.length > 0;
  }

  /** @throws RnnError naming the characters that the vocabulary lacks, unless they are left out */
  refuseMissing(): void {
    if (!this.refuses) return;
    throw unknownCharacters(this.#known!, this.#missing, this.#what, { form: this.#finder?.find() });
  }

  /** The vocabulary, and each claimed id's place in it: new characters are sorted, so that their order depends on their set alone. */
  finish(): { vocabulary: Vocabulary; translation: Uint32Array | undefined } {
    if (this.#known && this.#fresh.length === 0) return { vocabulary: this.#known, translation: undefined };
    const first = this.#first;
    const fresh = this.#fresh;
    const order = fresh.map((_, i) => i).sort((a, b) => compare(fresh[a]!, fresh[b]!));
    const translation = Uint32Array.from({ length: first + fresh.length }, (_, id) => id);
    order.forEach((i, place) => {
      translation[first + i] = first + place;
    });
    const known: readonly (string | number)[] = this.#known?.units ?? [];
    const units = [...known, ...order.map((i) => fresh[i]!)] as string[] | number[];
    return { vocabulary: new Vocabulary(this.#unit, units), translation };
  }
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  const left = Array.from(a, (c) => c.codePointAt(0)!);
  const right = Array.from(b, (c) => c.codePointAt(0)!);
  const at = left.findIndex((code, i) => code !== right[i]);
  return at < 0 ? left.length - right.length : left[at]! - (right[at] ?? -1);
}
