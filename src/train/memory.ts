import { type CutConfig, coldEveryOf, OPTIMIZER_MOMENTS } from '../config/index.ts';
import { CountingKernels, type Part } from '../kernels/index.ts';
import {
  type Architecture,
  architectureFor,
  countParameters,
  createWeights,
  parameterTable,
} from '../model/index.ts';
import { evaluationNetwork } from './measure/evaluate.ts';
import { buildNetworks } from './parallel/build-networks.ts';
import type { ReplicatedOptions } from './parallel/replicas.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * The networks of a run: the one that learns and, where there is a validation text, the one that measures.
 * @param part the replicas of one process of several
 */
export function trainingNetworks(config: CutConfig, validation: number, part?: Part): ReplicatedOptions[] {
  const { batchSize: B, seqLength: T, dropout: probability, variational, replicas } = config;
  const dropout = probability > 0 ? { probability, variational } : undefined;
  const learning = { B, T, backward: true, dropout, replicas, ...(part && { part }) };
  return validation > 1 ? [learning, evaluationNetwork(validation, coldEveryOf(config))] : [learning];
}

/** The memory that measuring a text of so many characters takes, in bytes. */
export function evaluationBytes(architecture: Architecture, characters: number): number {
  const kernels = new CountingKernels();
  buildNetworks(kernels, architecture, [evaluationNetwork(characters)]);
  return kernels.bytes;
}

/**
 * The most memory that a run takes beside the text and the program, in bytes: networks, optimizer and what a checkpoint
 * copies while it is written.
 * @param V characters of the vocabulary; @param validation characters of the validation text
 */
export function trainingBytes(config: CutConfig, V: number, validation: number): number {
  const kernels = new CountingKernels();
  const architecture = architectureFor(config, V);
  buildNetworks(kernels, architecture, trainingNetworks(config, validation));
  // measured is the average, where there is one
  if (config.average > 0) createWeights(architecture, kernels);
  const sizes = parameterTable(architecture);
  const recurrent = sizes.filter(({ role }) => role === 'recurrent').reduce((sum, { size }) => sum + size, 0);
  const kept = OPTIMIZER_MOMENTS[config.optimizer] + (config.average > 0 ? 1 : 0);
  const parameters = countParameters(architecture);
  const floats = kept * parameters + (config.weightDrop > 0 ? recurrent : 0);
  return kernels.bytes + FLOAT_BYTES * (floats + (1 + kept) * parameters);
}
