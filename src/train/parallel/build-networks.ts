import type { Kernels } from '../../kernels/index.ts';
import { type Architecture, createWeights, type Weights } from '../../model/index.ts';
import { ReplicatedNetwork, type ReplicatedOptions } from './replicas.ts';

/** The same in every thread, in the same order, since that decides which memory it gets. */
export function buildNetworks(
  kernels: Kernels,
  architecture: Architecture,
  networks: readonly ReplicatedOptions[],
): { weights: Weights; networks: ReplicatedNetwork[] } {
  const weights = createWeights(architecture, kernels);
  return { weights, networks: networks.map((options) => new ReplicatedNetwork(weights, kernels, options)) };
}
