import type { Checkpoint } from '../checkpoint/index.ts';
import { charactersOf, type Vocabulary } from '../corpus/index.ts';
import { type ExactModel, exactModel } from './exact-model.ts';
import { followLoss, readWindows } from './lags/windows.ts';
import { type Connectivity, connectivity } from './units/connectivity.ts';

/** Pictures of a page beside the numbers: one stretch of text, unit by unit and prediction by prediction. */
export interface Pictures {
  characters: string[];
  /** h of the top layer after each character: states[unit][t] */
  states: number[][];
  /** ∂L/∂h of the top layer after each character, L the loss of what follows the stretch: gradients[unit][t] */
  gradients: number[][];
  /** of each character but the first: what the model expects after it, and how strongly each character drives that */
  predictions: Prediction[];
}

export interface Prediction extends Pick<Connectivity, 'predicted' | 'probability'> {
  /** of the character */
  position: number;
  /** the character or byte that really follows */
  actual: string;
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
  const { characters, ends } = charactersIn(checkpoint, ids, first, network.T);
  const byUnit = (values: ArrayLike<number>) =>
    Array.from({ length: config.hidden }, (_, unit) => ends.map((t) => values[t * config.hidden + unit]!));
  const places = ends.slice(1).map((end, i) => {
    const position = i + 1;
    const from = position > TRACED ? ends[position - TRACED - 1]! + 1 : 0;
    return { position, K: end - from, at: first + end };
  });
  return {
    characters,
    states: byUnit(output),
    gradients: byUnit(dOutput),
    predictions: tracePredictions(model, ids, places, vocabulary),
  };
}

/** The characters of a stretch, and the place in it where each ends. */
function charactersIn({ vocabulary }: Checkpoint, ids: ArrayLike<number>, first: number, length: number) {
  const stretch = Array.from({ length }, (_, t) => ids[first + t]!);
  const { characters, lengths } = charactersOf(vocabulary, stretch);
  let read = 0;
  const ends = lengths.map((length) => {
    read += length;
    return read - 1;
  });
  return { characters, ends };
}

/** Positions with the same number of units before them are traced together. */
function tracePredictions(
  model: ExactModel,
  ids: ArrayLike<number>,
  places: readonly { position: number; K: number; at: number }[],
  vocabulary: Vocabulary,
): Prediction[] {
  const traced = [...new Set(places.map(({ K }) => K))].flatMap((K) => {
    const together = places.filter((place) => place.K === K);
    const positions = together.map(({ at }) => at);
    const warmUp = Math.min(STRETCH, Math.min(...positions) - K);
    return connectivity(model, ids, { K, warmUp, positions }, vocabulary).map(
      ({ predicted, probability, strengths }, i) => ({
        position: together[i]!.position,
        predicted,
        actual: vocabulary.unitAt(ids[positions[i]! + 1]!),
        probability,
        strengths: strengths.toReversed(),
      }),
    );
  });
  return traced.sort((a, b) => a.position - b.position);
}
