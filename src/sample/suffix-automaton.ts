/** The state of the empty stretch. */
export const ROOT = 0;

/**
 * The suffix automaton of a sequence (Blumer et al. 1985): its paths spell all stretches of the sequence and nothing
 * else. A state stands for the stretches that end at the same places; the longest of them has `lengths[state]` symbols,
 * and the longest that ends elsewhere too is that of `links[state]`. At most twice as many states as symbols, built in
 * linear time.
 */
export class SuffixAutomaton {
  readonly lengths = [0];
  readonly links = [-1];
  /** the state of each beginning of the sequence, by its length */
  readonly prefixes = [ROOT];
  /** a row for each state; no path leads back to the root, which stands for none */
  readonly #next: Int32Array;
  readonly #symbols: number;

  /** @param symbols how many there are, from 0; the memory is 8 bytes for each, times the length */
  constructor(sequence: ArrayLike<number>, symbols: number) {
    this.#symbols = symbols;
    this.#next = new Int32Array(2 * (sequence.length + 1) * symbols);
    for (let i = 0; i < sequence.length; i++) {
      this.prefixes.push(this.#extend(this.prefixes[i]!, sequence[i]!));
    }
  }

  /** The state of a state's stretches with one more symbol, the root where the sequence has none of those. */
  next(state: number, symbol: number): number {
    return this.#next[state * this.#symbols + symbol]!;
  }

  #extend(last: number, symbol: number): number {
    const added = this.#add(this.lengths[last]! + 1);
    const state = this.#redirect(last, symbol, ROOT, added);
    this.links[added] = state < 0 ? ROOT : this.#withOwnLength(state, symbol);
    return added;
  }

  /** The state after `state` and `symbol`, divided where it stands for longer stretches too, which end at fewer places. */
  #withOwnLength(state: number, symbol: number): number {
    const after = this.next(state, symbol);
    const length = this.lengths[state]! + 1;
    if (this.lengths[after] === length) return after;
    const copy = this.#add(length);
    const row = after * this.#symbols;
    this.#next.copyWithin(copy * this.#symbols, row, row + this.#symbols);
    this.links[copy] = this.links[after]!;
    this.links[after] = copy;
    this.#redirect(state, symbol, after, copy);
    return copy;
  }

  /** Leads a state and its suffixes, as long as `symbol` leads from them to `before`, to `after`. @returns the first other */
  #redirect(first: number, symbol: number, before: number, after: number): number {
    let state = first;
    for (; state >= 0 && this.next(state, symbol) === before; state = this.links[state]!) {
      this.#next[state * this.#symbols + symbol] = after;
    }
    return state;
  }

  #add(length: number): number {
    this.links.push(-1);
    return this.lengths.push(length) - 1;
  }
}
