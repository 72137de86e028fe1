import { architectureOf, type Checkpoint } from '../checkpoint/index.ts';
import { asIds, Streams } from '../corpus/index.ts';
import { norm } from '../inspect/algebra.ts';
import type { NextUpdate } from '../inspect/index.ts';
import { type Floats, type Kernels, ReferenceKernels } from '../kernels/index.ts';
import { CELLS, createWeights, Network, type Parameter, type Weights } from '../model/index.ts';
import { lengthOf, type Plan, planTraining } from './plan.ts';
import { Trainer } from './trainer.ts';
import { rateInRun } from './update/schedule.ts';

/**
 * One more update, on the first window of a text, every stream from the zero state: its gradient and its step beside the
 * size of each tensor, of the weights that are trained even where their average is what was learned.
 * @param ids at least two
 */
export function nextUpdate(checkpoint: Checkpoint, ids: ArrayLike<number>): NextUpdate {
  const kernels = new ReferenceKernels('float64');
  const weights = createWeights(architectureOf(checkpoint), kernels);
  weights.assign(checkpoint.weights);
  const step = checkpoint.state.step + 1;
  const learningRate = rateOf(checkpoint, step);
  const plan = planOf(checkpoint, ids);
  const gradient = gradientOf(weights, kernels, plan);
  const change = weightsAfter(checkpoint, kernels, plan, learningRate);
  for (let i = 0; i < change.length; i++) change[i] = change[i]! - weights.data[i]!;
  const ratio = (values: Floats, { offset, size }: Parameter) => {
    const length = norm(weights.data, offset, size);
    return length > 0 ? norm(values, offset, size) / length : null;
  };
  const tensors = weights.table.map((parameter) => ({
    name: parameter.name,
    gradientToParameter: ratio(gradient, parameter),
    updateToParameter: ratio(change, parameter),
  }));
  return { step, learningRate, tensors };
}

/** The schedule's rate of an update; past the end of the run that of its last. */
function rateOf(checkpoint: Checkpoint, step: number): number {
  const { config, state } = checkpoint;
  const { steps } = lengthOf(checkpoint);
  return rateInRun(config, state, Math.min(step, steps), steps);
}

/** One more step on a text, with the run's settings. */
function planOf({ config, vocabulary, state }: Checkpoint, ids: ArrayLike<number>): Plan {
  const once = { steps: state.step + 1, epochs: state.step + 1, sampleEvery: 0 };
  const whole = { split: 'tail', validationFraction: 0, testFraction: 0 } as const;
  const corpus = { vocabulary, ids: asIds(ids), sha256: '', bytes: 0, files: 1, skipped: 0, notes: [] };
  return planTraining({ ...config, ...once, ...whole }, corpus);
}

/** ∂L/∂W of the mean loss of the first window, before clipping and without dropout. */
function gradientOf(weights: Weights, kernels: Kernels, { config, train }: Plan): Floats {
  const { batchSize: B, seqLength: T } = config;
  const network = new Network(weights, kernels, { B, T, backward: true });
  new Streams(train, B, T).read(0, network.ids, network.targets);
  network.forward();
  network.loss(1 / (T * B));
  network.backward();
  return network.gradient!.data;
}

/** The weights after a trainer's next step from the checkpoint. */
function weightsAfter(checkpoint: Checkpoint, kernels: Kernels, plan: Plan, learningRate: number): Floats {
  const { cell, layers, batchSize, hidden } = plan.config;
  const carried = new Float32Array(layers * CELLS[cell].stateParts.length * batchSize * hidden);
  const start = { ...checkpoint, carried, state: { ...checkpoint.state, window: 0 } };
  const resumed = { kind: 'resume', checkpoint: start } as const;
  const trainer = new Trainer(plan, kernels, resumed, 1, () => learningRate);
  for (const { event } of trainer.run()) if (event === 'step') break;
  return trainer.weights.data;
}
