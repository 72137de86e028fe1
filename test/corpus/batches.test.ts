import { describe, expect, it } from 'vitest';
import {
  fitBatch,
  fitCutting,
  measureSplit,
  Streams,
  splitStriped,
  splitTail,
  splitText,
} from '../../src/corpus/index.ts';
import { createRandom } from '../../src/random.ts';

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
describe('what a text allows', () => {
  const tail = {
    split: 'tail',
    batchSize: 32,
    seqLength: 50,
    validationFraction: 0.1,
    testFraction: 0,
  } as const;

  it('striped: as many streams as leave each a window beside its own shares', () => {
    const asked = { ...tail, split: 'striped', batchSize: 100 } as const;
    // 52 streams of 57 characters: 5 for validation, 52 to train on; 53 of 56: 51, a window of 50; 54 of 55: 50
    expect(fitCutting(3000, asked)).toEqual({ ...asked, batchSize: 53 });
    expect(measureSplit(3000, { ...asked, batchSize: 53 })).toEqual({
      train: 53 * 51,
      validation: 53 * 5,
      test: 0,
      perStream: 51,
    });
  });

  it('shares that hold nothing to measure are left out', () => {
    expect(fitCutting(19, tail)).toEqual({ ...tail, validationFraction: 0, batchSize: 1, seqLength: 18 });
    expect(fitCutting(20, tail)).toEqual({ ...tail, batchSize: 1, seqLength: 17 });
    const tested = { ...tail, testFraction: 0.01 };
    expect(fitCutting(150, tested)).toEqual({ ...tail, batchSize: 2 });
  });

  it('of any length and any wish: fitted once more it stays, it leaves a window, the parts are as long as told', () => {
    const random = createRandom('cuttings', 'test');
    const from = <T>(...choices: T[]) => choices[Math.floor(random.next() * choices.length)]!;
    for (let i = 0; i < 3000; i++) {
      const length = 4 + Math.floor(random.next() ** 3 * 2000);
      const fitted = fitCutting(length, {
        split: from('tail', 'striped'),
        batchSize: from(1, 2, 7, 32, 500),
        seqLength: from(1, 3, 50, 3000),
        validationFraction: from(0, 0.001, 0.1, 0.3),
        testFraction: from(0, 0.02, 0.4),
      });
      expect(fitCutting(length, fitted)).toEqual(fitted);
      const ids = Uint16Array.from({ length }, (_, id) => id);
      const { train, validation, test } = splitText(ids, fitted);
      const { perStream, ...lengths } = measureSplit(length, fitted);
      expect(lengths).toEqual({ train: train.length, validation: validation.length, test: test.length });
      expect(new Streams(train, fitted.batchSize, fitted.seqLength).windows).toBeGreaterThanOrEqual(1);
      expect(Math.floor(train.length / fitted.batchSize)).toBe(perStream);
      expect(new Set([...train, ...validation, ...test]).size).toBe(
        train.length + validation.length + test.length,
      );
      expect([validation.length, test.length]).not.toContain(1);
    }
  });
});
