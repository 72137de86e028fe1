import type { Checkpoint } from '../checkpoint/index.ts';
import { prepareKernels } from '../kernels/index.ts';
import type { ComputeOptions, ModelSource } from './api.ts';
import { check, computeSchema, splitOptions } from './checked.ts';
import type { Compute } from './model.ts';
import { readModel } from './sources.ts';

/** Makes a model of a checkpoint: the class differs between Node and browsers. */
export type Create<Model> = (checkpoint: Checkpoint, compute: Compute) => Model;

export async function loadModel<Model>(
  source: ModelSource,
  options: ComputeOptions,
  create: Create<Model>,
): Promise<Model> {
  const [settings, signal] = splitOptions(options);
  const { backend, threads } = check(computeSchema, settings);
  const checkpoint = await readModel(source, 'the model', signal);
  await prepareKernels();
  return create(checkpoint, { backend, threads });
}
