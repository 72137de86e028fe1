import type { Kernels } from '../../kernels/index.ts';
import { ALONE, type Architecture, type Weights } from '../../model/index.ts';
import { buildNetworks } from './build-networks.ts';
import type { ReplicatedNetwork, ReplicatedOptions } from './replicas.ts';

/** As Team of team.ts, with this thread alone. */
export class Team {
  readonly weights: Weights;
  readonly networks: readonly ReplicatedNetwork[];
  readonly threads = 1;

  constructor(kernels: Kernels, architecture: Architecture, networks: readonly ReplicatedOptions[]) {
    const built = buildNetworks(kernels, architecture, networks);
    this.weights = built.weights;
    this.networks = built.networks;
  }

  *run(network: ReplicatedNetwork): Generator<void, number, void> {
    network.begin();
    network.compute(ALONE);
    yield;
    this.weights.stale = false;
    network.finish();
    return network.nats;
  }

  close(): void {}
}
