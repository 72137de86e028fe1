import { beforeAll, describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { loadWasm } from '../../src/kernels/index.ts';
import { compilePortable, loadPortable } from '../../src/kernels/wasm/portable.ts';
import { architectureFor, createWeights } from '../../src/model/index.ts';
import { Sampler } from '../../src/sample/index.ts';
import { evaluate, evaluationBytes, planTraining, Trainer } from '../../src/train/index.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';
import { lastCheckpoint } from '../support/training.ts';

/** As many characters as a text may have that is mostly of one kind of each. */
const MANY = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
const BASE: PartialConfig = {
  steps: 3,
  evalEvery: 2,
  seqLength: 7,
  batchSize: 5,
  sampleEvery: 0,
  saveEvery: 100,
};
const RUNS: [string, PartialConfig, string][] = [
  ['rnn', { hidden: 5 }, someText(400)],
  [
    'gru',
    { cell: 'gru', hidden: 61, layers: 3, dropout: 0.3, average: 0.9, weightDrop: 0.2 },
    someText(4000),
  ],
  ['lstm', { cell: 'lstm', hidden: 33, embedding: 19, replicas: 5, optimizer: 'sgd' }, someText(900)],
  ['large vocabulary', { cell: 'lstm', hidden: 9 }, MANY + MANY],
  ['many streams', { hidden: 130, batchSize: 70, seqLength: 31 }, someText(9000)],
];

describe('WebAssembly over memory that cannot grow', () => {
  beforeAll(compilePortable);

  it.each(RUNS)(
    '%s: has room for training, measuring and sampling, and gives the same bytes',
    (_, settings, text) => {
      const plan = planTraining(configOf({ ...BASE, ...settings }), corpusOf(text));
      const train = (kernels = loadPortable(plan.memoryBytes)!) => {
        const trainer = new Trainer(plan, kernels, undefined, 1);
        const events = [...trainer.run()];
        new Sampler(trainer.learned, kernels).prime([0]);
        return lastCheckpoint(events);
      };
      const found = train();
      expect(found).toEqual(train(loadWasm(['wasm-simd128'])));

      const architecture = architectureFor(plan.config, plan.corpus.vocabulary.size);
      const kernels = loadPortable(evaluationBytes(architecture, 1))!;
      const weights = createWeights(architecture, kernels);
      weights.assign(found.weights);
      new Sampler(weights, kernels).prime([0]);
      const ids = plan.corpus.ids.subarray(0, 300);
      const alone = loadPortable(evaluationBytes(architecture, ids.length))!;
      expect(evaluate(weights, ids, alone, 1)).toEqual(
        evaluate(weights, ids, loadWasm(['wasm-simd128'])!, 1),
      );
    },
  );

  it('refuses more than there is, and keeps what it has', () => {
    const kernels = loadPortable(1000)!;
    const numbers = kernels.allocate(3);
    numbers.set([1, 2, 3]);
    expect(() => kernels.allocate(1 << 22)).toThrow(/^WebAssembly kernels reach at most 4 GiB of memory/);
    expect([...numbers]).toEqual([1, 2, 3]);
  });
});
