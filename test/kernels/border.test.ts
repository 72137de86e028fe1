import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/kernels/index.ts';
import { createKernels, joinKernels } from '../../src/kernels/index.ts';
import { BACKENDS } from '../support/backends.ts';

/** Kernels outside JavaScript reach raw memory: no call may get past its arrays. */
const COMPILED = BACKENDS.filter(({ name }) => !name.startsWith('reference'));

const TOO_SHORT: Record<string, (kernels: Kernels, short: number) => void> = {
  'linear: out': (k, short) => k.linear(k.allocate(6 - short), k.allocate(10), weight(k), 2),
  'linear: x': (k, short) => k.linear(k.allocate(6), k.allocate(10 - short), weight(k), 2),
  'linearInputGradient: dx': (k, short) =>
    k.linearInputGradient(k.allocate(10 - short), k.allocate(6), weight(k), 2),
  'linearInputGradient: dy': (k, short) =>
    k.linearInputGradient(k.allocate(10), k.allocate(6 - short), weight(k), 2),
  'linearWeightGradient: dW': (k, short) =>
    k.linearWeightGradient(k.allocate(15 - short), k.allocate(6), k.allocate(10), 2, 3, 5),
  'linearWeightGradient: dy': (k, short) =>
    k.linearWeightGradient(k.allocate(15), k.allocate(6 - short), k.allocate(10), 2, 3, 5),
  'linearWeightGradient: x': (k, short) =>
    k.linearWeightGradient(k.allocate(15), k.allocate(6), k.allocate(10 - short), 2, 3, 5),
  'broadcastBias: out': (k, short) => k.broadcastBias(k.allocate(6 - short), k.allocate(3), 2, 3),
  'broadcastBias: bias': (k, short) => k.broadcastBias(k.allocate(6), k.allocate(3 - short), 2, 3),
  'biasGradient: dBias': (k, short) => k.biasGradient(k.allocate(3 - short), k.allocate(6), 2, 3),
  'biasGradient: dy': (k, short) => k.biasGradient(k.allocate(3), k.allocate(6 - short), 2, 3),
  'oneHotLinear: out': (k, short) =>
    k.oneHotLinear(k.allocate(6 - short), weight(k, 'oneHot'), k.allocateIndices(2), 2),
  'oneHotWeightGradient: dW': (k, short) =>
    k.oneHotWeightGradient(k.allocate(15 - short), k.allocate(6), k.allocateIndices(2), 2, 3, 5),
  'oneHotWeightGradient: dy': (k, short) =>
    k.oneHotWeightGradient(k.allocate(15), k.allocate(6 - short), k.allocateIndices(2), 2, 3, 5),
  'tanhGradient: dh': (k, short) => k.tanhGradient(k.allocate(3), k.allocate(3 - short), k.allocate(3)),
  'tanhGradient: h': (k, short) => k.tanhGradient(k.allocate(3), k.allocate(3), k.allocate(3 - short)),
  'reluGradient: dh': (k, short) => k.reluGradient(k.allocate(3), k.allocate(3 - short), k.allocate(3)),
  'reluGradient: h': (k, short) => k.reluGradient(k.allocate(3), k.allocate(3), k.allocate(3 - short)),
  'softmaxCrossEntropy: logits': (k, short) =>
    k.softmaxCrossEntropy(k.allocate(2), k.allocate(6 - short), k.allocateIndices(2), 2, 3, 1),
  'softmaxCrossEntropy: losses': (k, short) =>
    k.softmaxCrossEntropy(k.allocate(2 - short), k.allocate(6), k.allocateIndices(2), 2, 3, 1),
  'add: x': (k, short) => k.add(k.allocate(3), k.allocate(3 - short)),
  'sgd: gradient': (k, short) =>
    k.sgd(k.allocate(3), k.allocate(3 - short), k.allocate(3), {
      learningRate: 1,
      momentum: 0,
      nesterov: false,
    }),
  'adagrad: squares': (k, short) =>
    k.adagrad(k.allocate(3), k.allocate(3), k.allocate(3 - short), { learningRate: 1, epsilon: 1 }),
  'rmsprop: squares': (k, short) =>
    k.rmsprop(k.allocate(3), k.allocate(3), k.allocate(3 - short), {
      learningRate: 1,
      decay: 0.5,
      epsilon: 1,
    }),
  'adam: mean': (k, short) =>
    k.adam(k.allocate(3), k.allocate(3), k.allocate(3 - short), k.allocate(3), {
      learningRate: 1,
      beta1: 0.5,
      beta2: 0.5,
      epsilon: 1,
      step: 1,
    }),
};

