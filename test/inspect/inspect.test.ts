import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/index.ts';
import { decayPerStep, halfLife, recommendedSeqLength, stepsHolding } from '../../src/inspect/decay.ts';
import { inspectGradients } from '../../src/inspect/index.ts';
import { lagGradients } from '../../src/inspect/lag-gradients.ts';
import { exponentsOf } from '../../src/inspect/lyapunov.ts';
import { largestSingularValue, spectralRadius } from '../../src/inspect/spectra.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network, parameterTable, randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { randomIds, randomNetwork } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const OPTIONS = { anchors: 16, check: true, rngSeed: 1 };
const exact = new ReferenceKernels('float64');

/** A model with chosen recurrent weights and everything else small, so that states stay near 0. */
function modelWith(Whh: ArrayLike<number>, hidden: number, seqLength = 20, input = 1e-4): Checkpoint {
  const checkpoint = lastCheckpoint(
    eventsOf(trainerOf({ steps: 1, hidden, seqLength, batchSize: 1, evalEvery: 9 })),
  );
  const weights = new Float32Array(checkpoint.weights.length);
  const random = createRandom('inspect', 'weights');
  const architecture = {
    cell: 'rnn',
    hidden,
    layers: 1,
    vocabularySize: checkpoint.vocabulary.size,
  } as const;
  for (const { name, offset, size } of parameterTable(architecture)) {
    for (let i = 0; i < size; i++) {
      if (name === 'layers.0.Whh') weights[offset + i] = Whh[i]!;
      else weights[offset + i] = (2 * random.next() - 1) * (name === 'output.Why' ? 1 : input);
    }
  }
  return { ...checkpoint, weights };
}

const textOf = (checkpoint: Checkpoint, length: number): Int32Array => {
  const ids = new Int32Array(length);
  randomIds(ids, checkpoint.vocabulary.size, 'inspected text');
  return ids;
};

describe('per-lag gradients', () => {
  it('summed over the losses of a window they are the gradient of training', () => {
    const network = randomNetwork(exact, 2);
    const { B, T } = network;
    const targets = network.targets.slice();
    const dh = () => {
      network.forward();
      network.loss(1);
      network.backward();
      return network.layers.map(({ dOutput }) => Float64Array.from(dOutput));
    };
    const all = dh();
    const sums = all.map((buffer) => new Float64Array(buffer.length));
    for (let t = 0; t < T; t++) {
      network.targets.fill(-1);
      network.targets.set(targets.subarray(t * B, (t + 1) * B), t * B);
      dh().forEach((buffer, l) => {
        buffer.forEach((value, i) => {
          sums[l]![i] = sums[l]![i]! + value;
        });
      });
    }
    sums.forEach((buffer, l) => {
      buffer.forEach((value, i) => {
        expect(value).toBeCloseTo(all[l]![i]!, 13);
      });
    });
  });

  it('equal finite differences of the one loss with respect to an old state', () => {
    const model = { weights: randomNetwork(exact, 1).weights, kernels: exact };
    const ids = new Int32Array(40);
    randomIds(ids, 11, 'anchors');
    const gradients = lagGradients(model, ids, { lags: 4, anchors: 1 }, createRandom(2, 'anchors'));
    const anchor = { ...gradients };
    const network = new Network(model.weights, exact, { B: 1, T: 4, backward: false });
    // the state before the last four steps is the state at lag 4: perturb it and watch the last loss
    const position = findAnchor(ids, anchor.states[0]!, model);
    const lossWith = (unit: number, shift: number) => {
      network.layers[0]!.initialState.set(anchor.states[0]!.subarray(0, 7));
      network.layers[0]!.initialState[unit]! += shift;
      for (let t = 0; t < 4; t++) network.ids[t] = ids[position - 3 + t]!;
      network.targets.fill(-1);
      network.targets[3] = ids[position + 1]!;
      network.forward();
      return network.loss(0);
    };
    const derivative = Array.from(
      { length: 7 },
      (_, unit) => (lossWith(unit, 1e-5) - lossWith(unit, -1e-5)) / 2e-5,
    );
    expect(anchor.layers[0]![4]).toBeCloseTo(Math.hypot(...derivative), 9);
  });

  /** The anchor is drawn inside; its window's last state tells which it was. */
  function findAnchor(
    ids: Int32Array,
    states: ArrayLike<number>,
    model: { weights: Network['weights'] },
  ): number {
    for (let position = 8; position < ids.length - 1; position++) {
      const network = new Network(model.weights, exact, { B: 1, T: 4, backward: false });
      network.layers[0]!.initialState.set(Float64Array.from({ length: 7 }, (_, i) => states[i]!));
      for (let t = 0; t < 4; t++) network.ids[t] = ids[position - 3 + t]!;
      network.forward();
      const last = [...network.layers[0]!.output.subarray(21, 28)];
      if (last.every((value, i) => Math.abs(value - states[28 + i]!) < 1e-14)) return position;
    }
    throw new Error('no anchor gives these states');
  }

  it.each([1, 2, 3])('stay below the theoretical bound on random models of %i layers', (layers) => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 3, layers, hidden: 9 })));
    const { lags, layers: perLayer } = inspectGradients(checkpoint, textOf(checkpoint, 400), 'text', OPTIONS);
    expect(perLayer.length).toBe(layers);
    for (const { median, low, high, bound } of lags) {
      expect(low).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(high);
      expect(median).toBeLessThanOrEqual(bound * (1 + 1e-9));
    }
  });
});

