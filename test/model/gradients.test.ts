import { describe, expect, it } from 'vitest';
import { CELL_NAMES } from '../../src/config/names.ts';
import type { Floats, Kernels, Weight } from '../../src/kernels/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { gradientErrors } from '../support/gradients.ts';
import { randomNetwork } from '../support/models.ts';

describe('back-propagation through time', () => {
  it.each([1, 2, 3].flatMap((layers) => CELL_NAMES.map((cell) => ({ cell, layers }))))(
    '$cell, $layers layers: every element of every tensor within 1e-6 of finite differences',
    ({ cell, layers }) => {
      const errors = gradientErrors(
        randomNetwork(new ReferenceKernels('float64'), layers, undefined, 'net', { cell }),
      );
      expect(errors.size).toBe((cell === 'gru' ? 4 : 3) * layers + 2);
      for (const [name, error] of errors) expect(error, name).toBeLessThanOrEqual(1e-6);
    },
  );

  it.each([
    ['relu', { nonlinearity: 'relu' as const }, undefined],
    ['embedding of 5, tied', { embedding: 5 }, undefined],
    ['lstm with a tied embedding of 13', { cell: 'lstm' as const, embedding: 13 }, undefined],
    ['dropout', {}, { probability: 0.3, variational: false }],
    ['gru with variational dropout', { cell: 'gru' as const }, { probability: 0.4, variational: true }],
  ])('%s, 2 layers: every element within 1e-6 of finite differences', (_, architecture, dropout) => {
    const options = dropout && { ...dropout, streams: 8, first: 2 };
    const network = randomNetwork(
      new ReferenceKernels('float64'),
      2,
      undefined,
      'net',
      architecture,
      options,
    );
    for (const [name, error] of gradientErrors(network)) expect(error, name).toBeLessThanOrEqual(1e-6);
  });

  it('at sizes that are multiples of 16 too', () => {
    const network = randomNetwork(new ReferenceKernels('float64'), 1, { B: 16, T: 3, H: 16, V: 16 });
    for (const [name, error] of gradientErrors(network)) expect(error, name).toBeLessThanOrEqual(1e-6);
  });

  it('masked targets have no part in the gradient', () => {
    const network = randomNetwork(new ReferenceKernels('float64'), 2);
    network.targets.fill(-1, 0, 9);
    for (const [name, error] of gradientErrors(network)) expect(error, name).toBeLessThanOrEqual(1e-6);
  });
});

/** Kernels with one planted bug. */
class Wrong extends ReferenceKernels {
  constructor() {
    super('float64');
  }
}

const BUGS: Record<string, () => Kernels> = {
  'the factor 1 − h² is missing': () =>
    Object.assign(new Wrong(), { tanhGradient: (dz: Floats, dh: Floats) => void dz.set(dh) }),
  'the sign of tanh′ is wrong': () =>
    Object.assign(new Wrong(), {
      tanhGradient(dz: Floats, dh: Floats, h: Floats) {
        for (let i = 0; i < dz.length; i++) dz[i] = -dh[i]! * (1 - h[i]! ** 2);
      },
    }),
  'Whh is not transposed on the way back': () => {
    const kernels = new Wrong();
    const right = kernels.linearInputGradient.bind(kernels);
    kernels.linearInputGradient = (out: Floats, y: Floats, weight: Weight, M: number) =>
      weight.rows === weight.columns ? kernels.linear(out, y, weight, M) : right(out, y, weight, M);
    return kernels;
  },
  'nothing flows back through time': () => {
    const kernels = new Wrong();
    const right = kernels.linearInputGradient.bind(kernels);
    kernels.linearInputGradient = (out: Floats, y: Floats, weight: Weight, M: number) => {
      if (weight.rows !== weight.columns) right(out, y, weight, M);
    };
    return kernels;
  },
  'the gradient of the biases is dropped': () => Object.assign(new Wrong(), { biasGradient: () => {} }),
  'repeated characters overwrite instead of adding': () =>
    Object.assign(new Wrong(), {
      oneHotWeightGradient(dW: Floats, y: Floats, ids: Int32Array, M: number, N: number, V: number) {
        for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) dW[n * V + ids[m]!] = y[m * N + n]!;
      },
    }),
  'the loss gradient is scaled by T': () => {
    const kernels = new Wrong();
    const right = kernels.softmaxCrossEntropy.bind(kernels);
    kernels.softmaxCrossEntropy = (
      losses: Floats,
      logits: Floats,
      targets: Int32Array,
      M: number,
      V: number,
      scale: number,
    ) => right(losses, logits, targets, M, V, scale * 5);
    return kernels;
  },
  'the recurrent gradient uses h_t instead of h_{t−1}': () => {
    const kernels = new Wrong();
    const right = kernels.linearWeightGradient.bind(kernels);
    kernels.linearWeightGradient = (dW: Floats, y: Floats, x: Floats, M: number, N: number, K: number) => {
      const shifted = N === K ? new Float64Array(x.buffer, x.byteOffset + 8 * 3 * K, M * K) : x;
      right(dW, y, shifted, M, N, K);
    };
    return kernels;
  },
};

describe('the gradient check itself', () => {
  it.each(Object.keys(BUGS))('catches a planted bug: %s', (bug) => {
    const errors = gradientErrors(randomNetwork(BUGS[bug]!(), 1));
    expect(Math.max(...errors.values())).toBeGreaterThan(1e-3);
  });
});