function weight(kernels: Kernels, use: 'dense' | 'oneHot' = 'dense') {
  const W = kernels.weight(kernels.allocate(15), 3, 5, use);
  W.refresh();
  return W;
}

describe.each(COMPILED)('$name', ({ create }) => {
  const kernels = create();

  it.each(Object.entries(TOO_SHORT))('%s: one number too few is refused, enough is not', (_, attempt) => {
    expect(() => attempt(kernels, 0)).not.toThrow();
    expect(() => attempt(kernels, 1)).toThrow(/expected at least \d+ numbers, got \d+/);
  });

  it.each([-1, 5, 2 ** 31 - 1, -(2 ** 31)])('an index of %i outside 0…4 is refused', (id) => {
    const ids = kernels.allocateIndices(2);
    ids[1] = id;
    const [y, dW] = [kernels.allocate(6), kernels.allocate(15)];
    const message = 'an index lies outside its range';
    expect(() => kernels.oneHotLinear(y, weight(kernels, 'oneHot'), ids, 2)).toThrow(message);
    expect(() => kernels.oneHotWeightGradient(dW, y, ids, 2, 3, 5)).toThrow(message);
  });

  it('a target may be −1, not −2 and not V', () => {
    const targets = kernels.allocateIndices(1);
    const losses = kernels.allocate(1).fill(7);
    const loss = () => kernels.softmaxCrossEntropy(losses, kernels.allocate(3), targets, 1, 3, 1);
    targets[0] = -1;
    loss();
    expect(losses[0]).toBe(0);
    for (const target of [-2, 3]) {
      targets[0] = target;
      expect(loss).toThrow('an index lies outside its range');
    }
  });

  it('a weight of other kernels is refused', () => {
    const other = createKernels('reference').weight(new Float32Array(15), 3, 5, 'dense');
    expect(() => kernels.linearInputGradient(kernels.allocate(10), kernels.allocate(6), other, 2)).toThrow(
      'a weight of other kernels',
    );
  });
});

describe.each(BACKENDS)('$name', ({ create }) => {
  it('who joins and builds the same gets the same memory; other sizes are refused', () => {
    const kernels = create();
    const { built, share } = kernels.share(() => [kernels.allocate(7), kernels.allocate(3)] as const);
    const joined = joinKernels(structuredClone(share));
    const [seven, three] = [joined.allocate(7), joined.allocate(3)];
    built[1].fill(2.5);
    expect([...three]).toEqual([2.5, 2.5, 2.5]);
    expect([...seven]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    joined.allocate(3).fill(1);
    expect([...built[1]]).toEqual([2.5, 2.5, 2.5]);
    expect(() => joinKernels(share).allocate(8)).toThrow(
      /^this thread takes \d+ bytes where the other took \d+$/,
    );
  });
});

describe('wasm', () => {
  it('an array from elsewhere is refused', () => {
    expect(() => createKernels('wasm').tanh(new Float32Array(4))).toThrow(
      'expected an array that these kernels allocated',
    );
  });

  it('more than 4 GiB is refused in one line', () => {
    expect(() => createKernels('wasm').allocate(2 ** 30)).toThrow(
      /^WebAssembly kernels reach at most 4 GiB of memory, and here they were refused \d+ bytes; lower hidden, batchSize or seqLength, or choose backend native$/,
    );
  });
});
