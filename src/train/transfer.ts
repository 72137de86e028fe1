import { architectureOf, type Checkpoint, learnedWeights } from '../checkpoint/index.ts';
import { type Parameter, parameterTable, type Weights } from '../model/index.ts';

/**
 * Copies the weights of a checkpoint whose characters are the first of `weights`' vocabulary; what belongs to a
 * new character keeps its starting value.
 */
export function transferWeights(source: Checkpoint, weights: Weights): void {
  const learned = learnedWeights(source);
  const from = parameterTable(architectureOf(source));
  weights.update(() => {
    weights.table.forEach((target, i) => {
      copyTopLeft(from[i]!, learned, target, weights.view(target.name));
    });
  });
}

/** Copies the block that two tensors of the same name share. */
function copyTopLeft(from: Parameter, data: Float32Array, to: Parameter, view: Weights['data']): void {
  const columns = from.shape[1] ?? 1;
  const width = to.shape[1] ?? 1;
  for (let row = 0; row < from.shape[0]!; row++) {
    for (let column = 0; column < columns; column++) {
      view[row * width + column] = data[from.offset + row * columns + column]!;
    }
  }
}
