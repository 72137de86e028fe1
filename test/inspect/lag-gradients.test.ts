import { describe, expect, it } from 'vitest';
import { drain } from '../../src/drain.ts';
import { layerSpectrum } from '../../src/inspect/jacobians/spectra.ts';
import { assertBounded } from '../../src/inspect/lags/bound.ts';
import { lagGradients } from '../../src/inspect/lags/lag-gradients.ts';
import { chooseWindows, followLoss, readWindows, type Windows } from '../../src/inspect/lags/windows.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { type Architecture, Network } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { H, randomIds, randomNetwork, V } from '../support/models.ts';

const exact = new ReferenceKernels('float64');
const MODELS: Partial<Architecture>[] = [
  { cell: 'rnn' },
  { cell: 'rnn', nonlinearity: 'relu' },
  { cell: 'rnn', embedding: 5 },
  { cell: 'lstm' },
  { cell: 'gru' },
];
const CASES = MODELS.flatMap((model) => [1, 2, 3].map((layers) => ({ layers, ...model })));
const ids = new Int32Array(60);
randomIds(ids, V, 'anchors');

const modelOf = ({ layers = 1, ...model }: Partial<Architecture>, seed = 'lags') => ({
  weights: randomNetwork(exact, layers, undefined, seed, model).weights,
  kernels: exact,
});
const spectraOf = ({ weights }: ReturnType<typeof modelOf>) =>
  Array.from({ length: weights.architecture.layers }, (_, layer) => layerSpectrum(weights, layer));
const measure = (model: ReturnType<typeof modelOf>, windows: Windows) =>
  drain(lagGradients(model, ids, windows, spectraOf(model)));

describe.each(CASES)(
  'per-lag gradients: $cell $nonlinearity, embedding $embedding, $layers layers',
  (model) => {
    it('equal finite differences of the one loss with respect to the old states', () => {
      const exactly = modelOf(model);
      const [position, K] = [31, 6];
      const windows = { K, warmUp: 20, positions: [position] };
      const { layers } = measure(exactly, windows);
      const window = readWindows(exactly, ids, windows);
      followLoss(window, ids, windows);
      for (const lag of [1, 4, 6]) {
        // the states at s − lag, from a reading of the warm-up and the window's start
        const before = new Network(exactly.weights, exact, { B: 1, T: 20 + K + 1 - lag, backward: false });
        for (let t = 0; t < before.T; t++) before.ids[t] = ids[position - K - 20 + t]!;
        before.forward();
        before.carryState();
        const after = new Network(exactly.weights, exact, { B: 1, T: lag, backward: false });
        for (let t = 0; t < lag; t++) after.ids[t] = ids[position - lag + 1 + t]!;
        after.targets.fill(-1);
        after.targets[lag - 1] = ids[position + 1]!;
        const lossWith = (layer: number, i: number, shift: number) => {
          after.layers.forEach(({ initialState }, l) => {
            initialState.set(before.layers[l]!.initialState);
          });
          const state = after.layers[layer]!.initialState;
          state[i] = state[i]! + shift;
          after.forward();
          return after.loss(0);
        };
        before.layers.forEach(({ initialState }, layer) => {
          const slopes = Array.from(
            initialState,
            (_, i) => (lossWith(layer, i, 1e-5) - lossWith(layer, i, -1e-5)) / 2e-5,
          );
          // what lies below another layer reaches the loss through it at the same step too
          if (layer + 1 < before.layers.length) {
            const { rows, columns, data } = exactly.weights.matrix(`layers.${layer + 1}.Wxh`);
            const dZ = window.layers[layer + 1]!.dZ.subarray((K - lag) * rows, (K - lag + 1) * rows);
            for (let j = 0; j < columns; j++)
              for (let row = 0; row < rows; row++)
                slopes[j] = slopes[j]! + data[row * columns + j]! * dZ[row]!;
          }
          expect(layers[layer]![lag]).toBeCloseTo(Math.hypot(...slopes), 8);
        });
      }
    });

    it('summed over the losses of a window they are the gradient of training', () => {
      const { layers = 1, ...architecture } = model;
      const network = randomNetwork(exact, layers, undefined, 'sum', architecture);
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
          expect(value).toBeCloseTo(all[l]![i]!, 12);
        });
      });
    });

    it('no anchor exceeds the bound by slopes, nor that the one by weights', () => {
      const windows = chooseWindows(ids, { lags: 25, anchors: 20 }, createRandom(1, 'bounds'));
      for (const seed of ['a', 'b', 'c']) {
        const { whole, stepBounds, bounds } = measure(modelOf(model, seed), windows);
        whole.forEach((value, i) => {
          expect(value).toBeLessThanOrEqual(stepBounds[i]! * (1 + 1e-9));
          expect(stepBounds[i]).toBeLessThanOrEqual(bounds[i]! * (1 + 1e-9));
        });
      }
    });
  },
);

describe('per-lag gradients', () => {
  it('one unit: the gradient at lag k is that of lag 0 times Π w·(1 − h²)', () => {
    const { weights } = randomNetwork(exact, 1, { B: 1, T: 1, H: 1, V }, 'unit');
    weights.view('layers.0.Whh')[0] = 0.9;
    weights.stale = true;
    const [K, position] = [6, 40];
    const model = { weights, kernels: exact };
    const { layers, slopeRatio } = measure(model, { K, warmUp: position - K, positions: [position] });
    const reader = new Network(weights, exact, { B: 1, T: position + 1, backward: false });
    reader.ids.set(ids.subarray(0, position + 1));
    reader.forward();
    let expected = layers[0]![0]!;
    for (let k = 1; k <= K; k++) {
      const slope = 1 - reader.layers[0]!.output[position - k + 1]! ** 2;
      expect(slopeRatio![k - 1]).toBeCloseTo(slope, 14);
      expected *= 0.9 * slope;
      expect(layers[0]![k]).toBeCloseTo(expected, 14);
    }
  });

  it('anchors in one batch or in many give the same', () => {
    const model = modelOf({ cell: 'lstm', layers: 2 });
    const windows = { K: 8, warmUp: 10, positions: [20, 31, 45] };
    const together = measure(model, windows);
    windows.positions.forEach((position, b) => {
      const alone = measure(model, { ...windows, positions: [position] });
      for (let k = 0; k <= 8; k++) expect(together.whole[k * 3 + b]).toBeCloseTo(alone.whole[k]!, 14);
    });
  });

  it('a measurement above its bound is a defect, and named as one', () => {
    expect(() => assertBounded(Float64Array.of(1, 2.1), Float64Array.of(1, 2))).toThrow(
      'gradient 2.1 exceeds its theoretical bound 2 at index 1',
    );
  });

  it('the largest singular value is that of all gates together', () => {
    const { weights } = modelOf({ cell: 'gru' });
    weights.view('layers.0.Whh').fill(0);
    for (let i = 0; i < 3 * H; i++) weights.view('layers.0.Whh')[i * H] = 2;
    // 3H rows (2, 0, …): σ = 2·√(3H)
    expect(layerSpectrum(weights, 0).largestSingularValue).toBeCloseTo(2 * Math.sqrt(3 * H), 12);
  });
});
