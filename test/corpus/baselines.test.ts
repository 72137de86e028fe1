import { describe, expect, it } from 'vitest';
import { type Baselines, baselines, onlineBaselines } from '../../src/corpus/index.ts';
import { formatBaselines } from '../../src/report/terminal/baselines.ts';
import { corpusOf, someText } from '../support/models.ts';

/** p_n by looking through everything that was read, for every character anew. */
function probability(read: string, before: string, character: string, n: number, V: number): number {
  if (n === 0) return 1 / V;
  const lower = probability(read, before, character, n - 1, V);
  const context = n === 1 ? '' : before.slice(1 - n);
  if (before.length < n - 1) return lower;
  const followers = Array.from({ length: read.length }, (_, i) => i)
    .filter((i) => i >= context.length && read.slice(i - context.length, i) === context)
    .map((i) => read[i]!);
  if (followers.length === 0) return lower;
  const types = new Set(followers).size;
  const count = followers.filter((follower) => follower === character).length;
  return (count + types * lower) / (followers.length + types);
}

const { ids, vocabulary } = corpusOf(someText(300));
const text = vocabulary.decode(ids);
const V = vocabulary.size;
const orders = [1, 2, 3, 4, 5, 6, 7, 8];

const expectLevels = (found: Baselines, bits: (n: number) => number) => {
  const means = orders.map(bits);
  expect(found.unigram).toBeCloseTo(means[0]!, 10);
  expect(found.bigram).toBeCloseTo(means[1]!, 10);
  expect(found.fivegram).toBeCloseTo(means[4]!, 10);
  expect(found.best.order).toBe(means.indexOf(Math.min(...means)) + 1);
  expect(found.best.bpc).toBeCloseTo(Math.min(...means), 10);
};

describe('baselines (Witten-Bell n-grams)', () => {
  it('"abab" measured on itself, worked out by hand', () => {
    const ids = Uint8Array.of(0, 1, 0, 1);
    const { uniform, unigram, bigram, held } = baselines(ids, new Uint8Array(0), 2);
    expect(uniform).toBe(1);
    // both characters: (2 + 2·1/2) / (4 + 2) = 1/2
    expect(unigram).toBeCloseTo(1, 12);
    // first a: 1/2; b after a: (2 + 1·1/2)/(2 + 1) = 5/6, twice; a after b: (1 + 1/2)/(1 + 1) = 3/4
    expect(bigram).toBeCloseTo(-(Math.log2(1 / 2) + 2 * Math.log2(5 / 6) + Math.log2(3 / 4)) / 4, 12);
    expect(held).toBe(false);
  });

  it('orders 1 to 8 equal a naive count, no context reaching over the border of the parts', () => {
    const [train, validation] = [text.slice(0, 200), text.slice(200)];
    const found = baselines(ids.subarray(0, 200), ids.subarray(200), V);
    expectLevels(found, (n) => {
      const bits = [...validation].map(
        (character, i) => -Math.log2(probability(train, validation.slice(0, i), character, n, V)),
      );
      return bits.reduce((a, b) => a + b, 0) / validation.length;
    });
    expect(found).toMatchObject({
      trainedOn: 200,
      trainedOf: 200,
      measuredOn: 100,
      measuredOf: 100,
      held: true,
    });
  });

  it('online: each character after the first from what stands before it', () => {
    const short = text.slice(0, 150);
    const found = onlineBaselines(ids.subarray(0, 150), V);
    expectLevels(found, (n) => {
      const bits = [...short]
        .slice(1)
        .map(
          (character, i) =>
            -Math.log2(probability(short.slice(0, i + 1), short.slice(0, i + 1), character, n, V)),
        );
      return bits.reduce((a, b) => a + b, 0) / 149;
    });
    expect(found).toMatchObject({ trainedOn: 149, measuredOn: 149, measuredOf: 149 });
  });

  it('a text of period 5 is nearly certain to a 5-gram and uniform to a unigram', () => {
    const ids = Uint8Array.from({ length: 5000 }, (_, i) => i % 5);
    const { unigram, fivegram } = baselines(ids.subarray(0, 4000), ids.subarray(4000), 5);
    expect(unigram).toBeCloseTo(Math.log2(5), 3);
    expect(fivegram).toBeLessThan(0.01);
  });

  it('a memory of seven characters is found: order 8 is the best', () => {
    // each character is the one seven before it, or, one time in nine, its opposite
    const copies = new Uint8Array(20_000);
    copies.forEach((_, i) => {
      copies[i] = i < 7 ? i % 2 : copies[i - 7]! ^ Number(((i * 2654435761) >>> 16) % 9 === 0);
    });
    const { best, fivegram } = baselines(copies.subarray(0, 16_000), copies.subarray(16_000), 2);
    expect(best.order).toBe(8);
    expect(best.bpc).toBeLessThan(fivegram);
  });

  it('a long validation text is measured on its first million characters, and says so', () => {
    const found = baselines(Uint8Array.of(0, 1), new Uint8Array(1_000_003), 2);
    expect(found).toMatchObject({ trainedOn: 2, trainedOf: 2, measuredOn: 1_000_000, measuredOf: 1_000_003 });
    expect(formatBaselines(found, '')).toContain(
      'measured on the first 1,000,000 of 1,000,003 characters only)',
    );
  });
});

describe('the line', () => {
  const levels: Baselines = {
    uniform: 6,
    unigram: 4.5,
    bigram: 3.5,
    fivegram: 2.4,
    best: { order: 6, bpc: 2.25 },
    trainedOn: 4_000_000,
    trainedOf: 9_000_000,
    measuredOn: 500,
    measuredOf: 500,
    held: true,
  };

  it('names the best order, on what it was counted, and where counting stopped', () => {
    expect(formatBaselines(levels, 'counted on the training part')).toBe(
      'uniform 6.00, unigram 4.50, bigram 3.50, 6-gram 2.25 (the best n-gram up to 8; counted on the training part; counted the first 4,000,000 of 9,000,000 characters only)',
    );
    expect(formatBaselines({ ...levels, best: { order: 2, bpc: 3.5 }, trainedOn: 9_000_000 }, '')).toBe(
      'uniform 6.00, unigram 4.50, bigram 3.50 (the bigram is the best n-gram up to 8)',
    );
  });
});
