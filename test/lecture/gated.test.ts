import { describe, expect, it } from 'vitest';
import { CELL_ANALYSES } from '../../src/inspect/cells/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { stepGru } from '../../src/lecture/gru.ts';
import { formatLecture, giveLecture, lectureScenes, TEXTS } from '../../src/lecture/index.ts';
import { stepLstm } from '../../src/lecture/lstm.ts';
import { createWeights, Network } from '../../src/model/index.ts';
import { PLAIN_STYLE, textOf } from '../support/lecture.ts';

const WORDS = ['hello', 'world', '안녕하세요', 'aa', 'ab', 'mississippi', '😀🎉😀👍', 'abcdefghijkl'];
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const close = (actual: readonly number[], expected: readonly number[], bound = 1e-12) => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(bound);
};

describe.each(WORDS)('the gated cells on %s', (word) => {
  const { lstm, gru, vocabulary, steps } = giveLecture(word, 1);
  const sum = (
    gate: { Wx: number[][]; Wh: number[][]; b: number[] },
    unit: number,
    input: number,
    h: number[],
  ) => {
    let z = gate.b[unit]! + gate.Wx[unit]![input]!;
    for (let j = 0; j < 3; j++) z += gate.Wh[unit]![j]! * h[j]!;
    return z;
  };

  it('LSTM: every number equals a loop over units, to 1e-12', () => {
    const { gates, Why, by } = lstm.weights;
    let [h, c] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    let loss = 0;
    for (const step of lstm.steps) {
      const [newH, newC]: [number[], number[]] = [[], []];
      for (let j = 0; j < 3; j++) {
        const [i, f, o] = (['i', 'f', 'o'] as const).map((name) =>
          sigmoid(sum(gates[name], j, step.input, h)),
        );
        const g = Math.tanh(sum(gates.g, j, step.input, h));
        newC.push(f! * c[j]! + i! * g);
        newH.push(o! * Math.tanh(newC[j]!));
        close(
          [step.gates.i.value[j]!, step.gates.f.value[j]!, step.gates.o.value[j]!, step.gates.g.value[j]!],
          [i!, f!, o!, g],
        );
        close([step.kept[j]!, step.written[j]!], [f! * c[j]!, i! * g]);
      }
      [h, c] = [newH, newC];
      close(step.c, c);
      close(step.h, h);
      const y = by.map((bias, v) => bias + Why[v]!.reduce((all, weight, j) => all + weight * h[j]!, 0));
      const total = y.reduce((all, value) => all + Math.exp(value), 0);
      loss -= Math.log(Math.exp(y[step.target]!) / total);
    }
    close([lstm.loss], [loss]);
  });

  it('GRU: every number equals a loop over units, to 1e-12', () => {
    const { gates, bhn, Why, by } = gru.weights;
    let h = [0, 0, 0];
    let loss = 0;
    for (const step of gru.steps) {
      h = h.map((old, j) => {
        const [r, z] = [sigmoid(sum(gates.r, j, step.input, h)), sigmoid(sum(gates.z, j, step.input, h))];
        let q = bhn[j]!;
        for (let k = 0; k < 3; k++) q += gates.n.Wh[j]![k]! * h[k]!;
        const n = Math.tanh(gates.n.Wx[j]![step.input]! + gates.n.b[j]! + r * q);
        close([step.r.value[j]!, step.z.value[j]!, step.n.q[j]!, step.n.value[j]!], [r, z, q, n]);
        return (1 - z) * n + z * old;
      });
      close(step.h, h);
      const y = by.map((bias, v) => bias + Why[v]!.reduce((all, weight, j) => all + weight * h[j]!, 0));
      const total = y.reduce((all, value) => all + Math.exp(value), 0);
      loss -= Math.log(Math.exp(y[step.target]!) / total);
    }
    close([gru.loss], [loss]);
  });

  it.each(['lstm', 'gru'] as const)("%s: the states equal the library's network, to 1e-12", (cell) => {
    const lesson = cell === 'lstm' ? lstm : gru;
    const kernels = new ReferenceKernels('float64');
    const all = createWeights({ cell, hidden: 3, layers: 1, vocabularySize: vocabulary.length }, kernels);
    const gates = lesson.weights.gates as Record<string, { Wx: number[][]; Wh: number[][]; b: number[] }>;
    const stacked = (name: 'Wx' | 'Wh' | 'b') =>
      CELL_ANALYSES[cell].blocks.flatMap((block) => gates[block]![name].flat());
    all.view('layers.0.Wxh').set(stacked('Wx'));
    all.view('layers.0.Whh').set(stacked('Wh'));
    all.view('layers.0.bh').set(stacked('b'));
    if (cell === 'gru') all.view('layers.0.bhn').set(gru.weights.bhn);
    all.view('output.Why').set(lesson.weights.Why.flat());
    all.view('output.by').set(lesson.weights.by);
    all.stale = true;
    const network = new Network(all, kernels, { B: 1, T: steps.length, backward: false });
    network.ids.set(steps.map(({ input }) => input));
    network.targets.set(steps.map(({ target }) => target));
    network.forward();
    close(
      lesson.steps.flatMap(({ h }) => h),
      [...network.layers[0]!.output],
    );
    close([lesson.loss], [network.loss(1)]);
    expect(lesson.steps.map(({ predicted }) => predicted)).toEqual(steps.map(({ target }) => target));
    expect(lesson.loss).toBeLessThan(lesson.startLoss);
  });

  it('along c the factor of a step is f: what a nudge of the cell state leaves in the next', () => {
    const product = [1, 1, 1];
    for (const { t, f, product: shown } of lstm.path) {
      const { input, previous } = lstm.steps[t - 1]!;
      const nudged = (shift: number) =>
        stepLstm(lstm.weights, input, { h: previous.h, c: previous.c.map((value) => value + shift) }).c;
      const numeric = nudged(1e-3).map((value, j) => (value - nudged(-1e-3)[j]!) / 2e-3);
      close(f, numeric, 1e-10);
      for (let j = 0; j < 3; j++) product[j] = product[j]! * numeric[j]!;
      close(shown, product, 1e-9);
    }
    expect(lstm.path.map(({ t }) => t)).toEqual(steps.map((_, i) => steps.length - i));
  });

  it('along h the factor of a GRU is z, once the gates and the candidate are held', () => {
    const { input, previous, z, n } = gru.steps.at(-1)!;
    const held = (h: readonly number[]) =>
      h.map((value, j) => (1 - z.value[j]!) * n.value[j]! + z.value[j]! * value);
    close(stepGru(gru.weights, input, previous).h, held(previous));
  });
});

