import { ROOT, SuffixAutomaton } from './suffix-automaton.ts';

/** How much of a sample stands in texts, word for word. */
export interface Copies {
  /** length of the longest stretch of the sample that stands in a text; 0 where none of its ids does */
  longest: number;
  /** where that stretch begins in the sample */
  from: number;
  /** the text that has it, by order of reading, and where it begins there */
  text: number;
  at: number;
  /** how many ids of the sample lie in copied stretches that are long enough to count */
  copied: number;
}

/** The symbol after each sample, and of every id that no sample has. */
const OTHER = 0;

/** Copied stretches count from this length on; a sample shares shorter ones with every text of its language. */
export const LEAST_COPY = 20;

/**
 * Finds what of some samples stands in texts. Each text is read once, with the suffix automaton of the samples, so
 * that the time grows with the texts and the memory with the samples alone.
 */
export class CopyFinder {
  readonly #samples: readonly ArrayLike<number>[];
  readonly #symbols: Uint32Array;
  readonly #automaton: SuffixAutomaton;
  /** for each state: the length of its longest stretch that stands in a text, which text, and where that ends */
  readonly #found: Uint32Array;
  readonly #text: Uint32Array;
  readonly #end: Float64Array;
  #texts = 0;

  /** @param ids how many there may be in samples */
  constructor(samples: readonly ArrayLike<number>[], ids: number) {
    this.#samples = samples;
    this.#symbols = new Uint32Array(ids);
    let symbols = OTHER + 1;
    const symbolOf = (id: number) => {
      this.#symbols[id] ||= symbols++;
      return this.#symbols[id]!;
    };
    const sequence = samples.flatMap((sample) => [...Array.from(sample, symbolOf), OTHER]);
    this.#automaton = new SuffixAutomaton(sequence, symbols);
    const states = this.#automaton.lengths.length;
    this.#found = new Uint32Array(states);
    this.#text = new Uint32Array(states);
    this.#end = new Float64Array(states);
  }

  /** Looks through a text; no stretch goes on in the next one. */
  read(text: ArrayLike<number>): void {
    const { lengths, links } = this.#automaton;
    // the longest stretch of the samples that ends here: `length` symbols, one of those of `state`
    let state = ROOT;
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const symbol = this.#symbolOf(text[i]!);
      if (symbol === OTHER) {
        state = ROOT;
        length = 0;
        continue;
      }
      let next = this.#automaton.next(state, symbol);
      while (next === ROOT && state !== ROOT) {
        state = links[state]!;
        length = lengths[state]!;
        next = this.#automaton.next(state, symbol);
      }
      if (next === ROOT) continue;
      state = next;
      length++;
      if (length > this.#found[state]!) this.#note(state, length, this.#texts, i + 1);
    }
    this.#texts++;
  }

  /** The copies found in each sample. @param least length of the copied stretches that count */
  find(least: number): Copies[] {
    return this.#endings().map((states) => this.#gather(states, least));
  }

  /** The stretches [from, to) of each sample that are copied. @param least length of those that count */
  stretches(least: number): [number, number][][] {
    return this.#endings().map((states) => {
      const found: [number, number][] = [];
      states.forEach((state, i) => {
        const from = i + 1 - this.#found[state]!;
        if (i + 1 - from < least) return;
        const last = found.at(-1);
        if (last && from < last[1]) last[1] = i + 1;
        else found.push([from, i + 1]);
      });
      return found;
    });
  }

  /** For each place of each sample the state of the longest stretch ending there that stands in a text. */
  #endings(): number[][] {
    const longest = this.#longestSuffixes();
    let start = 0;
    return this.#samples.map(({ length }) => {
      const prefixes = this.#automaton.prefixes.slice(start + 1, start + 1 + length);
      start += length + 1;
      return prefixes.map((state) => longest[state]!);
    });
  }

  /** @param states for each place of a sample that of the longest stretch ending there that stands in a text */
  #gather(states: readonly number[], least: number): Copies {
    const copies = { longest: 0, from: 0, text: 0, at: 0, copied: 0 };
    let counted = 0;
    states.forEach((state, i) => {
      const length = this.#found[state]!;
      const end = i + 1;
      const from = end - length;
      if (length > copies.longest) {
        Object.assign(copies, {
          longest: length,
          from,
          text: this.#text[state]!,
          at: this.#end[state]! - length,
        });
      }
      if (length < least) return;
      copies.copied += end - Math.max(counted, from);
      counted = end;
    });
    return copies;
  }

  /** For each state that of its longest suffix that stands in a text; where a stretch stands, its suffixes do. */
  #longestSuffixes(): Uint32Array {
    const { lengths, links } = this.#automaton;
    const byLength = Uint32Array.from(lengths, (_, state) => state).sort((a, b) => lengths[a]! - lengths[b]!);
    const states = byLength.subarray(1);
    for (const state of states.toReversed()) {
      const link = links[state]!;
      if (this.#found[state] === 0 || this.#found[link] === lengths[link]) continue;
      this.#note(link, lengths[link]!, this.#text[state]!, this.#end[state]!);
    }
    const longest = new Uint32Array(lengths.length);
    for (const state of states) longest[state] = this.#found[state]! > 0 ? state : longest[links[state]!]!;
    return longest;
  }

  #symbolOf(id: number): number {
    return id < this.#symbols.length ? this.#symbols[id]! : OTHER;
  }

  #note(state: number, length: number, text: number, end: number): void {
    this.#found[state] = length;
    this.#text[state] = text;
    this.#end[state] = end;
  }
}
