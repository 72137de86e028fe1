import { describe, expect, it } from 'vitest';
import { architectureOf, type Checkpoint } from '../../src/checkpoint/index.ts';
import { drain } from '../../src/drain.ts';
import { answer, predictionFault, times, typical } from '../../src/inspect/answers.ts';
import { compareFacts } from '../../src/inspect/comparison.ts';
import type { Facts } from '../../src/inspect/facts.ts';
import { inspectGradients } from '../../src/inspect/index.ts';
import { readFromStart } from '../../src/inspect/reading.ts';
import { contextHorizon, type Horizon } from '../../src/inspect/units/horizon.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { parameterTable, randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { flowOf } from '../../src/vanishing.ts';
import { echoes, modelWith, register, textOf } from '../support/inspected.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const OPTIONS = { anchors: 8, check: false, rngSeed: 1, nextUpdate };
const inspected = (checkpoint: Checkpoint, length = 500) =>
  inspectGradients(checkpoint, textOf(checkpoint, length), 'text', OPTIONS);
const Q = (c: number, n: number) => randomOrthogonal(n, createRandom(9, 'q')).map((value) => c * value);
const orthogonal = (c: number) => inspected(modelWith(Q(c, 8), 8));

/** An LSTM with no weights but the biases of its forget gates. */
function heldOpen(bias: number): Checkpoint {
  const hidden = 6;
  const checkpoint = lastCheckpoint(eventsOf(trainerOf({ cell: 'lstm', hidden, steps: 1 })));
  const weights = new Float32Array(checkpoint.weights.length);
  const { offset } = parameterTable(architectureOf(checkpoint)).find(({ name }) => name === 'layers.0.bh')!;
  weights.fill(bias, offset + hidden, offset + 2 * hidden);
  return { ...checkpoint, weights };
}

