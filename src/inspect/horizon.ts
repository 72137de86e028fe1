import { Network } from '../model/index.ts';
import type { Random } from '../random.ts';
import type { ExactModel } from './exact-model.ts';
import { type Reading, surprise } from './reading.ts';
import { choosePositions } from './windows.ts';

/** Less than this is not worth remembering for. */
const NEGLIGIBLE_NATS = 0.01;
const MAX_STREAMS = 32;

export interface HorizonRow {
  /** how many characters of history the model had */
  characters: number;
  /** mean loss above that with the whole history, nats a character */
  extraNats: number;
}

export interface Horizon {
  rows: HorizonRow[];
  /** the shortest history from which on nothing is lost, null when even the longest loses something */
  contextHorizon: number | null;
}

/**
 * How much history the model uses, without gradients: the loss when the history is cut to the last k characters, minus the
 * loss with all of it (Khandelwal et al. 2018, arXiv 1805.04623). From each of many places the model reads on from the
 * zero state; its k-th prediction there has seen k characters.
 */
export function contextHorizon(
  { weights, kernels }: ExactModel,
  { ids, nats }: Reading,
  lengths: readonly number[],
  random: Random,
): Horizon {
  const T = Math.min(lengths.at(-1)!, nats.length);
  const starts = choosePositions(0, nats.length - T, MAX_STREAMS, random);
  const B = starts.length;
  const network = new Network(weights, kernels, { B, T, backward: false });
  for (let t = 0; t < T; t++) {
    starts.forEach((start, b) => {
      network.ids[t * B + b] = ids[start + t]!;
    });
  }
  network.forward();
  const extra = (k: number) => {
    const differences = starts.map(
      (start, b) => surprise(network, (k - 1) * B + b, ids[start + k]!) - nats[start + k - 1]!,
    );
    return differences.reduce((sum, value) => sum + value, 0) / B;
  };
  const rows = lengths
    .filter((k) => k <= T)
    .map((characters) => ({ characters, extraNats: extra(characters) }));
  const lastLoss = rows.findLastIndex(({ extraNats }) => extraNats > NEGLIGIBLE_NATS);
  return { rows, contextHorizon: rows[lastLoss + 1]?.characters ?? null };
}
