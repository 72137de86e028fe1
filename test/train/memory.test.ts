import { describe, expect, it } from 'vitest';
import { CountingKernels, createKernels } from '../../src/kernels/index.ts';
import type { WasmShare } from '../../src/kernels/wasm/arena.ts';
import { architectureFor, countParameters, createWeights } from '../../src/model/index.ts';
import { trainingBytes, trainingNetworks } from '../../src/train/memory.ts';
import { buildNetworks } from '../../src/train/parallel/build-networks.ts';
import { fittedOf } from '../support/models.ts';

const V = 71;
const VALIDATION = 9000;
const SHAPES = [
  { cell: 'rnn', hidden: 96, layers: 2, batchSize: 30, seqLength: 20 },
  { cell: 'lstm', hidden: 64, layers: 2, batchSize: 13, seqLength: 25, dropout: 0.1 },
  { cell: 'gru', hidden: 80, layers: 1, batchSize: 25, seqLength: 10, embedding: 32, weightDrop: 0.2 },
] as const;

describe('memory of training', () => {
  it.each(SHAPES)(
    'counted equals what compiled kernels allocate, but for the width of panels: %j',
    (shape) => {
      const config = fittedOf(shape);
      const architecture = architectureFor(config, V);
      const networks = trainingNetworks(config, VALIDATION);
      const counting = new CountingKernels();
      buildNetworks(counting, architecture, networks);
      const kernels = createKernels('wasm');
      const { share } = kernels.share(() => buildNetworks(kernels, architecture, networks));
      const { blocks } = share as WasmShare;
      const allocated = blocks.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(counting.bytes).toBeGreaterThanOrEqual(allocated);
      expect(counting.bytes).toBeLessThan(1.05 * allocated);
    },
  );

  it('moments, average, dropped weights and the copies of a save are counted once each', () => {
    const shape = { cell: 'gru', hidden: 40 } as const;
    const bytesOf = (settings: object) => trainingBytes(fittedOf({ ...shape, ...settings }), V, VALIDATION);
    const tensor = 4 * countParameters(architectureFor(fittedOf(shape), V));
    const plain = bytesOf({ optimizer: 'sgd' });
    expect(bytesOf({ optimizer: 'adam' }) - plain).toBe(2 * tensor);
    const counting = new CountingKernels();
    createWeights(architectureFor(fittedOf(shape), V), counting);
    expect(bytesOf({ optimizer: 'sgd', average: 0.9 }) - plain).toBe(2 * tensor + counting.bytes);
    expect(bytesOf({ optimizer: 'sgd', weightDrop: 0.5 }) - plain).toBe(4 * 3 * 40 * 40);
  });
});
