export const PROPERTIES = [
  'line position',
  'inside quotes',
  'inside brackets',
  'after a space',
  'upper case',
] as const;
export type Property = (typeof PROPERTIES)[number];

/** Properties of each character of a text, after it was read. */
export function textProperties(characters: readonly string[]): Record<Property, Float32Array> {
  const found = Object.fromEntries(
    PROPERTIES.map((name) => [name, new Float32Array(characters.length)]),
  ) as Record<Property, Float32Array>;
  const reader = new Reader();
  characters.forEach((character, i) => {
    const holds = reader.read(character, characters[i + 1]);
    for (const name of PROPERTIES) found[name][i] = Number(holds[name]);
  });
  return found;
}

const LINE_END = /^(\r\n|\r|\n)$/;
const SPACE = /^\s+$/u;
const OPENING = /^[\p{Ps}\p{Pi}]/u;
const CLOSING = /^[\p{Pe}\p{Pf}]/u;
const QUOTE = /^\p{Quotation_Mark}/u;
/** Where a word may begin: after a space, a dash or something that opens. */
const BEFORE_WORD = /^[\s\p{Pd}\p{Ps}\p{Pi}]/u;
const AFTER_WORD = /^[\s\p{P}]/u;
/** How a word or a quote within may begin. */
const BEGINS = /^[^\s\p{Po}\p{Pe}\p{Pf}\p{Pd}]/u;
/** These also stand within words; the curly one closes what its counterparts opened. */
const [STRAIGHT, CURLY] = ["'", '’'];
const OPENS_CURLY = ['‘', '‚', '‛'];

/** Reads a text character by character, whatever the language of its quotes. */
class Reader {
  #column = 0;
  /** line ends that follow each other */
  #lineEnds = 0;
  /** marks that opened a quote, the innermost last */
  readonly #quotes: string[] = [];
  #depth = 0;
  #before = '\n';

  read(character: string, after: string | undefined): Record<Property, number | boolean> {
    const lineEnd = LINE_END.test(character);
    this.#column = lineEnd ? 0 : this.#column + 1;
    if (QUOTE.test(character)) this.#quote(character, after ?? '\n');
    else if (OPENING.test(character)) this.#depth++;
    else if (CLOSING.test(character)) this.#depth = Math.max(0, this.#depth - 1);
    this.#endParagraph(character, lineEnd);
    this.#before = character;
    return {
      'line position': this.#column,
      'inside quotes': this.#quotes.length > 0,
      'inside brackets': this.#depth > 0,
      'after a space': SPACE.test(character),
      'upper case': /^\p{Lu}/u.test(character),
    };
  }

  /** An unclosed quote or bracket ends with its paragraph, at an empty line; CR and LF together are one line end. */
  #endParagraph(character: string, lineEnd: boolean): void {
    const second = character === '\n' && this.#before === '\r';
    if (!lineEnd) this.#lineEnds = 0;
    else if (!second) this.#lineEnds++;
    if (this.#lineEnds < 2) return;
    this.#quotes.length = 0;
    this.#depth = 0;
  }

  #quote(mark: string, after: string): void {
    const quotes = this.#quotes;
    if (mark === STRAIGHT) return;
    if (mark === CURLY) {
      const apostrophe = /^\p{L}/u.test(this.#before) && /^\p{L}/u.test(after);
      if (!apostrophe && OPENS_CURLY.includes(quotes.at(-1) ?? '')) quotes.pop();
      return;
    }
    if (this.#opens(mark, after)) quotes.push(mark);
    else quotes.pop();
  }

  /**
   * By where a mark stands, since „German“, »Danish« and ”Swedish” quotes end with what opens or begin with what closes
   * elsewhere; where that says nothing, as in «␣French␣» and in scripts without spaces, by what Unicode calls it.
   */
  #opens(mark: string, after: string): boolean {
    const straight = !OPENING.test(mark) && !CLOSING.test(mark);
    if (straight) return !this.#quotes.includes(mark);
    const begins = BEFORE_WORD.test(this.#before) && BEGINS.test(after);
    const ends = !SPACE.test(this.#before) && AFTER_WORD.test(after);
    return begins === ends ? OPENING.test(mark) : begins;
  }
}
