import { describe, expect, it } from 'vitest';
import { fitBatch, Streams, splitStriped, splitTail } from '../../src/corpus/index.ts';

const counting = (n: number) => Uint8Array.from({ length: n }, (_, i) => i);

describe('streams', () => {
  it('B=3, T=5 over 40 characters: stream b starts at 13·b, windows follow each other, targets are one later', () => {
    const streams = new Streams(counting(40), 3, 5);
    expect(streams.windows).toBe(2);
    const [inputs, targets] = [new Int32Array(15), new Int32Array(15)];
    streams.read(0, inputs, targets);
    expect([...inputs]).toEqual([0, 13, 26, 1, 14, 27, 2, 15, 28, 3, 16, 29, 4, 17, 30]);
    expect([...targets]).toEqual([...inputs].map((id) => id + 1));
    streams.read(1, inputs, targets);
    expect([...inputs.subarray(0, 3)]).toEqual([5, 18, 31]);
    expect([...targets.subarray(12)]).toEqual([10, 23, 36]);
  });

  it.each([
    [1000, 32, 50, { B: 19, T: 50 }],
    [100, 32, 50, { B: 1, T: 50 }],
    [51, 32, 50, { B: 1, T: 50 }],
    [50, 32, 50, { B: 1, T: 49 }],
    [2, 32, 50, { B: 1, T: 1 }],
    [9999, 32, 50, { B: 32, T: 50 }],
  ])('%i characters for %i streams of %i steps give %j, at least one window', (length, B, T, fitted) => {
    expect(fitBatch(length, B, T)).toEqual(fitted);
    expect(new Streams(counting(length), fitted.B, fitted.T).windows).toBeGreaterThanOrEqual(1);
  });

  it('one character is too few', () => {
    expect(() => fitBatch(1, 4, 4)).toThrow('the text needs at least 2 characters to train on, got 1');
  });

  it('the tail is validation text, nothing is lost', () => {
    const { train, validation } = splitTail(counting(15), { validationFraction: 0.1, testFraction: 0 });
    expect([...train, ...validation]).toEqual([...counting(15)]);
    expect(validation.length).toBe(1);
    expect(splitTail(counting(15), { validationFraction: 0, testFraction: 0 }).validation.length).toBe(0);
  });

  it('a test text comes after the validation text', () => {
    const { train, validation, test } = splitTail(counting(20), {
      validationFraction: 0.1,
      testFraction: 0.2,
    });
    expect([train.at(-1), ...validation, ...test]).toEqual([13, 14, 15, 16, 17, 18, 19]);
  });

  it('striped: every stream gives its own end', () => {
    const fractions = { validationFraction: 0.2, testFraction: 0.1 };
    const { train, validation, test } = splitStriped(counting(32), fractions, 3);
    expect([...train]).toEqual([0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 26]);
    expect([...validation]).toEqual([7, 8, 17, 18, 27, 28]);
    expect([...test]).toEqual([9, 19, 29]);
  });
});
