import { RnnError, type Wording } from '../errors.ts';
import { quote, splitUnits, type Vocabulary } from './vocabulary.ts';

const NAMED = 5;

const NORMAL_FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;
type NormalForm = (typeof NORMAL_FORMS)[number];

export interface UnknownAdvice {
  /** in which the model knows every character of the text */
  form?: NormalForm | undefined;
  /** what to do, in place of leaving the characters out */
  remedy?: Wording | undefined;
}

/** The error that names characters a vocabulary lacks, and what of its own is most like them. */
export function unknownCharacters(
  vocabulary: Vocabulary,
  missing: readonly (string | number)[],
  what: string,
  { form, remedy = (name) => `leave them out, or add ${name('unknown')} skip` }: UnknownAdvice = {},
): RnnError {
  const named = missing.slice(0, NAMED).map((entry) => {
    const hint = form === undefined ? likeliest(vocabulary, entry) : undefined;
    return quote(entry) + (hint === undefined ? '' : ` (${hint})`);
  });
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  const hint =
    form === undefined
      ? remedy
      : `it knows all of this text in Unicode's normal form ${form}: convert it (uconv -x any-${form.toLowerCase()})`;
  return new RnnError('seed', `${what}: the model does not know ${named.join(', ')}${more}`, { hint });
}

/** Those of some normal forms in which a vocabulary has every character of a text. */
export function fittingForms(
  vocabulary: Vocabulary,
  text: string,
  forms: readonly NormalForm[] = NORMAL_FORMS,
): readonly NormalForm[] {
  return forms.filter((form) => knows(vocabulary, text.normalize(form)));
}

/** Units that may continue in the next part of a text: letters of a syllable, or a character with its marks. */
const LAST_CHARACTER = /(?:[\u1100-\u11ff]+|\P{M}\p{M}*)$/u;
const LAST_LENGTH = 64;

/** Finds the normal form that would fit a text which is read in parts. */
export class FormFinder {
  readonly #vocabulary: Vocabulary;
  #forms: readonly NormalForm[] = NORMAL_FORMS;
  #rest = '';

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** @param lacking whether this part or one before has characters that the vocabulary lacks */
  add(part: string, lacking: boolean): void {
    const text = this.#rest + part;
    const last = LAST_CHARACTER.exec(text.slice(-LAST_LENGTH))?.[0] ?? '';
    this.#rest = last;
    if (lacking) {
      this.#forms = fittingForms(this.#vocabulary, text.slice(0, text.length - last.length), this.#forms);
    }
  }

  find(): NormalForm | undefined {
    return fittingForms(this.#vocabulary, this.#rest, this.#forms)[0];
  }
}

function knows(vocabulary: Vocabulary, text: string): boolean {
  const { unit } = vocabulary;
  if (unit === 'byte') return false;
  for (const entry of splitUnits(text, unit)) if (vocabulary.idOf(entry) === undefined) return false;
  return true;
}

/** Names the characters of a vocabulary that are most like an unknown one; undefined where none is. */
function likeliest(vocabulary: Vocabulary, entry: string | number): string | undefined {
  if (typeof entry === 'string') {
    const [form] = fittingForms(vocabulary, entry, ['NFC', 'NFD']);
    if (form !== undefined) return `known in normal form ${form}, as ${codePoints(entry.normalize(form))}`;
    const plain = lookAlike(entry);
    if (plain !== entry && knows(vocabulary, plain)) return `known as ${JSON.stringify(plain)}`;
  }
  const nearest = vocabulary.nearest(entry, 2).map(quote);
  return nearest.length === 0 ? undefined : `nearest known: ${nearest.join(' ')}`;
}

const codePoints = (text: string): string =>
  Array.from(text, (c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(' ');

/** The plain form of a character: straight quotes, a hyphen, a space, letters of normal width. */
const lookAlike = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\u2018-\u201b\u2039\u203a\u2032\u02bc]/g, "'")
    .replace(/[\p{Pi}\p{Pf}\u201e\u2033\u300c-\u300f\u301d-\u301f]/gu, '"')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\p{Zs}/gu, ' ');
