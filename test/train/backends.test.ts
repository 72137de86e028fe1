import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CELL_NAMES, type CellName } from '../../src/config/names.ts';
import { createKernels, type Kernels, ReferenceKernels } from '../../src/kernels/index.ts';
import { planTraining, Trainer } from '../../src/train/index.ts';
import { BACKENDS } from '../support/backends.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';

const SETTINGS = {
  hidden: 19,
  layers: 2,
  seqLength: 11,
  batchSize: 26,
  learningRate: 0.002,
  schedule: 'constant',
  steps: 200,
  evalEvery: 1000,
} as const;
const corpus = corpusOf(someText(20_000));

function train(kernels: Kernels, cell: CellName) {
  const plan = planTraining(configOf({ ...SETTINGS, cell }), corpus);
  const trainer = new Trainer(plan, kernels, { kind: 'fresh' }, 1);
  const losses = [...trainer.run()].flatMap((event) => (event.event === 'step' ? [event.bpc] : []));
  return { trainer, losses };
}

describe.each(CELL_NAMES)('%s', (cell) => {
  const reference = train(new ReferenceKernels('float64'), cell).losses;

  it('learn at all', () => {
    expect(reference).toHaveLength(200);
    expect(reference[199]).toBeLessThan(0.8 * reference[0]!);
  });

  it.each(BACKENDS)('$name: the loss of each of 200 steps is within 1e-4 of float64', ({ create }) => {
    const { losses } = train(create(), cell);
    const differences = losses.map((loss, i) => Math.abs(loss - reference[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });
});

describe('rnn', () => {
  it('plain WebAssembly gives the same bytes on every machine', () => {
    const { weights } = train(createKernels('wasm-simd128'), 'rnn').trainer;
    const bytes = Float32Array.from(weights.data);
    expect(createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex')).toMatchInlineSnapshot(
      `"d4175fcfb2038fbdcdf389104d1b1c9b9ae3d826e1d0039fc5e08641d6e487d9"`,
    );
  });
});
