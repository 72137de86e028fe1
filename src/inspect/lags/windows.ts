import { RnnError } from '../../errors.ts';
import { Network } from '../../model/index.ts';
import type { Random } from '../../random.ts';
import type { ExactModel } from '../exact-model.ts';

/** Characters read before a window, so that its state is a warm one. */
const WARM_UP = 100;
const MIN_CHARACTERS = 8;
/** Floats of one buffer of a window; more anchors than fit run one batch after another. */
const MAX_FLOATS = 1 << 23;

/** Where windows of K steps back from an anchor can lie in a text. */
export interface Windows {
  K: number;
  warmUp: number;
  /** anchors: the places whose next character is predicted */
  positions: number[];
}

/** Up to `anchors` places of the text, each with `lags` characters before it, fewer where the text is short. */
export function chooseWindows(
  ids: ArrayLike<number>,
  asked: { lags: number; anchors: number },
  random: Random,
): Windows {
  const n = ids.length;
  if (n < MIN_CHARACTERS) {
    throw new RnnError(
      'corpus',
      `the text to inspect: expected at least ${MIN_CHARACTERS} characters, got ${n}`,
    );
  }
  const K = Math.min(asked.lags, Math.floor((n - 2) / 2));
  const warmUp = Math.min(WARM_UP, Math.floor((n - 2 - K) / 2));
  return { K, warmUp, positions: choosePositions(K + warmUp, n - 2, asked.anchors, random) };
}

/** Up to `count` different places from first…last, in order. */
export function choosePositions(first: number, last: number, count: number, random: Random): number[] {
  const n = last - first + 1;
  // the shuffle of all places, of which only those that were swapped are written down
  const swapped = new Map<number, number>();
  const at = (i: number) => swapped.get(i) ?? first + i;
  const chosen = Array.from({ length: Math.min(count, n) }, (_, i) => {
    const j = i + Math.floor(random.next() * (n - i));
    const place = at(j);
    swapped.set(j, at(i));
    return place;
  });
  return chosen.sort((a, b) => a - b);
}

/** Cuts the windows into batches that fit into memory. */
export function batches({ weights }: ExactModel, { K, warmUp, positions }: Windows): Windows[] {
  const { hidden: H } = weights.architecture;
  const size = Math.max(1, Math.floor(MAX_FLOATS / ((K + 1) * H)));
  const count = Math.ceil(positions.length / size);
  return Array.from({ length: count }, (_, i) => ({
    K,
    warmUp,
    positions: positions.slice(i * size, (i + 1) * size),
  }));
}

/** A network that has read the K + 1 characters up to each anchor, from a warm state, one anchor a stream. */
export function readWindows(
  { weights, kernels }: ExactModel,
  ids: ArrayLike<number>,
  windows: Windows,
): Network {
  const { K, warmUp, positions } = windows;
  const B = positions.length;
  const network = new Network(weights, kernels, { B, T: K + 1, backward: true, keepCellGradients: true });
  if (warmUp > 0) {
    const reader = new Network(weights, kernels, { B, T: warmUp, backward: false });
    fill(reader.ids, ids, positions, K + warmUp);
    reader.forward();
    reader.carryState();
    network.writeState(states(reader));
  }
  fill(network.ids, ids, positions, K);
  network.forward();
  return network;
}

/** inputs (T,B): the characters from `before` places before each anchor on */
function fill(
  inputs: Int32Array,
  ids: ArrayLike<number>,
  positions: readonly number[],
  before: number,
): void {
  const B = positions.length;
  for (let t = 0; t < inputs.length / B; t++) {
    positions.forEach((position, b) => {
      inputs[t * B + b] = ids[position - before + t]!;
    });
  }
}

/** Like `readState`, without rounding to float32. */
const states = ({ layers }: Network): number[] =>
  layers.flatMap(({ initialState }) => Array.from(initialState));

/** Follows the loss of each anchor's next character back through its window. */
export function followLoss(network: Network, ids: ArrayLike<number>, { K, positions }: Windows): void {
  network.targets.fill(-1);
  positions.forEach((position, b) => {
    network.targets[K * positions.length + b] = ids[position + 1]!;
  });
  network.loss(1);
  network.backward();
}
