import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/corpus/index.ts';
import { exactModel } from '../../src/inspect/exact-model.ts';
import { inspectFlow, inspectGradients, takePictures } from '../../src/inspect/index.ts';
import { recurrentSpectrum } from '../../src/inspect/jacobians/spectra.ts';
import { choosePositions } from '../../src/inspect/lags/windows.ts';
import { connectivity } from '../../src/inspect/units/connectivity.ts';
import { cellPath, gateStatistics, saturation } from '../../src/inspect/units/saturation.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, type Weights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { corpusOf, H, randomIds, randomNetwork, V } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

describe('positions', () => {
  it('are those that a shuffle of all places would begin with, from a text of any length', () => {
    const shuffled = (first: number, last: number, count: number) => {
      const random = createRandom(7, 'positions');
      const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      for (let i = 0; i < Math.min(count, all.length); i++) {
        const j = i + Math.floor(random.next() * (all.length - i));
        [all[i], all[j]] = [all[j]!, all[i]!];
      }
      return all.slice(0, count).sort((a, b) => a - b);
    };
    for (const [first, last, count] of [
      [5, 60, 9],
      [0, 6, 7],
      [3, 5, 10],
    ] as const) {
      expect(choosePositions(first, last, count, createRandom(7, 'positions'))).toEqual(
        shuffled(first, last, count),
      );
    }
    const far = choosePositions(100, 4e9, 64, createRandom(7, 'positions'));
    expect(new Set(far).size).toBe(64);
    expect(far[0]).toBeGreaterThanOrEqual(100);
    expect(far[63]).toBeGreaterThan(3e9);
  });
});

const exact = new ReferenceKernels('float64');
const ids = new Int32Array(50);
randomIds(ids, V, 'measured');
const letters = corpusOf('abcdefghijk').vocabulary;

describe('connectivity', () => {
  /** The logits of a vanilla RNN whose inputs are any vectors, not only one-hot ones. */
  function logits(weights: Weights, inputs: readonly Float64Array[]): number[] {
    const [Wxh, Whh, bh] = ['Wxh', 'Whh', 'bh'].map((name) => weights.view(`layers.0.${name}`));
    const [Why, by] = [weights.view('output.Why'), weights.view('output.by')];
    const dot = (W: ArrayLike<number>, row: number, x: Float64Array) =>
      x.reduce((sum, value, i) => sum + W[row * x.length + i]! * value, 0);
    let h = new Float64Array(H);
    for (const x of inputs)
      h = Float64Array.from(h, (_, i) => Math.tanh(dot(Wxh!, i, x) + dot(Whh!, i, h) + bh![i]!));
    return Array.from(by, (bias, v) => bias + dot(Why, v, h));
  }

  it('is the norm of ∂logit/∂x_t by finite differences of the one-hot input', () => {
    const { weights } = randomNetwork(exact, 1);
    const [traced] = connectivity(
      { weights, kernels: exact },
      ids,
      { K: 4, warmUp: 0, positions: [4] },
      letters,
    );
    const inputs = Array.from({ length: 5 }, (_, t) =>
      Float64Array.from({ length: V }, (_, v) => Number(v === ids[t])),
    );
    const y = logits(weights, inputs);
    const predicted = y.indexOf(Math.max(...y));
    const sum = y.reduce((total, value) => total + Math.exp(value), 0);
    expect(traced!.predicted).toBe(letters.unitAt(predicted));
    expect(traced!.probability).toBeCloseTo(Math.exp(y[predicted]!) / sum, 12);
    expect(traced!.characters).toEqual(Array.from(ids.subarray(0, 5), (id) => letters.unitAt(id)));
    traced!.strengths.forEach((strength, t) => {
      const slope = (v: number) => {
        const shifted = (by: number) =>
          logits(
            weights,
            inputs.map((x, at) => (at === t ? x.map((value, i) => (i === v ? value + by : value)) : x)),
          )[predicted]!;
        return (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
      };
      expect(strength).toBeCloseTo(Math.hypot(...Array.from({ length: V }, (_, v) => slope(v))), 9);
    });
  });

  it('the pictures of a stretch hold the same for every position', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ cell: 'lstm', layers: 2, steps: 8 })));
    const text = checkpoint.excerpt;
    const pictures = takePictures(checkpoint, text);
    expect(pictures.characters).toHaveLength(Math.min(160, text.length - 1));
    expect(pictures.states).toHaveLength(7);
    expect(pictures.predictions.map(({ position }) => position)).toEqual(
      pictures.characters.slice(1).map((_, i) => i + 1),
    );
    const position = text.length - 2;
    const { connectivity: alone } = inspectGradients(checkpoint, text, 'text', {
      anchors: 4,
      check: false,
      rngSeed: 1,
      nextUpdate,
      position,
    });
    const last = pictures.predictions.at(-1)!;
    expect(last.predicted).toBe(alone.predicted);
    alone.strengths
      .slice(-20)
      .toReversed()
      .forEach((strength, back) => {
        expect(last.strengths[back]! / strength).toBeCloseTo(1, 4);
      });
  });
});

