import type { Checkpoint } from '../checkpoint/index.ts';
import { type Connectivity, connectivity } from './connectivity.ts';
import { exactModel } from './exact-model.ts';
import { followLoss, readWindows } from './windows.ts';

/** What a page can show beside the numbers: one stretch of text, unit by unit and prediction by prediction. */
export interface Pictures {
  characters: string[];
  /** h of the top layer: states[unit][t] */
  states: number[][];
  /** ∂L/∂h of the top layer, L the loss of the character after the stretch: gradients[unit][t] */
  gradients: number[][];
  /** of each position but the first: what the model expects after it, and how strongly each character drives that */
  predictions: Prediction[];
}

export interface Prediction extends Pick<Connectivity, 'predicted' | 'probability'> {
  position: number;
  /** of the character at the position, of the one before it, and so on back */
  strengths: number[];
}

const STRETCH = 160;
const TRACED = 60;

/** Takes them at the end of a text, at least two characters long. */
export function takePictures(checkpoint: Checkpoint, ids: ArrayLike<number>): Pictures {
  const { vocabulary, config } = checkpoint;
  const model = exactModel(checkpoint);
  const last = ids.length - 2;
  const first = Math.max(0, last - STRETCH + 1);
  const window = { K: last - first, warmUp: Math.min(STRETCH, first), positions: [last] };
  const network = readWindows(model, ids, window);
  followLoss(network, ids, window);
  const { output, dOutput } = network.layers.at(-1)!;
  const { hidden: H } = config;
  const byUnit = (values: ArrayLike<number>) =>
    Array.from({ length: H }, (_, unit) =>
      Array.from({ length: network.T }, (_, t) => values[t * H + unit]!),
    );
  const places = Array.from({ length: last - first }, (_, i) => i + 1);
  const predictions = places.map((position) => {
    const K = Math.min(TRACED, position);
    return { position, K, at: first + position };
  });
  return {
    characters: Array.from({ length: network.T }, (_, t) => vocabulary.unitAt(ids[first + t]!)),
    states: byUnit(output),
    gradients: byUnit(dOutput),
    predictions: tracePredictions(model, ids, predictions, vocabulary),
  };
}

/** Positions with the same number of characters before them are traced together. */
function tracePredictions(
  model: Parameters<typeof connectivity>[0],
  ids: ArrayLike<number>,
  places: readonly { position: number; K: number; at: number }[],
  vocabulary: Parameters<typeof connectivity>[3],
): Prediction[] {
  return [...new Set(places.map(({ K }) => K))].flatMap((K) => {
    const together = places.filter((place) => place.K === K);
    const positions = together.map(({ at }) => at);
    const warmUp = Math.min(STRETCH, Math.min(...positions) - K);
    return connectivity(model, ids, { K, warmUp, positions }, vocabulary).map(
      ({ predicted, probability, strengths }, i) => ({
        position: together[i]!.position,
        predicted,
        probability,
        strengths: strengths.toReversed(),
      }),
    );
  });
}
