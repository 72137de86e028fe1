import { Network, surprise } from '../model/index.ts';
import type { ExactModel } from './exact-model.ts';

/** Longest stretch that is read in one piece, for statistics of states and gates and for its losses. */
const MAX_CHARACTERS = 4096;

/** One reading of a text from its start, from the zero state, by one stream. */
export interface Reading {
  network: Network;
  ids: ArrayLike<number>;
  /** −ln p of each character but the first: nats[t] belongs to character t + 1 */
  nats: Float64Array;
}

export function readFromStart({ weights, kernels }: ExactModel, ids: ArrayLike<number>): Reading {
  const T = Math.min(ids.length, MAX_CHARACTERS) - 1;
  const network = new Network(weights, kernels, { B: 1, T, backward: false });
  for (let t = 0; t < T; t++) network.ids[t] = ids[t]!;
  network.forward();
  const nats = Float64Array.from({ length: T }, (_, t) => surprise(network, t, ids[t + 1]!));
  return { network, ids, nats };
}
