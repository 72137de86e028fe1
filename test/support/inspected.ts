import type { Checkpoint } from '../../src/checkpoint/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, parameterTable, type Weights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { randomIds } from './models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from './training.ts';

/** A model with chosen recurrent weights and everything else small, so that states stay near 0. */
export function modelWith(Whh: ArrayLike<number>, hidden: number, seqLength = 20, input = 1e-4): Checkpoint {
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

/** Some text of its characters. */
export const textOf = (checkpoint: Checkpoint, length: number): Int32Array => {
  const ids = new Int32Array(length);
  randomIds(ids, checkpoint.vocabulary.size, 'inspected text');
  return ids;
};

/**
 * A register of `lag` places: unit 0 holds the last of two characters, unit j the one j before, and the prediction is the
 * character `lag − 1` before the last, with a probability of 0.9.
 */
export function register(lag: number): Weights {
  const weights = createWeights(
    { cell: 'rnn', hidden: lag, layers: 1, vocabularySize: 2 },
    new ReferenceKernels('float64'),
  );
  weights.view('layers.0.Wxh').set([-3, 3]);
  const Whh = weights.view('layers.0.Whh');
  for (let j = 1; j < lag; j++) Whh[j * lag + j - 1] = 3;
  const logit = Math.log(9) / 2;
  weights.view('output.Why')[lag - 1] = -logit;
  weights.view('output.Why')[2 * lag - 1] = logit;
  weights.stale = true;
  return weights;
}

/** Each character is, nine times out of ten, the one `lag` before it. */
export function echoes(lag: number, length: number): Int32Array {
  const random = createRandom(lag, 'echo');
  const ids = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const echoed = i >= lag && random.next() < 0.9;
    ids[i] = echoed ? ids[i - lag]! : Math.floor(random.next() * 2);
  }
  return ids;
}
