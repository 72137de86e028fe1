import { allocateIds, type Ids } from './collect.ts';

/** Bits per character of simple models of the same text: what a loss has to beat to mean something. */
export interface Baselines {
  uniform: number;
  unigram: number;
  bigram: number;
  fivegram: number;
  /** the best n-gram of orders 1 to 8 */
  best: { order: number; bpc: number };
  /** characters that were counted, and how many there were */
  trainedOn: number;
  trainedOf: number;
  /** characters that were predicted, and how many there were */
  measuredOn: number;
  measuredOf: number;
  /** false: measured on the text that was counted, for want of another */
  held: boolean;
}

/** Together they need some 40 bytes a character, for two seconds. */
const MAX_COUNTED = 4_000_000;
const MAX_MEASURED = 1_000_000;
const LONGEST = 8;

/** n-grams with Witten-Bell interpolation (Witten & Bell 1991), counted on `train`, measured on `validation`. */
export function baselines(train: Ids, validation: Ids, V: number): Baselines {
  const held = validation.length > 1;
  const whole = held ? validation : train;
  const counted = train.subarray(0, MAX_COUNTED);
  const measured = whole.subarray(0, MAX_MEASURED);
  return {
    ...levels(ngramBits(counted, measured, V, false), V, measured.length),
    trainedOn: counted.length,
    trainedOf: train.length,
    measuredOn: measured.length,
    measuredOf: whole.length,
    held,
  };
}

/**
 * The same for a text that nothing was counted for: each character but the first is predicted from the counts of what
 * stands before it (the online form).
 */
export function onlineBaselines(ids: Ids, V: number): Baselines {
  const measured = ids.subarray(0, MAX_COUNTED);
  const [on, of] = [measured.length - 1, ids.length - 1];
  return {
    ...levels(ngramBits(ids.subarray(0, 0), measured, V, true), V, on),
    trainedOn: on,
    trainedOf: of,
    measuredOn: on,
    measuredOf: of,
    held: true,
  };
}

/** @param bits summed over `characters`, by order */
function levels(bits: readonly number[], V: number, characters: number) {
  const means = bits.map((sum) => sum / characters);
  const bpc = Math.min(...means);
  return {
    uniform: Math.log2(V),
    unigram: means[0]!,
    bigram: means[1]!,
    fivegram: means[4]!,
    best: { order: means.indexOf(bpc) + 1, bpc },
  };
}

/**
 * Σ −log2 p_n over `measured` for n = 1…8: p_n = (count + types·p_{n−1}) / (occurrences + types), p_0 = 1/V, of the
 * context of n − 1 characters its occurrences, how many different characters followed it, and how often this one did.
 * All contexts of one length have numbers, found by sorting, so that counting needs arrays only.
 * @param online whether measured characters are counted too once they are predicted; the first is then not scored
 */
function ngramBits(counted: Ids, measured: Ids, V: number, online: boolean): number[] {
  const from = counted.length;
  const text = allocateIds(from + measured.length, V);
  text.set(counted);
  text.set(measured, from);
  const byCharacter = sortByCharacter(text, V);
  const p = new Float64Array(measured.length).fill(1 / V);
  // the number of the context of each character, −1 where its part of the text has too few characters before it
  let contexts: Int32Array = new Int32Array(text.length);
  let count = 1;
  return Array.from({ length: LONGEST }, () => {
    const grams = extend(text, contexts, count, byCharacter);
    const sum = predict(contexts, count, grams, p, from, online);
    count = grams.count;
    contexts = grams.numbers.copyWithin(1, 0);
    contexts[0] = -1;
    if (from < contexts.length) contexts[from] = -1;
    return sum;
  });
}

/** All places of a text in the order of their characters. */
function sortByCharacter(text: Ids, V: number): Int32Array {
  const next = new Int32Array(V + 1);
  for (const id of text) next[id + 1]!++;
  for (let id = 0; id < V; id++) next[id + 1]! += next[id]!;
  const places = new Int32Array(text.length);
  for (let i = 0; i < text.length; i++) places[next[text[i]!]!++] = i;
  return places;
}

interface Grams {
  /** of each place, −1 where its context is */
  numbers: Int32Array;
  count: number;
}

/** Numbers contexts together with the character after them: equal pairs get equal numbers. */
function extend(text: Ids, contexts: Int32Array, count: number, byCharacter: Int32Array): Grams {
  const next = new Int32Array(count + 1);
  for (const context of contexts) if (context >= 0) next[context + 1]!++;
  for (let context = 0; context < count; context++) next[context + 1]! += next[context]!;
  const sorted = new Int32Array(next[count]!);
  for (const i of byCharacter) {
    const context = contexts[i]!;
    if (context >= 0) sorted[next[context]!++] = i;
  }
  const numbers = new Int32Array(text.length).fill(-1);
  let [number, context, character] = [-1, -1, -1];
  for (const i of sorted) {
    if (contexts[i] !== context || text[i] !== character) {
      number++;
      [context, character] = [contexts[i]!, text[i]!];
    }
    numbers[i] = number;
  }
  return { numbers, count: number + 1 };
}

/** Turns p_{n−1} of each measured character into p_n. @returns Σ −log2 p_n */
function predict(
  contexts: Int32Array,
  count: number,
  grams: Grams,
  p: Float64Array,
  from: number,
  online: boolean,
): number {
  const occurrences = new Int32Array(count);
  const types = new Int32Array(count);
  const seen = new Int32Array(grams.count);
  let bits = 0;
  for (let i = 0; i < contexts.length; i++) {
    const [context, gram] = [contexts[i]!, grams.numbers[i]!];
    if (i >= from) {
      const at = i - from;
      if (context >= 0 && occurrences[context]! > 0) {
        const kinds = types[context]!;
        p[at] = (seen[gram]! + kinds * p[at]!) / (occurrences[context]! + kinds);
      }
      if (!online || at > 0) bits -= Math.log2(p[at]!);
    }
    if (context >= 0 && (online || i < from)) {
      occurrences[context]!++;
      if (seen[gram]!++ === 0) types[context]!++;
    }
  }
  return bits;
}