describe('closed forms', () => {
  it('Whh = c·orthogonal with h near 0: every exponent is ln c, the decay c, both singular value and radius c', () => {
    const c = 0.8;
    const Q = randomOrthogonal(12, createRandom(3, 'q')).map((value) => c * value);
    const checkpoint = modelWith(Q, 12);
    const found = inspectGradients(checkpoint, textOf(checkpoint, 500), 'text', { ...OPTIONS, lags: 40 });
    for (const exponent of found.lyapunov) expect(exponent).toBeCloseTo(Math.log(c), 5);
    expect(found.decayPerStep).toBeCloseTo(c, 5);
    expect(found.halfLife).toBeCloseTo(Math.log(0.5) / Math.log(c), 3);
    expect(found.largestSingularValue).toBeCloseTo(c, 6);
    expect(found.spectralRadius).toBeCloseTo(c, 6);
    expect(found.blame.weights).toBeCloseTo(c, 5);
    expect(found.blame.saturation).toBeCloseTo(1, 5);
    for (const { median, bound } of found.lags) expect(median / bound).toBeCloseTo(1, 4);
  });

  it('one unit: the gradient at lag k is that of lag 0 times Π w·(1 − h²)', () => {
    const checkpoint = modelWith([0.9], 1, 10, 0.7);
    const weights = randomNetwork(exact, 1, { B: 1, T: 1, H: 1, V: checkpoint.vocabulary.size }).weights;
    weights.data.set(checkpoint.weights);
    const ids = textOf(checkpoint, 300);
    const { layers, states, K } = lagGradients(
      { weights, kernels: exact },
      ids,
      { lags: 6, anchors: 1 },
      createRandom(1, 'a'),
    );
    let expected = layers[0]![0]!;
    for (let k = 1; k <= K; k++) {
      const h = states[0]![K - k + 1]!;
      expected *= weights.view('layers.0.Whh')[0]! * (1 - h * h);
      expect(layers[0]![k]).toBeCloseTo(expected, 14);
    }
  });

  it('the nilpotent counter-example: radius 0, singular value 16, and yet ‖J²‖ = 2‖J‖', () => {
    const W = new Matrix([
      [8, 8],
      [-8, -8],
    ]);
    // h* = (0, 1/2): J = diag(1 − h²)·W = [[8,8],[−6,−6]]
    const J = new Matrix([
      [8, 8],
      [-6, -6],
    ]);
    expect(spectralRadius(W)).toBeLessThan(1e-6);
    expect(largestSingularValue(W)).toBeCloseTo(16, 12);
    expect(largestSingularValue(J.mmul(J))).toBeCloseTo(2 * largestSingularValue(J), 10);
    const jacobians = Array.from({ length: 200 }, () => Float64Array.from(J.to1DArray()));
    expect(exponentsOf(jacobians, 1)[0]).toBeCloseTo(Math.log(2), 10);
  });

  it('the exponents of all directions sum to the mean ln |det J|', () => {
    const H = 4;
    const Whh = new Float64Array(H * H);
    const states = Array.from({ length: 400 }, (_, t) =>
      Float64Array.from({ length: H }, (_, i) => Math.sin(t + i) * 0.7),
    );
    const random = createRandom('det', 'w');
    for (let i = 0; i < H * H; i++) Whh[i] = 2 * random.next() - 1;
    // det J = det Whh · Π (1 − h²); the determinant by elimination
    const { determinant } = luDeterminant(Whh, H);
    const counted = states.slice(100);
    const mean =
      counted.reduce((sum, h) => sum + h.reduce((s, x) => s + Math.log(1 - x * x), 0), 0) / counted.length;
    const jacobians = states.map((h) => Whh.map((w, at) => (1 - h[Math.floor(at / H)]! ** 2) * w));
    const total = exponentsOf(jacobians, H).reduce((sum, exponent) => sum + exponent, 0);
    expect(total).toBeCloseTo(Math.log(Math.abs(determinant)) + mean, 10);
  });
});