describe('a byte model', () => {
  const bytes = new TextEncoder().encode('물이 한강에 녹는다. 물은 é다. '.repeat(6));
  const known = [...new Set(bytes)].sort((a, b) => a - b);
  const text = Uint8Array.from(bytes, (byte) => known.indexOf(byte));
  const corpus = { ...corpusOf('ab'), vocabulary: new Vocabulary('byte', known), ids: text };
  const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 8, unit: 'byte' }, undefined, corpus)));
  const model = exactModel(checkpoint);

  // the same ids as single letters
  const alone = new Vocabulary(
    'codepoint',
    known.map((byte) => String.fromCodePoint(0x100 + byte)),
  );

  it('is traced to characters: the strength of one is the norm over its bytes', () => {
    // '은 é다.' is 3 + 1 + 2 + 3 + 1 bytes, and a space ends the text
    const window = { K: 9, warmUp: 0, positions: [bytes.length - 2] };
    const [traced] = connectivity(model, text, window, checkpoint.vocabulary);
    const [byBytes] = connectivity(model, text, window, alone);
    expect(traced!.characters).toEqual(['은', ' ', 'é', '다', '.']);
    const norms = byBytes!.strengths;
    const expected = [
      norms.slice(0, 3),
      norms.slice(3, 4),
      norms.slice(4, 6),
      norms.slice(6, 9),
      norms.slice(9),
    ];
    expect(traced!.strengths).toEqual(expected.map((group) => Math.hypot(...group)));
  });

  it('is pictured character by character, after the last byte of each', () => {
    const { characters, states, gradients, predictions } = takePictures(checkpoint, text);
    const shown = new TextDecoder().decode(bytes.subarray(bytes.length - 161, bytes.length - 1));
    expect(characters.slice(-20).join('')).toBe([...shown].slice(-20).join(''));
    for (const row of [...states, ...gradients]) expect(row).toHaveLength(characters.length);
    const whole = takePictures({ ...checkpoint, vocabulary: alone }, text);
    expect(states.map((row) => row.at(-2))).toEqual(whole.states.map((row) => row.at(-2)));
    // before the full stop there are three bytes of 다, before these two of é
    expect(states.map((row) => row.at(-3))).toEqual(whole.states.map((row) => row.at(-5)));
    expect(predictions.map(({ position }) => position)).toEqual(characters.slice(1).map((_, i) => i + 1));
    const last = predictions.at(-1)!;
    expect(last.actual).toBe(' ');
    expect(predictions.at(-2)!.actual).toBe('.');
    expect(last.strengths).toHaveLength(61);
  });
});

