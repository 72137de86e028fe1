import { describe, expect, it } from 'vitest';
import type { SweepDefinition } from '../../src/sweep/index.ts';
import { asArguments, listTrials, trainFlags, valueAt } from '../../src/sweep/index.ts';

const define = (parts: Partial<SweepDefinition>): SweepDefinition => ({
  corpus: ['a.txt'],
  options: {},
  base: {},
  varied: [],
  seeds: [1],
  ...parts,
});

const LISTS = define({
  varied: [
    { key: 'cell', values: ['rnn', 'gru'] },
    { key: 'hidden', values: [5, 7, 11] },
  ],
});
const RATE = { key: 'learningRate', min: 0.001, max: 0.1, log: true, integer: false };
const HIDDEN = { key: 'hidden', min: 3, max: 5, log: false, integer: true };

describe('the trials of a sweep', () => {
  it('are all combinations of the lists, the last changing fastest, each with every seed', () => {
    const trials = listTrials({ ...LISTS, seeds: [3, 9] });
    expect(trials.map(({ settings, seed }) => [settings.cell, settings.hidden, seed])).toEqual([
      ['rnn', 5, 3],
      ['rnn', 5, 9],
      ['rnn', 7, 3],
      ['rnn', 7, 9],
      ['rnn', 11, 3],
      ['rnn', 11, 9],
      ['gru', 5, 3],
      ['gru', 5, 9],
      ['gru', 7, 3],
      ['gru', 7, 9],
      ['gru', 11, 3],
      ['gru', 11, 9],
    ]);
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(trials.map(({ configuration }) => configuration)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  });

  it('are one where nothing varies', () => {
    expect(listTrials(define({}))).toEqual([{ number: 1, configuration: 1, settings: {}, seed: 1 }]);
  });

  it('drawn from lists are different, and more draws begin with those of fewer', () => {
    const draws = (trials: number) =>
      listTrials({ ...LISTS, trials }).map(({ settings }) => `${settings.cell} ${settings.hidden}`);
    expect(draws(4)).toHaveLength(4);
    expect(draws(6).slice(0, 4)).toEqual(draws(4));
    expect(new Set(draws(6))).toEqual(
      new Set(listTrials(LISTS).map(({ settings: s }) => `${s.cell} ${s.hidden}`)),
    );
    expect(() => draws(7)).toThrow(
      'trials 7: expected at most 6, the combinations of the lists; drop it to run them all',
    );
  });

  it('drawn from ranges lie within them, and another setting beside one changes none of its values', () => {
    const rates = (varied: SweepDefinition['varied']) =>
      listTrials(define({ varied, trials: 200 })).map(({ settings }) => settings.learningRate as number);
    const alone = rates([RATE]);
    expect(rates([HIDDEN, RATE]).slice(0, 10)).toEqual(alone.slice(0, 10));
    expect(Math.min(...alone)).toBeGreaterThanOrEqual(0.001);
    expect(Math.max(...alone)).toBeLessThanOrEqual(0.1);
    // half of them below the geometric mean, 0.01, within four standard deviations
    expect(Math.abs(alone.filter((rate) => rate < 0.01).length - 100)).toBeLessThan(29);
    const wide = { ...HIDDEN, max: 302 };
    const hidden = listTrials(define({ varied: [wide], trials: 100 })).map(({ settings }) =>
      Number(settings.hidden),
    );
    expect(Math.abs(hidden.filter((value) => value <= 152).length - 50)).toBeLessThan(20);
  });

  it('drawn from ranges are all different', () => {
    const draws = (trials: number) =>
      listTrials(define({ varied: [HIDDEN], trials })).map(({ settings }) => settings.hidden);
    expect(draws(3).sort()).toEqual([3, 4, 5]);
    expect(draws(3).slice(0, 2)).toEqual(draws(2));
    expect(() => draws(4)).toThrow(
      'trials 4: expected at most 3, all the different configurations that were found in these ranges',
    );
  });

  it.each([
    [RATE, 0, 0.001],
    [RATE, 0.5, 0.01],
    [RATE, 0.75, 0.03162],
    [{ ...RATE, log: false }, 0.5, 0.0505],
    [HIDDEN, 0, 3],
    [HIDDEN, 0.34, 4],
    [HIDDEN, 0.999, 5],
    [{ ...HIDDEN, min: 1, max: 100, log: true }, 0, 1],
    [{ ...HIDDEN, min: 1, max: 100, log: true }, 0.5, 7],
    [{ ...HIDDEN, min: 1, max: 100, log: true }, 0.9999, 100],
    [{ key: 'cell', values: ['rnn', 'lstm', 'gru'] }, 0.4, 'lstm'],
  ])('%j at %d is %s', (one, place, value) => {
    expect(valueAt(one, place)).toBe(value);
  });

  it('beyond ten thousand are refused', () => {
    const values = Array.from({ length: 101 }, (_, i) => i + 1);
    expect(() =>
      listTrials(
        define({
          varied: [
            { key: 'hidden', values },
            { key: 'steps', values },
          ],
        }),
      ),
    ).toThrow('10201 trials: expected at most 10000; shorten lists, or draw some configurations with trials');
  });

  it('become flags of rnn train; with rungs each is measured there', () => {
    const definition = define({
      options: { preset: 'small', validation: 'b.txt' },
      base: { steps: 90, variational: true, nesterov: false },
      varied: LISTS.varied,
      rungs: { first: 10, reduction: 3 },
    });
    const [, second] = listTrials(definition);
    expect(asArguments(trainFlags(definition, second!)).join(' ')).toBe(
      '--preset small --validation b.txt --eval-every 10 --steps 90 --variational --cell rnn --hidden 7 --rng-seed 1',
    );
    expect(trainFlags({ ...definition, base: { evalEvery: 5 } }, second!).evalEvery).toBe(5);
  });
});