function luDeterminant(values: Float64Array, n: number): { determinant: number } {
  const rows = Array.from({ length: n }, (_, i) => [...values.subarray(i * n, (i + 1) * n)]);
  let determinant = 1;
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]![i]!;
    determinant *= pivot;
    for (let j = i + 1; j < n; j++) {
      const factor = rows[j]![i]! / pivot;
      rows[j] = rows[j]!.map((value, k) => value - factor * rows[i]![k]!);
    }
  }
  return { determinant };
}

describe('decay', () => {
  const geometric = Array.from({ length: 60 }, (_, k) => 3 * 0.8 ** k);

  it('of 3·0.8ᵏ: 0.8 a step, half-life ln ½ / ln 0.8', () => {
    expect(decayPerStep(geometric)).toBeCloseTo(0.8, 12);
    expect(halfLife(0.8)).toBeCloseTo(3.106, 3);
    expect(halfLife(1.01)).toBeNull();
  });

  it('the advised window is the first K with 0.8ᴷ < 0.1', () => {
    expect(recommendedSeqLength(geometric, 0.8)).toBe(11);
    expect(recommendedSeqLength(geometric, 1)).toBeNull();
  });

  it('99 % of a geometric series lies in the first steps', () => {
    expect(stepsHolding(geometric, 60, 0.99)).toBe(21);
    expect(stepsHolding([5, 0, 0], 3, 0.99)).toBe(1);
  });
});

describe('verdict and check', () => {
  const verdictOf = (checkpoint: Checkpoint) =>
    inspectGradients(checkpoint, textOf(checkpoint, 600), 'text', { ...OPTIONS, check: false }).verdict;
  const Q = (c: number, n: number) => randomOrthogonal(n, createRandom(9, 'q')).map((value) => c * value);

  it('small recurrent weights: vanishing, blamed on the weights', () => {
    const { kind, text } = verdictOf(modelWith(Q(0.5, 8), 8));
    expect(kind).toBe('vanishing');
    expect(text).toMatch(
      /^VANISHING: the gradient halves every 1\.0 steps; 99 % of it comes from the last 7 of 21 steps; cause: weights \(x0\.50 a step\) more than saturation \(x1\.00\); /,
    );
  });

  it('orthogonal weights near h = 0: healthy', () => {
    expect(verdictOf(modelWith(Q(1, 8), 8)).kind).toBe('healthy');
  });

  it('1.4 times orthogonal in the first steps away from h = 0: exploding', () => {
    const { kind, text } = verdictOf(modelWith(Q(1.4, 8), 8, 20, 1e-30));
    expect(kind).toBe('exploding');
    expect(text).toMatch(/^EXPLODING: 20 steps back the gradient is 8\.4e\+2 times what it was/);
  });

  it('large inputs that pin every tanh: saturated', () => {
    expect(verdictOf(modelWith(Q(0.9, 8), 8, 20, 30)).kind).toBe('saturated');
  });

  it('the gradient check passes on a trained model, and reports each tensor', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 40, layers: 2 })));
    const { gradientCheck } = inspectGradients(checkpoint, textOf(checkpoint, 100), 'text', OPTIONS);
    expect(gradientCheck?.passed).toBe(true);
    expect(gradientCheck?.maxRelativeError).toBeLessThanOrEqual(1e-6);
    expect(gradientCheck?.tensors.map(({ name }) => name)).toHaveLength(8);
  });

  it('a short text lowers the lags, one too short is refused', () => {
    const checkpoint = modelWith(Q(0.9, 8), 8);
    const found = inspectGradients(checkpoint, textOf(checkpoint, 30), 'text', OPTIONS);
    expect(found.lags.length - 1).toBe(14);
    expect(() => inspectGradients(checkpoint, textOf(checkpoint, 5), 'text', OPTIONS)).toThrow(
      'the text to inspect: expected at least 8 characters, got 5',
    );
  });

  it('the same seed gives the same report', () => {
    const checkpoint = modelWith(Q(0.9, 8), 8);
    const report = () =>
      JSON.stringify(inspectGradients(checkpoint, textOf(checkpoint, 300), 'text', OPTIONS));
    expect(report()).toBe(report());
  });

  it('gated cells are refused in one line', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ cell: 'lstm', steps: 1 })));
    expect(() => inspectGradients(checkpoint, [0, 1, 0], 'text', { rngSeed: 1 } as never)).toThrow(
      'inspect-gradients: expected a checkpoint of the vanilla rnn (tanh, one-hot), got lstm, which is not inspected yet',
    );
  });
});
