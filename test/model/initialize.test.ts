import { describe, expect, it } from 'vitest';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, initializeWeights, randomOrthogonal } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';

const architecture = { cell: 'rnn', vocabularySize: 11, hidden: 7, layers: 2 } as const;

function initialized(kind: 'uniform' | 'orthogonal' | 'identity', seed: number) {
  const weights = createWeights(architecture, new ReferenceKernels('float64'));
  initializeWeights(weights, { init: kind, initGain: 1, forgetBias: 1 }, createRandom(seed, 'init'));
  return weights;
}

describe('starting weights', () => {
  it('uniform: all matrices within ±1/√H, the one-hot one within ±1, and spread over it, biases zero', () => {
    const weights = initialized('uniform', 1);
    for (const { name, role } of weights.table) {
      const values = [...weights.view(name)];
      const limit = name === 'layers.0.Wxh' ? 1 : 1 / Math.sqrt(7);
      if (role === 'bias') expect(values.every((value) => value === 0)).toBe(true);
      else {
        expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
        expect(Math.max(...values)).toBeGreaterThan(0.8 * limit);
        expect(Math.min(...values)).toBeLessThan(-0.8 * limit);
      }
    }
  });

  it('an LSTM starts with open forget gates, all other biases zero', () => {
    const weights = createWeights({ ...architecture, cell: 'lstm' }, new ReferenceKernels('float64'));
    initializeWeights(weights, { init: 'uniform', initGain: 1, forgetBias: 1.5 }, createRandom(1, 'init'));
    for (const layer of [0, 1]) {
      const bias = [...weights.view(`layers.${layer}.bh`)];
      expect(bias).toEqual([...Array(7).fill(0), ...Array(7).fill(1.5), ...Array(14).fill(0)]);
    }
    expect([...weights.view('output.by')]).toEqual(Array(11).fill(0));
  });

  it('orthogonal: Q·Qᵀ = I within 1e-14', () => {
    const n = 33;
    const Q = randomOrthogonal(n, createRandom(5, 'q'));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let dot = 0;
        for (let k = 0; k < n; k++) dot += Q[i * n + k]! * Q[j * n + k]!;
        expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-14);
      }
  });

  it('identity: Whh of every layer is the identity', () => {
    const weights = initialized('identity', 1);
    const identity = Array.from({ length: 49 }, (_, i) => (i % 8 === 0 ? 1 : 0));
    expect([...weights.view('layers.0.Whh')]).toEqual(identity);
    expect([...weights.view('layers.1.Whh')]).toEqual(identity);
  });

  it('the same seed gives the same weights, another seed others', () => {
    expect([...initialized('orthogonal', 3).data]).toEqual([...initialized('orthogonal', 3).data]);
    expect([...initialized('orthogonal', 3).data]).not.toEqual([...initialized('orthogonal', 4).data]);
  });
});
