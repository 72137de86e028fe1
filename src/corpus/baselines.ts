import type { Ids } from './collect.ts';

/** Bits per character of simple models of the same text: what a loss has to beat to mean something. */
export interface Baselines {
  uniform: number;
  unigram: number;
  bigram: number;
  fivegram: number;
  trainedOn: number;
  measuredOn: number;
  /** false: measured on the text that was counted, for want of another */
  held: boolean;
}

const MAX_COUNTED = 2_000_000;
const MAX_MEASURED = 200_000;
const LONGEST = 5;

/** n-grams with Witten-Bell interpolation (Witten & Bell 1991), counted on `train`, measured on `validation`. */
export function baselines(train: Ids, validation: Ids, V: number): Baselines {
  const held = validation.length > 1;
  const counted = train.subarray(0, MAX_COUNTED);
  const measured = (held ? validation : train).subarray(0, MAX_MEASURED);
  const counts = new NgramCounts(counted, V);
  const bits = new Float64Array(LONGEST + 1);
  for (let i = 0; i < measured.length; i++) counts.addSurprise(measured, i, bits);
  const mean = (order: number) => bits[order]! / measured.length;
  return {
    uniform: Math.log2(V),
    unigram: mean(1),
    bigram: mean(2),
    fivegram: mean(5),
    trainedOn: counted.length,
    measuredOn: measured.length,
    held,
  };
}

/**
 * The same for a text that nothing was counted for: each character is predicted from the counts of what stands before
 * it (the online form), or of `known` text and that.
 */
export function onlineBaselines(ids: Ids, V: number, known: Ids = ids.subarray(0, 0)): Baselines {
  const counts = new NgramCounts(known.subarray(-MAX_COUNTED), V);
  const measured = ids.subarray(0, MAX_COUNTED);
  const bits = new Float64Array(LONGEST + 1);
  for (let i = 0; i < measured.length; i++) {
    if (i > 0) counts.addSurprise(measured, i, bits);
    counts.add(measured, i);
  }
  const mean = (order: number) => bits[order]! / (measured.length - 1);
  return {
    uniform: Math.log2(V),
    unigram: mean(1),
    bigram: mean(2),
    fivegram: mean(5),
    trainedOn: known.length,
    measuredOn: measured.length - 1,
    held: true,
  };
}

/**
 * A tree of contexts, read backwards: the node of context "ab" is the child a of the child b of the root. A node
 * keeps how often its context occurred and how many different characters followed.
 */
class NgramCounts {
  readonly #V: number;
  readonly #children = new NumberTable();
  readonly #followers = new NumberTable();
  #occurrences: number[] = [0];
  #types: number[] = [0];

  constructor(ids: Ids, V: number) {
    this.#V = V;
    for (let i = 0; i < ids.length; i++) this.add(ids, i);
  }

  /** Counts character i of a text after the up to four before it. */
  add(ids: Ids, i: number): void {
    let node = 0;
    for (let length = 0; length < LONGEST && length <= i; length++) {
      if (length > 0) node = this.#child(node, ids[i - length]!);
      this.#occurrences[node] = this.#occurrences[node]! + 1;
      const seen = this.#followers.increment(node * this.#V + ids[i]!);
      if (seen === 1) this.#types[node] = this.#types[node]! + 1;
    }
  }

  #child(node: number, id: number): number {
    const fresh = this.#occurrences.length;
    const child = this.#children.getOrSet(node * this.#V + id, fresh);
    if (child === fresh) {
      this.#occurrences.push(0);
      this.#types.push(0);
    }
    return child;
  }

  /** Adds −log2 p_n of character i to bits[n]: p_n = (count + types·p_{n−1}) / (occurrences + types), p_0 = 1/V */
  addSurprise(ids: Ids, i: number, bits: Float64Array): void {
    let p = 1 / this.#V;
    let node: number | undefined = 0;
    for (let length = 0; length < LONGEST; length++) {
      if (length > 0)
        node =
          node === undefined || length > i
            ? undefined
            : this.#children.get(node * this.#V + ids[i - length]!);
      if (node !== undefined) {
        const types = this.#types[node]!;
        const count = this.#followers.get(node * this.#V + ids[i]!) ?? 0;
        p = (count + types * p) / (this.#occurrences[node]! + types);
      }
      bits[length + 1] = bits[length + 1]! - Math.log2(p);
    }
  }
}

/** A map from whole numbers to small numbers, open addressing over typed arrays: five times faster than Map here. */
class NumberTable {
  #keys = new Float64Array(1 << 16).fill(-1);
  #values = new Int32Array(1 << 16);
  #size = 0;

  get(key: number): number | undefined {
    const slot = this.#slot(key);
    return this.#keys[slot] === key ? this.#values[slot]! : undefined;
  }

  getOrSet(key: number, value: number): number {
    const slot = this.#claim(key, value);
    return this.#values[slot]!;
  }

  increment(key: number): number {
    const slot = this.#claim(key, 0);
    this.#values[slot] = this.#values[slot]! + 1;
    return this.#values[slot]!;
  }

  #claim(key: number, initial: number): number {
    let slot = this.#slot(key);
    if (this.#keys[slot] === key) return slot;
    if (this.#size * 2 >= this.#keys.length) {
      this.#grow();
      slot = this.#slot(key);
    }
    this.#keys[slot] = key;
    this.#values[slot] = initial;
    this.#size++;
    return slot;
  }

  #slot(key: number): number {
    const mask = this.#keys.length - 1;
    const high = Math.floor(key / 0x1_0000_0000);
    let slot = (Math.imul(key | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#values = new Int32Array(keys.length * 2);
    keys.forEach((key, i) => {
      if (key === -1) return;
      const slot = this.#slot(key);
      this.#keys[slot] = key;
      this.#values[slot] = values[i]!;
    });
  }
}
