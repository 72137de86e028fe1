import type { Checkpoint } from '../../src/checkpoint/index.ts';
import { loadWeights } from '../../src/checkpoint/index.ts';
import { type Unit, Vocabulary } from '../../src/corpus/index.ts';
import { checkpointOf, type Shape } from '../../src/exchange/imported.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network, parameterTable } from '../../src/model/index.ts';
import { fillRandom } from './models.ts';

export const CHARACTERS = [' ', 'a', 'b', 'é', '\n', '"', '<', '한', '1'];
/** of the axes V, H and N, odd and distinct */
export const [V, H, N] = [CHARACTERS.length, 5, 3];

/** Every kind of model that can be exported. */
export const MODELS: Partial<Shape>[] = [
  ...(['rnn', 'lstm', 'gru'] as const).flatMap((cell) => [
    { cell, layers: 1 },
    { cell, layers: 2 },
    { cell, layers: 3 },
    { cell, layers: 2, embedding: N },
  ]),
  { cell: 'rnn', layers: 2, nonlinearity: 'relu' },
];

/** A model with random weights. */
export function modelOf(
  shape: Partial<Shape> = {},
  { unit = 'codepoint' as Unit, units = CHARACTERS as string[] | number[], seed = 'model' } = {},
): Checkpoint {
  const full = { cell: 'rnn', hidden: H, layers: 1, nonlinearity: 'tanh', embedding: 0, ...shape } as const;
  const vocabulary = new Vocabulary(unit, units);
  const table = parameterTable({ ...full, vocabularySize: vocabulary.size });
  const tensors = new Map(
    table.map(({ name, size }) => {
      const values = new Float32Array(size);
      fillRandom(values, `${seed}/${name}`, 0.9);
      return [name, values];
    }),
  );
  return checkpointOf(full, vocabulary, tensors, 'a test');
}

export const IDS = [3, 0, 1, 1, 7, 2, 8, 4, 5, 6, 0, 2];

/** The probabilities of the next character after each of some (T,V). */
export function probabilitiesOf(checkpoint: Checkpoint, ids: readonly number[] = IDS): number[][] {
  const kernels = new ReferenceKernels();
  const network = new Network(loadWeights(checkpoint, kernels), kernels, {
    B: 1,
    T: ids.length,
    backward: false,
  });
  network.ids.set(ids);
  network.forward();
  const V = checkpoint.vocabulary.size;
  return ids.map((_, t) => softmax([...network.logits.subarray(t * V, (t + 1) * V)]));
}

export function softmax(logits: readonly number[]): number[] {
  const e = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = e.reduce((total, x) => total + x, 0);
  return e.map((x) => x / sum);
}

export function largestDifference(a: readonly number[][], b: readonly number[][]): number {
  return Math.max(...a.flatMap((row, t) => row.map((x, v) => Math.abs(x - b[t]![v]!))));
}
