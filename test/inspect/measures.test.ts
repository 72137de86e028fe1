import { describe, expect, it } from 'vitest';
import { connectivity } from '../../src/inspect/connectivity.ts';
import { contextHorizon } from '../../src/inspect/horizon.ts';
import { inspectFlow, inspectGradients, takePictures } from '../../src/inspect/index.ts';
import { tensorRatios } from '../../src/inspect/ratios.ts';
import { readText } from '../../src/inspect/reading.ts';
import { cellPath, gateStatistics, saturation } from '../../src/inspect/saturation.ts';
import { recurrentSpectrum } from '../../src/inspect/spectra.ts';
import { choosePositions } from '../../src/inspect/windows.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network, Weights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { corpusOf, H, randomIds, randomNetwork, someText, V } from '../support/models.ts';
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

describe('context horizon', () => {
  it('a model without recurrent weights needs one character', () => {
    const { weights } = randomNetwork(exact, 1);
    weights.view('layers.0.Whh').fill(0);
    weights.refresh();
    const model = { weights, kernels: exact };
    const { rows, contextHorizon: horizon } = contextHorizon(
      model,
      readText(model, ids),
      [1, 2, 5],
      createRandom(1, 'h'),
    );
    expect(horizon).toBe(1);
    for (const { extraNats } of rows) expect(extraNats).toBeCloseTo(0, 13);
  });

  it('is the mean loss after k characters from zero, less that with the whole history', () => {
    const { weights } = randomNetwork(exact, 2, undefined, 'horizon', { cell: 'gru' });
    const model = { weights, kernels: exact };
    const short = ids.subarray(0, 20);
    const reading = readText(model, short);
    const { rows } = contextHorizon(model, reading, [1, 3, 6], createRandom(1, 'h'));
    const lossAfter = (from: number, to: number) => {
      const network = new Network(weights, exact, { B: 1, T: to - from, backward: false });
      network.ids.set(short.subarray(from, to));
      network.targets.fill(-1);
      network.targets[to - from - 1] = short[to]!;
      network.forward();
      return network.loss(0);
    };
    for (const { characters, extraNats } of rows) {
      // every start from which six characters fit is taken, there being fewer than 32
      const starts = Array.from({ length: 14 }, (_, start) => start);
      const extra = starts.map(
        (start) => lossAfter(start, start + characters) - lossAfter(0, start + characters),
      );
      expect(extraNats).toBeCloseTo(extra.reduce((a, b) => a + b, 0) / starts.length, 12);
    }
  });
});

describe('states and gates', () => {
  it('saturation counts what is beyond, stuck and dead', () => {
    // three units over four rows: moving, stuck at 1, not moving at all
    const h = Float64Array.of(0.05, 1, 0.5, -0.95, 0.999, 0.5, 0.3, 0.995, 0.5, 0.15, 1, 0.5);
    const found = saturation([h], 3);
    expect(found).toMatchObject({ shareAbove90: 5 / 12, shareAbove99: 4 / 12, stuckUnits: 1, deadUnits: 1 });
    expect(found.histogram.map((share) => Math.round(share * 12))).toEqual([1, 1, 0, 1, 0, 4, 0, 0, 0, 5]);
    const slopes = [...h].map((value) => 1 - value * value);
    expect(found.meanDerivative).toBeCloseTo(slopes.reduce((a, b) => a + b, 0) / 12, 14);
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
    const weights = new Weights({ cell: 'gru', hidden: 2, layers: 1, vocabularySize: 3 }, exact);
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
  it('plain sgd: the next update is the learning rate times the clipped gradient', () => {
    const settings = { optimizer: 'sgd', learningRate: 0.3, clipNorm: 0.01, steps: 3 } as const;
    const checkpoint = lastCheckpoint(eventsOf(trainerOf(settings)));
    const { tensors } = inspectGradients(checkpoint, checkpoint.excerpt, 'text', {
      anchors: 4,
      check: false,
      rngSeed: 1,
    });
    const weights = new Weights(
      { cell: 'rnn', hidden: 7, layers: 1, vocabularySize: checkpoint.vocabulary.size },
      exact,
    );
    weights.data.set(checkpoint.weights);
    const changes = tensors.map(({ name, updateToParameter }) => {
      const size = Math.hypot(...weights.view(name));
      return { size, update: updateToParameter! * size };
    });
    // clipping makes the whole gradient 0.01 long, the rate makes the step 0.003
    expect(Math.hypot(...changes.map(({ update }) => update))).toBeCloseTo(0.003, 6);
    for (const { gradientToParameter, updateToParameter } of tensors)
      expect(updateToParameter! / gradientToParameter!).toBeCloseTo(
        tensors[0]!.updateToParameter! / tensors[0]!.gradientToParameter!,
        10,
      );
  });

  it('adam with full moments: the update is that of the next step of the run', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 5 }, undefined, corpusOf(someText(18)))));
    const next = lastCheckpoint(
      eventsOf(trainerOf({ steps: 6 }, { kind: 'resume', checkpoint }, corpusOf(someText(18)))),
    );
    const weights = new Weights(
      { cell: 'rnn', hidden: 7, layers: 1, vocabularySize: checkpoint.vocabulary.size },
      exact,
    );
    weights.data.set(checkpoint.weights);
    const found = tensorRatios(checkpoint, { weights, kernels: exact }, checkpoint.excerpt);
    for (const { name, updateToParameter } of found) {
      const { offset, size } = weights.table.find((parameter) => parameter.name === name)!;
      const moved = next.weights.subarray(offset, offset + size);
      const before = checkpoint.weights.subarray(offset, offset + size);
      const step = Math.hypot(...moved.map((value, i) => value - before[i]!)) / Math.hypot(...before);
      // every window of so short a text starts from the zero state, as this measurement does
      expect(updateToParameter! / step).toBeCloseTo(1, 3);
    }
  });

  it('clipping: rate and mean factor over the run', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 8, evalEvery: 4, clipNorm: 0.05 })));
    const { clipping } = inspectGradients(checkpoint, checkpoint.excerpt, 'text', {
      anchors: 4,
      check: false,
      rngSeed: 1,
    });
    const steps = eventsOf(trainerOf({ steps: 8, evalEvery: 4, clipNorm: 0.05 })).flatMap((event) =>
      event.event === 'step' ? [event] : [],
    );
    const clipped = steps.filter((step) => step.clipped);
    const factors = clipped.map(({ gradientNorm }) => 0.05 / gradientNorm);
    expect(clipping!.rate).toBeCloseTo(clipped.length / 8, 12);
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
    });
    expect(row.step).toBe(20);
    expect(row.kept).toBeCloseTo(found.lags[5]!.median / found.lags[0]!.median, 12);
    expect(row.decayPerStep).toBeCloseTo(found.decayPerStep, 12);
    expect(row.spectralRadius).toBeCloseTo(found.spectralRadius, 12);
    expect(row.largestSingularValue).toBeCloseTo(found.largestSingularValue, 12);
    expect(row.shareAbove99).toBeCloseTo(found.layers[1]!.saturation.shareAbove99, 12);
  });
});
