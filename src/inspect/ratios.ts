import type { Checkpoint } from '../checkpoint/index.ts';
import { fitBatch, Streams } from '../corpus/index.ts';
import { Network, type Parameter, ParameterBuffer } from '../model/index.ts';
import { clipGradient, Optimizer } from '../train/index.ts';
import type { ExactModel } from './exact-model.ts';
import { norm } from './windows.ts';

/** Healthy updates are some thousandth of the weights (CS231n notes, "ratio of weights:updates"). */
export interface TensorRatio {
  name: string;
  /** ‖∂L/∂W‖/‖W‖; null where all of W is 0 */
  gradientToParameter: number | null;
  /** ‖ΔW‖/‖W‖ of the update that the optimiser would make next */
  updateToParameter: number | null;
}

/** One more update of the run, made on a copy: its gradient and its step beside the size of each tensor. */
export function tensorRatios(
  checkpoint: Checkpoint,
  model: ExactModel,
  ids: ArrayLike<number>,
): TensorRatio[] {
  const { config, moments, state } = checkpoint;
  const { weights, kernels } = model;
  const { B, T } = fitBatch(ids.length, config.batchSize, config.seqLength);
  const network = new Network(weights, kernels, { B, T, backward: true });
  new Streams(ids, B, T).read(0, network.ids, network.targets);
  network.forward();
  network.loss(1 / (T * B));
  network.backward();
  const { table } = weights;
  const gradient = network.gradient!.data;
  const slopes = table.map(({ offset, size }) => norm(gradient, offset, size));
  clipGradient(gradient, config, kernels);
  const moved = new ParameterBuffer(table, kernels).data;
  moved.set(weights.data);
  const optimizer = new Optimizer(config, moved.length, kernels);
  optimizer.moments.forEach((moment, i) => {
    moment.set(moments[i]!);
  });
  optimizer.update(moved, gradient, state.step + 1);
  for (let i = 0; i < moved.length; i++) moved[i] = moved[i]! - weights.data[i]!;
  const ratio = (change: number, { offset, size }: Parameter) => {
    const length = norm(weights.data, offset, size);
    return length > 0 ? change / length : null;
  };
  return table.map((parameter, i) => ({
    name: parameter.name,
    gradientToParameter: ratio(slopes[i]!, parameter),
    updateToParameter: ratio(norm(moved, parameter.offset, parameter.size), parameter),
  }));
}