describe('can gradients travel?', () => {
  it.each([
    [0.5, 'vanishing', 'No, they vanish: over 50 steps the slowest direction keeps x8.9e-16', '-0.693'],
    [0.9, 'vanishing', 'No, they vanish: over 50 steps the slowest direction keeps x0.0052', '-0.105'],
    [0.99, 'carried', 'Yes: over 50 steps the slowest direction keeps x0.6', '-0.010'],
  ])('%d·orthogonal near h = 0 keeps that to the power of 50: %s', (c, kind, sentence, exponent) => {
    const { answers, carried } = orthogonal(c);
    expect(answers.travel.kind).toBe(kind);
    expect(answers.travel.text.replace(/ \(.*\)/, '')).toBe(
      `${sentence}; λ₁ ${exponent} ± 0.000 nats a step`,
    );
    expect(answers.travel.text).toMatch(/ \(x\S+ to x\S+ in 6 stretches of text\);/);
    for (const factor of carried.factors) expect(factor / c ** 50).toBeCloseTo(1, 3);
  });

  it('three times orthogonal explodes, away from h = 0 too', () => {
    const { answers, carried } = inspected(modelWith(Q(3, 40), 40));
    expect(answers.travel.kind).toBe('exploding');
    expect(answers.travel.text).toMatch(
      /^They explode: over 50 steps the fastest direction grows x\d\S* \(x.* to x.* in 6 stretches of text\); λ₁ 0\.\d{3} ± 0\.\d{3} nats a step$/,
    );
    expect(Math.min(...carried.factors)).toBeGreaterThan(100);
  });

  it('a nilpotent Whh keeps nothing', () => {
    const Whh = new Float64Array(64);
    for (let i = 1; i < 8; i++) Whh[i * 8 + i - 1] = 1;
    const { answers } = inspected(modelWith(Whh, 8));
    expect(answers.travel).toEqual({
      kind: 'vanishing',
      text: 'No, they vanish: over 50 steps the slowest direction keeps x0 (x0 to x0 in 6 stretches of text); λ₁ -∞: every direction is lost',
    });
  });

  it('an LSTM whose forget gates are held open at f carries f⁵⁰, in c and by o·c in h', () => {
    const f = 1 / (1 + Math.exp(-5));
    const { answers, carried } = inspected(heldOpen(5));
    for (const factor of carried.factors) expect(factor).toBeCloseTo(f ** 50 * Math.hypot(1, 0.5), 5);
    expect(answers.travel.text).toMatch(
      /^Yes: over 50 steps the slowest direction keeps x0\.8 \(x0\.8 to x0\.8 /,
    );
    expect(inspected(heldOpen(1)).answers.travel.kind).toBe('vanishing');
  });

  it('a short text says over how many steps, and what they make of 50', () => {
    const { answers } = inspected(modelWith(Q(0.9, 8), 8), 30);
    expect(answers.travel.text).toBe(
      'No, they vanish: over 23 steps the slowest direction keeps x0.089; at that rate x0.0052 over 50; λ₁ -0.105 ± 0.000 nats a step',
    );
  });

  it('stretches that differ, and states that no float holds, are said', () => {
    const facts = orthogonal(0.9);
    const of = (factors: number[]) => answer({ ...facts, carried: { steps: 50, factors } }).travel;
    expect(of([0.02, 0.001, 0.002, 0.004])).toEqual({
      kind: 'vanishing',
      text: 'No, they vanish: over 50 steps the slowest direction keeps x0.0028 (x0.001 to x0.02 in 4 stretches of text); 1 of the 4 stretches alone would be judged differently; λ₁ -0.105 ± 0.000 nats a step',
    });
    expect(of([Infinity, Infinity, 3])).toEqual({
      kind: 'exploding',
      text: 'They explode: the states grow beyond what a float holds',
    });
    expect(of([14]).text).toMatch(/^Yes: over 50 steps the fastest direction grows x14; λ₁/);
  });
});

describe('does this loss send gradients back now?', () => {
  it('what is left a window back, with its band; what the window misses; that certainty sends none', () => {
    const { answers, lags } = orthogonal(0.5);
    const at = (value: number) => times(value / lags[0]!.median);
    expect(answers.loss.text).toBe(
      `20 steps back ${at(lags[20]!.median)} of its gradient is left (median; 5 to 95 %: ${at(lags[20]!.low)} to ${at(lags[20]!.high)}); a window of 20 misses less than 0.1 % of it, seqLength 4 less than 10 %; confident predictions send none (p − y → 0)`,
    );
    expect(lags[20]!.median / lags[0]!.median).toBeCloseTo(0.5 ** 20, 9);
  });

  it('no window is advised where nothing decays; a short one says how much it misses', () => {
    expect(orthogonal(1).answers.loss.text).toContain(
      '; it does not shrink within the lags, so no seqLength can be advised; ',
    );
    const { answers } = inspected(modelWith(Q(0.9, 8), 8, 5));
    expect(answers.loss.text).toMatch(
      /; a window of 5 misses at most [56]\d\.\d % of it, seqLength 2\d less than 10 %; /,
    );
  });

  it('a loss without a gradient', () => {
    const facts = orthogonal(0.9);
    const of = (median: number) =>
      answer({ ...facts, lags: facts.lags.map((row) => ({ ...row, median })) }).loss.text;
    expect(of(0)).toBe('No: at most places its gradient is 0 from the start (p − y = 0)');
    expect(of(Number.NaN)).toBe('No: its gradient is no number that a float holds');
  });
});

const exact = new ReferenceKernels('float64');
function horizonOf(lag: number, text = echoes(lag, 1500), lengths = [1, 2, 5, 10, 20]): Horizon {
  const model = { weights: register(lag), kernels: exact };
  return drain(contextHorizon(model, readFromStart(model, text), lengths));
}

describe('does the model use its past?', () => {
  const facts = orthogonal(0.9);
  const answerOf = (horizon: Horizon) => answer({ ...facts, horizon }).past;

  it('one that remembers 10 characters: more than 5, at most 10', () => {
    const { kind, text } = answerOf(horizonOf(10));
    expect(kind).toBe('yes');
    expect(text).toMatch(
      /^Yes, more than 5 and at most 10 characters of it: other text before the last 5 costs (0\.[6-9]|1\.)\d+ ± 0\.\d\d nats, before the last 10 less than 0\.01 \(95 %\)$/,
    );
  });

  it('one that reads the last character alone: hardly', () => {
    expect(answerOf(horizonOf(1))).toEqual({
      kind: 'hardly',
      text: 'Hardly: other text before the last character costs less than 0.01 nats (95 %)',
    });
  });

  it('more than was measured', () => {
    expect(answerOf(horizonOf(30, echoes(30, 1500))).text).toMatch(
      /^Yes, more than 20 characters of it: other text before the last 20 costs \d\.\d\d ± 0\.\d\d nats, the longest measured \(95 %\)$/,
    );
  });

  it('too few places to tell, at some lengths or at all', () => {
    expect(answerOf(horizonOf(5, echoes(5, 40)))).toEqual({
      kind: 'cannot tell',
      text: expect.stringMatching(/^Cannot tell from 1\d places of the text$/),
    });
    const row = (characters: number, extraNats: number, half: number) => ({
      characters,
      extraNats,
      low: extraNats - half,
      high: extraNats + half,
    });
    const of = (usedBeyond: number | null, horizon: number | null, rows: Horizon['cut']['rows']) => {
      const replaced = {
        rows,
        usedBeyond,
        contextHorizon: horizon,
        noHorizon: horizon ? null : 'cannot tell',
      } as const;
      return answerOf({ places: 321, asked: null, replaced, cut: replaced }).text;
    };
    expect(of(null, 2, [row(1, 0.01, 0.02), row(2, 0, 0.001)])).toBe(
      'Cannot tell from 321 places of the text; at most 2 characters: other text before the last 2 costs less than 0.01 nats (95 %)',
    );
    expect(of(1, null, [row(1, 0.5, 0.2), row(2, 0, 0.1)])).toBe(
      'Yes, more than 1 character of it: other text before the last character costs 0.50 ± 0.20 nats; how many more 321 places cannot tell (95 %)',
    );
    expect(of(null, 1, [row(1, Number.NaN, Number.NaN)])).toBe('Cannot tell: the loss is not finite');
  });
});

describe('a model that predicts nothing is not called fine', () => {
  it.each([
    [1.2, null],
    [
      Math.log(8),
      'It predicts no better than a uniform guess (3.000 against 3.000 bits a character): it has learned nothing of this text.',
    ],
    [Number.NaN, 'Its loss is not finite: the model is broken, whatever the answers say.'],
    [Infinity, 'Its loss is not finite: the model is broken, whatever the answers say.'],
  ])('%d nats', (nats, sentence) => {
    expect(predictionFault({ prediction: { nats, uniformNats: Math.log(8) } })).toBe(sentence);
  });
});

describe('two models', () => {
  const [far, near] = [orthogonal(0.99), orthogonal(0.9)];
  const withPast = (facts: Facts, lag: number) => ({ ...facts, horizon: horizonOf(lag) });

  it('which carries gradients further, whichever comes first', () => {
    const text =
      'far carries gradients further: x0.6 against x0.0052 over 50 steps, and their ranges do not overlap';
    expect(compareFacts([far, near], ['far', 'near']).travel).toEqual({ more: 0, text });
    expect(compareFacts([near, far], ['near', 'far']).travel).toEqual({ more: 1, text });
    expect(compareFacts([far, far], ['a', 'b']).travel).toEqual({
      more: null,
      text: 'Neither carries gradients further for sure: x0.6 and x0.6 over 50 steps, and their ranges overlap',
    });
  });

  it('one that explodes is not said to carry further', () => {
    const exploding = { ...far, carried: { steps: 25, factors: [1000, 2000] } };
    expect(compareFacts([near, exploding], ['a', 'b']).travel.text).toBe(
      'b lets gradients grow most: x2.0e+6 against x0.0052 over 50 steps, and their ranges do not overlap',
    );
  });

  it('which uses more of its past, at the longest history where that is sure', () => {
    const { past } = compareFacts([withPast(far, 5), withPast(near, 20)], ['five', 'twenty']);
    expect(past.more).toBe(1);
    expect(past.text).toMatch(
      /^twenty uses more of its past: other text before the last 10 costs it \d\.\d\d ± 0\.\d\d nats, five -?0\.00 ± 0\.00 nats$/,
    );
    const same = withPast(far, 5);
    expect(compareFacts([same, same], ['a', 'b']).past).toEqual({
      more: null,
      text: 'Neither uses more of its past for sure: what they lose overlaps',
    });
  });
});

describe('no sentence contradicts the figures', () => {
  const models = [
    {},
    { cell: 'lstm', forgetBias: 5 },
    { cell: 'gru', layers: 2 },
    { init: 'orthogonal', initGain: 3, hidden: 30 },
    { nonlinearity: 'relu', init: 'identity' },
    { cell: 'lstm', layers: 2, steps: 60 },
  ] as const;
  it.each(models)('%o', (settings) => {
    const found = inspected(lastCheckpoint(eventsOf(trainerOf({ steps: 20, hidden: 9, ...settings }))));
    const { travel, past } = found.answers;
    const { median } = typical(found.carried.factors);
    expect(travel.kind).toBe(flowOf(Math.log(median), found.carried.steps));
    expect(
      travel.text.startsWith(
        { vanishing: 'No, they vanish', carried: 'Yes', exploding: 'They explode' }[travel.kind],
      ),
    ).toBe(true);
    expect(travel.text).toContain(times(median));
    // the rate of the products and the exponent are two measurements of one thing
    expect(Math.log(median) / found.carried.steps - found.lyapunov[0]!).toBeLessThan(0.15);
    expect(found.verdict).toBe(travel);
    const { usedBeyond, contextHorizon: horizon } = found.horizon.replaced;
    expect(past.kind === 'yes').toBe(usedBeyond !== null);
    if (usedBeyond !== null && horizon !== null) expect(usedBeyond).toBeLessThan(horizon);
  });
});
