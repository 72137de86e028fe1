import type { SweepDefinition } from '../../src/sweep/index.ts';
import { listTrials, type TrialRecord } from '../../src/sweep/index.ts';

/** A sweep of 8 configurations with 3 seeds each, as it may have gone. */
export const DEFINITION: SweepDefinition = {
  corpus: ['text.txt'],
  options: {},
  base: { steps: 300 },
  varied: [
    { key: 'cell', values: ['rnn', 'lstm', 'gru'] },
    { key: 'hidden', min: 8, max: 90, log: true, integer: true },
    { key: 'learningRate', min: 0.0007, max: 0.05, log: true, integer: false },
  ],
  seeds: [1, 2, 5],
  trials: 8,
  rungs: { first: 30, reduction: 3 },
};

/** Losses that fall from 5 to a height that the settings decide; a trial in six fails, one in four is stopped. */
export const TRIALS: TrialRecord[] = listTrials(DEFINITION).map((trial) => {
  const { number, settings } = trial;
  const height = 2 + (number % 7) / 10 + 10 * Math.abs(Number(settings.learningRate) - 0.005);
  const state = number % 6 === 0 ? 'failed' : number % 4 === 0 ? 'stopped' : 'finished';
  const step = state === 'finished' ? 300 : state === 'stopped' ? 90 : 0;
  const curve = Array.from({ length: step / 30 }, (_, i): [number, number] => [
    30 * (i + 1),
    height + (5 - height) * Math.exp(-(i + 1) / 3),
  ]);
  const last = curve.at(-1);
  return {
    ...trial,
    state,
    step,
    steps: 300,
    best: last ? { step: last[0], bpc: last[1] } : null,
    rungs: curve.filter(([at]) => at === 30 || at === 90).map(([, bpc]) => bpc),
    curve,
    error: state === 'failed' ? 'the loss is <not> a number, "at" step 3' : null,
    started: 1_700_000_000_000 + 1000 * number,
    ended: 1_700_000_000_000 + 1000 * number + 700,
  };
});
