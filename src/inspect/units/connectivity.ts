import { charactersOf, type Vocabulary } from '../../corpus/index.ts';
import { type Network, surprise } from '../../model/index.ts';
import { norm } from '../algebra.ts';
import type { ExactModel } from '../exact-model.ts';
import { batches, readWindows, type Windows } from '../lags/windows.ts';

/** The influence of each earlier character on one prediction. */
export interface Connectivity {
  /** the characters read, up to the last before the predicted one */
  characters: string[];
  /** ‖∂y_predicted/∂x_t‖₂ of each of them (Madsen 2019), x_t its one-hot or learned vector, or those of all its bytes */
  strengths: number[];
  /** the most probable next character or byte */
  predicted: string;
  probability: number;
}

/** The connectivity of the prediction after each of the windows' positions. */
export function connectivity(
  model: ExactModel,
  ids: ArrayLike<number>,
  windows: Windows,
  vocabulary: Vocabulary,
): Connectivity[] {
  return batches(model, windows).flatMap((batch) => {
    const network = readWindows(model, ids, batch);
    const predictions = seedPredictions(network);
    network.backward();
    const strengths = inputNorms(model, network);
    return batch.positions.map((position, b) => {
      const read = Array.from({ length: network.T }, (_, t) => ids[position - batch.K + t]!);
      const { characters, lengths } = charactersOf(vocabulary, read);
      return {
        characters,
        strengths: joined(
          read.map((_, t) => strengths[t * network.B + b]!),
          lengths,
        ),
        predicted: vocabulary.unitAt(predictions[b]!.id),
        probability: predictions[b]!.probability,
      };
    });
  });
}

/** The norms of groups of that many neighbours, from theirs. */
function joined(norms: readonly number[], lengths: readonly number[]): number[] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return Math.hypot(...norms.slice(at - length, at));
  });
}

/** Makes the logits a gradient of 1 at the most probable character of each stream's last step, 0 elsewhere. */
function seedPredictions(network: Network): { id: number; probability: number }[] {
  const { logits, B, T, weights } = network;
  const { vocabularySize: V } = weights.architecture;
  const predictions = Array.from({ length: B }, (_, b) => {
    const row = (T - 1) * B + b;
    const y = logits.subarray(row * V, (row + 1) * V);
    let id = 0;
    y.forEach((value: number, v: number) => {
      if (value > y[id]!) id = v;
    });
    return { id, probability: Math.exp(-surprise(network, row, id)) };
  });
  logits.fill(0);
  predictions.forEach(({ id }, b) => {
    logits[((T - 1) * B + b) * V + id] = 1;
  });
  return predictions;
}

/** dx_t = Wxhᵀ·dz_t of the lowest layer, as norms (T,B) */
function inputNorms({ kernels, weights }: ExactModel, { layers, B, T }: Network): Float64Array {
  const { rows, columns, data } = weights.matrix('layers.0.Wxh');
  const dx = kernels.allocate(T * B * columns);
  kernels.linearInputGradient(dx, layers[0]!.dZ, kernels.weight(data, rows, columns, 'dense'), T * B);
  return Float64Array.from({ length: T * B }, (_, row) => norm(dx, row * columns, columns));
}