describe('states and gates', () => {
  it('saturation counts what is beyond, stuck and dead', () => {
    // three units over four rows: moving, stuck at 1, not moving at all
    const h = Float64Array.of(0.05, 1, 0.5, -0.95, 0.999, 0.5, 0.3, 0.995, 0.5, 0.15, 1, 0.5);
    const found = saturation([{ output: h }], { cell: 'rnn', hidden: 3, layers: 1, vocabularySize: 2 });
    expect(found).toMatchObject({ shareAbove90: 5 / 12, shareAbove99: 4 / 12, stuckUnits: 1, deadUnits: 1 });
    expect(found).toMatchObject({ shareFlat: 4 / 12, histogramTop: 1 });
    expect(found.histogram.map((share) => Math.round(share * 12))).toEqual([1, 1, 0, 1, 0, 4, 0, 0, 0, 5]);
    const slopes = [...h].map((value) => 1 - value * value);
    expect(found.meanDerivative).toBeCloseTo(slopes.reduce((a, b) => a + b, 0) / 12, 14);
  });

  it('a ReLU is on or off: no size saturates it, bins reach up to the largest state', () => {
    // three units over four rows: always on and large, on once, never on
    const h = Float64Array.of(8, 0, 0, 5, 2, 0, 3, 0, 0, 4, 0, 0);
    const relu = { cell: 'rnn', nonlinearity: 'relu', hidden: 3, layers: 1, vocabularySize: 2 } as const;
    const found = saturation([{ output: h }], relu);
    expect(found).toMatchObject({ meanDerivative: 5 / 12, stuckUnits: 0, deadUnits: 1, histogramTop: 8 });
    expect(found.shareFlat).toBeCloseTo(7 / 12, 14);
    expect(found.histogram.map((share) => Math.round(share * 12))).toEqual([7, 0, 1, 1, 0, 1, 1, 0, 0, 1]);
  });

  it('the slope of a gated cell is that of the tanh that makes its state: of c, of the candidate n', () => {
    const one = { hidden: 1, layers: 1, vocabularySize: 2 };
    const cells = Float64Array.of(9, 0.5, -3);
    const lstm = saturation([{ output: Float64Array.of(0.1, 0.2), cells }], { ...one, cell: 'lstm' });
    expect(lstm.meanDerivative).toBeCloseTo((2 - Math.tanh(0.5) ** 2 - Math.tanh(3) ** 2) / 2, 14);
    expect(lstm.shareFlat).toBe(1 / 2);
    const gates = Float64Array.of(0.5, 0.5, 0.6, 0.5, 0.5, -0.999);
    const gru = saturation([{ output: Float64Array.of(0.1, 0.2), gates }], { ...one, cell: 'gru' });
    expect(gru.meanDerivative).toBeCloseTo((2 - 0.6 ** 2 - 0.999 ** 2) / 2, 14);
    expect(gru.shareFlat).toBe(1 / 2);
  });

  it('gates: mean, share shut and open, of each unit too; the candidate is none', () => {
    // one unit, gates i f g o, three rows
    const gates = Float64Array.of(0.05, 0.95, -1, 0.5, 0.5, 0.9, 1, 0.5, 0.02, 0.99, 0, 0.5);
    const [i, f, o] = gateStatistics('lstm', gates, 1);
    expect([i!.gate, f!.gate, o!.gate]).toEqual(['i', 'f', 'o']);
    expect(i).toMatchObject({ low: 2 / 3, high: 0, units: [{ low: 2 / 3, high: 0 }] });
    expect(f!.high).toBeCloseTo(2 / 3, 14);
    expect(f!.mean).toBeCloseTo((0.95 + 0.9 + 0.99) / 3, 14);
    const path = cellPath('lstm', gates, 1)!;
    expect(path.gate).toBe('f');
    expect(path.timescales[0]).toBeCloseTo(-1 / Math.log(f!.mean), 12);
    expect(path.keptPerStep).toBeCloseTo((0.95 * 0.9 * 0.99) ** (1 / 3), 14);
    expect([gateStatistics('rnn', undefined, 1), cellPath('rnn', undefined, 1)]).toEqual([[], null]);
  });

  it('the spectrum of each gate is that of its own block', () => {
    const weights = createWeights({ cell: 'gru', hidden: 2, layers: 1, vocabularySize: 3 }, exact);
    weights.view('layers.0.Whh').set([3, 0, 0, -4, 0, 2, -2, 0, 8, 8, -8, -8]);
    const [r, z, n] = ['r', 'z', 'n'].map((gate) => recurrentSpectrum(weights, 0, gate));
    expect(r).toMatchObject({ spectralRadius: 4, departure: 0 });
    expect(z!.eigenvalues.map(({ re, im }) => [re, Math.abs(im)])).toEqual([
      [0, 2],
      [0, 2],
    ]);
    expect(n!.spectralRadius).toBeLessThan(1e-6);
    expect(n!.departure).toBeCloseTo(1, 12);
    expect(n!.largestSingularValue).toBeCloseTo(16, 12);
  });
});

describe('what the run recorded', () => {
  it('clipping: rate and mean factor over the run, rows of unequal length and the steps since the last', () => {
    const settings = { steps: 11, evalEvery: 4, clipNorm: 0.05 };
    const first = eventsOf(trainerOf({ ...settings, steps: 4 }));
    const start = { kind: 'resume', checkpoint: lastCheckpoint(first) } as const;
    const second = eventsOf(trainerOf({ ...settings, evalEvery: 5 }, start));
    const checkpoint = lastCheckpoint(second);
    expect(checkpoint.state.history.map(({ step }) => step)).toEqual([4, 5, 10]);
    const { clipping } = inspectGradients(checkpoint, checkpoint.excerpt, 'text', {
      anchors: 4,
      check: false,
      rngSeed: 1,
      nextUpdate,
    });
    const steps = [...first, ...second].flatMap((event) => (event.event === 'step' ? [event] : []));
    const clipped = steps.filter((step) => step.clipped);
    const factors = clipped.map(({ gradientNorm }) => 0.05 / gradientNorm);
    expect(steps).toHaveLength(11);
    expect(clipping!.rate).toBeCloseTo(clipped.length / 11, 12);
    expect(clipping!.shrink).toBeCloseTo(factors.reduce((a, b) => a + b, 0) / factors.length, 4);
  });

  it('a look during training says what a whole inspection says', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 20, hidden: 9, layers: 2 })));
    const row = inspectFlow(checkpoint);
    const found = inspectGradients(checkpoint, checkpoint.excerpt, 'text', {
      lags: 5,
      anchors: 16,
      check: false,
      rngSeed: 1,
      nextUpdate,
    });
    expect(row.step).toBe(20);
    expect(row.kept).toBeCloseTo(found.lags[5]!.median / found.lags[0]!.median, 12);
    expect(row.decayPerStep).toBeCloseTo(found.decayPerStep, 12);
    expect(row.spectralRadius).toBeCloseTo(found.spectralRadius, 12);
    expect(row.largestSingularValue).toBeCloseTo(found.largestSingularValue, 12);
    expect(row.shareAbove99).toBeCloseTo(found.layers[1]!.saturation.shareAbove99, 12);
  });
});
