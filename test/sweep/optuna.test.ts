import { describe, expect, it } from 'vitest';
import { readAnswer, searchSpace, valueToTell } from '../../src/sweep/optuna.ts';
import { newProgress } from '../../src/sweep/record.ts';
import { DEFINITION, TRIALS } from '../support/sweeps.ts';

const { varied } = DEFINITION;

describe('questions to Optuna', () => {
  it('name each setting with its distribution', () => {
    expect(JSON.parse(searchSpace(varied))).toEqual({
      cell: { name: 'CategoricalDistribution', attributes: { choices: ['rnn', 'lstm', 'gru'] } },
      hidden: { name: 'IntDistribution', attributes: { log: true, step: 1, low: 8, high: 90 } },
      learningRate: {
        name: 'FloatDistribution',
        attributes: { step: null, low: 0.0007, high: 0.05, log: true },
      },
    });
  });

  it('are answered with a number and settings, which are rounded within their range', () => {
    const answer = '{"number": 7, "params": {"learningRate": 0.01234567, "cell": "gru", "hidden": 9}}';
    expect(readAnswer(answer, varied)).toEqual({
      number: 7,
      settings: { cell: 'gru', hidden: 9, learningRate: 0.01235 },
    });
    const low = '{"number": 0, "params": {"learningRate": 0.00069999999, "cell": "rnn", "hidden": 8}}';
    expect(readAnswer(low, varied)?.settings.learningRate).toBe(0.0007);
    for (const text of ['', '{}', '{"number": 7, "params": {"cell": "gru"}}', 'x'])
      expect(readAnswer(text, varied)).toBeUndefined();
  });
});

describe('what Optuna is told of a configuration', () => {
  const [first, second] = TRIALS;
  const ended = (bpc: number) => ({
    ...first!,
    state: 'finished' as const,
    best: { step: 30, bpc },
  });

  it('its mean over the seeds when all have finished, nothing while one is open, pruned otherwise', () => {
    expect(valueToTell([ended(2), ended(3)])).toBe(2.5);
    expect(valueToTell([ended(2), { ...second!, ...newProgress(300) }])).toBeUndefined();
    expect(valueToTell([ended(2), { ...second!, state: 'unfinished' }])).toBeUndefined();
    expect(valueToTell([ended(2), { ...second!, state: 'stopped' }])).toBe('pruned');
    expect(valueToTell([{ ...second!, state: 'failed', best: null }])).toBe('pruned');
  });
});
