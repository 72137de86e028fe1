import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyFinder } from '../../src/sample/index.ts';

const idsOf = (text: string) => Array.from(text, (c) => c.charCodeAt(0));
const find = (samples: string[], texts: string[], least: number) => {
  const finder = new CopyFinder(samples.map(idsOf), 128);
  for (const text of texts) finder.read(idsOf(text));
  return finder.find(least);
};

/** The same by trying every stretch of every sample. */
function naively(sample: string, texts: readonly string[], least: number) {
  let longest = '';
  const copied = new Set<number>();
  for (let from = 0; from < sample.length; from++) {
    for (let end = from + 1; end <= sample.length; end++) {
      const stretch = sample.slice(from, end);
      if (!texts.some((text) => text.includes(stretch))) continue;
      if (stretch.length > longest.length) longest = stretch;
      if (stretch.length >= least) for (let i = from; i < end; i++) copied.add(i);
    }
  }
  return { longest: longest.length, copied: copied.size };
}

describe('what of a sample is copied', () => {
  it('the longest stretch, where it stands, and how much lies in stretches long enough', () => {
    const texts = ['on a ship', 'they said hello to the world'];
    expect(find(['say hello to the sailor, hello'], texts, 5)).toEqual([
      // "hello to the " begins after "say " and after "they said "; " hello" counts once more
      { longest: 14, from: 3, text: 1, at: 9, copied: 20 },
    ]);
  });

  it('is 0 where no character of it stands in a text, or the sample is empty', () => {
    expect(find(['xyz', ''], ['abc'], 1)).toEqual([
      { longest: 0, from: 0, text: 0, at: 0, copied: 0 },
      { longest: 0, from: 0, text: 0, at: 0, copied: 0 },
    ]);
  });

  it('no stretch goes over the end of a text, over that of a sample, or over a character no sample has', () => {
    const longest = (samples: string[], texts: string[]) =>
      find(samples, texts, 1).map((copy) => copy.longest);
    expect(longest(['abcdef'], ['abc', 'def'])).toEqual([3]);
    expect(longest(['abc', 'def'], ['abcdef'])).toEqual([3, 3]);
    expect(longest(['abcdef'], ['abc\u2603def'])).toEqual([3]);
    expect(longest(['abcdef'], ['abczdef'])).toEqual([3]);
  });

  it('equals a search for every stretch, and names a place that has it (500 sets of random texts)', () => {
    const string = (maxLength: number) =>
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength }).map((letters) => letters.join(''));
    const texts = fc.array(string(31), { minLength: 1, maxLength: 3 });
    const samples = fc.array(string(19), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(samples, texts, fc.integer({ min: 1, max: 7 }), (some, read, least) => {
        find(some, read, least).forEach(({ from, text, at, ...figures }, i) => {
          const { longest } = figures;
          expect(figures).toEqual(naively(some[i]!, read, least));
          expect(read[text]!.slice(at, at + longest)).toBe(some[i]!.slice(from, from + longest));
        });
      }),
      { numRuns: 500 },
    );
  });

  it('takes 200,000 characters of one letter against as many, without going back over them', () => {
    const length = 200_000;
    const finder = new CopyFinder([new Uint8Array(length)], 1);
    finder.read(new Uint8Array(length));
    expect(finder.find(20)).toEqual([{ longest: length, from: 0, text: 0, at: 0, copied: length }]);
  });
});
