import type { Vocabulary } from '../corpus/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { Network, type Weights } from '../model/index.ts';
import type { Random } from '../random.ts';
import { argmax, averageLogits, draw, type Shaping, shapeDistribution } from './distribution.ts';

export interface GenerateOptions extends Shaping {
  greedy: boolean;
}

/**
 * Endless generation: the seed's characters go in first, then each drawn character is fed back as the next one-hot
 * input.
 * @param models one, or several of the same vocabulary, whose distributions are averaged
 * @param seed ids, at least one
 */
export function* generate(
  models: Weights | readonly Weights[],
  kernels: Kernels,
  seed: ArrayLike<number>,
  options: GenerateOptions,
  random: Random,
): Generator<number, never, void> {
  const networks = (Array.isArray(models) ? (models as readonly Weights[]) : [models as Weights]).map(
    (weights) => {
      const network = oneStepNetworks.get(weights)?.pop() ?? new Network(weights, kernels, ONE_STEP);
      network.resetState();
      return network;
    },
  );
  const feedAll = (id: number) => {
    for (const network of networks) feed(network, id);
  };
  try {
    for (let i = 0; i < seed.length; i++) feedAll(seed[i]!);
    while (true) {
      const logits = averageLogits(networks.map((network) => network.logits));
      const id = options.greedy ? argmax(logits) : draw(shapeDistribution(logits, options), random);
      yield id;
      feedAll(id);
    }
  } finally {
    for (const network of networks) {
      const { weights } = network;
      oneStepNetworks.set(weights, [network, ...(oneStepNetworks.get(weights) ?? [])]);
    }
  }
}

const ONE_STEP = { B: 1, T: 1, backward: false };
/** Networks of generators that have ended, for the next: the memory of some kernels is never given back. */
const oneStepNetworks = new WeakMap<Weights, Network[]>();

function feed(network: Network, id: number): void {
  network.ids[0] = id;
  network.forward();
  network.carryState();
}

/** What starts a text when nobody says: a line's beginning, else the first character of the vocabulary. */
export function defaultSeed(vocabulary: Vocabulary): ArrayLike<number> {
  const lineEnds = ['\n', '\r\n', '\r'].map((end) => vocabulary.encode(end));
  return lineEnds.find(({ skipped }) => skipped === 0)?.ids ?? [0];
}