describe('what the scenes say', () => {
  const scenes = lectureScenes(giveLecture('hello', 1), TEXTS.en);

  it('the definitions of all gates, each in a sentence and an equation', () => {
    expect(textOf(scenes, 'lstm')).toContain(`
  forget gate f: How much of the old cell state is kept: 1 keeps all of it, 0
  forgets it.
      fₜ = σ(Wxf·xₜ + Whf·hₜ₋₁ + bf)
  input gate i: How much of the candidate is written into the cell state.
      iₜ = σ(Wxi·xₜ + Whi·hₜ₋₁ + bi)
  candidate g: What could be written, between −1 and 1.
      gₜ = tanh(Wxg·xₜ + Whg·hₜ₋₁ + bg)
  output gate o: How much of the cell state is shown.
      oₜ = σ(Wxo·xₜ + Who·hₜ₋₁ + bo)
  cell state c: What is kept and what is written, added.
      cₜ = fₜ ∘ cₜ₋₁ + iₜ ∘ gₜ
  hidden state h: What is shown, to the output and to the next step.
      hₜ = oₜ ∘ tanh(cₜ)
`);
    expect(textOf(scenes, 'gru')).toContain(`
      nₜ = tanh(Wxn·xₜ + bn + rₜ ∘ (Whn·hₜ₋₁ + bhn))
  hidden state h: A mixture of the two: n fills what z leaves free.
      hₜ = (1 − zₜ) ∘ nₜ + zₜ ∘ hₜ₋₁
`);
  });

  it('one step of each in numbers', () => {
    expect(textOf(scenes, 'lstm-state')).toContain(`
     f₂         c₁          i₂         g₂        f₂∘c₁      i₂∘g₂        c₂
  ⎡ 0.93 ⎤   ⎡  0.50 ⎤   ⎡ 0.94 ⎤   ⎡ 0.99 ⎤   ⎡  0.47 ⎤   ⎡ 0.94 ⎤   ⎡ 1.40 ⎤
  ⎢ 0.95 ⎥ ∘ ⎢ -0.01 ⎥ + ⎢ 0.97 ⎥ ∘ ⎢ 0.97 ⎥ = ⎢ -0.01 ⎥ + ⎢ 0.94 ⎥ = ⎢ 0.93 ⎥
  ⎣ 0.94 ⎦   ⎣  0.88 ⎦   ⎣ 0.95 ⎦   ⎣ 0.97 ⎦   ⎣  0.83 ⎦   ⎣ 0.92 ⎦   ⎣ 1.75 ⎦
`);
    expect(textOf(scenes, 'gru-state')).toContain(`
    1−z₂        n₂          z₂         h₁       (1−z)∘n     z₂∘h₁        h₂
  ⎡ 0.80 ⎤   ⎡ -0.31 ⎤   ⎡ 0.20 ⎤   ⎡ 0.33 ⎤   ⎡ -0.25 ⎤   ⎡ 0.07 ⎤   ⎡ -0.18 ⎤
  ⎢ 0.98 ⎥ ∘ ⎢ -0.98 ⎥ + ⎢ 0.02 ⎥ ∘ ⎢ 0.80 ⎥ = ⎢ -0.96 ⎥ + ⎢ 0.02 ⎥ = ⎢ -0.95 ⎥
  ⎣ 0.85 ⎦   ⎣  0.98 ⎦   ⎣ 0.15 ⎦   ⎣ 0.74 ⎦   ⎣  0.84 ⎦   ⎣ 0.11 ⎦   ⎣  0.95 ⎦
`);
  });

  it('the path of a word of one step', () => {
    const short = lectureScenes(giveLecture('ab', 1), TEXTS.en);
    expect(textOf(short, 'lstm-path')).toContain('\n    ∂c₁/∂c₀ = f₁\n');
    expect(textOf(short, 'lstm-path')).toContain('After one step back along c,');
    expect(formatLecture(short, PLAIN_STYLE)).toContain('LSTM, step 1: the gates read ‘a’');
  });
});
