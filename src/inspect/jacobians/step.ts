import { CELLS, type Weights } from '../../model/index.ts';
import type { CellStep } from '../cells/cell.ts';
import { CELL_ANALYSES } from '../cells/index.ts';
import type { ExactModel } from '../exact-model.ts';

/** Reads a text from the zero state; yields each layer's step. */
export function* walk({ weights }: ExactModel, ids: Iterable<number>): Generator<CellStep[], void, void> {
  const { layers: L, hidden: H, cell } = weights.architecture;
  const { step } = CELL_ANALYSES[cell];
  const S = CELLS[cell].stateParts.length;
  let states: Float64Array[] = Array.from({ length: L }, () => new Float64Array(S * H));
  for (const id of ids) {
    const steps: CellStep[] = [];
    for (let layer = 0; layer < L; layer++) {
      const below = steps[layer - 1]?.state.subarray(0, H);
      steps.push(step(weights, layer, project(weights, layer, id, below), states[layer]!));
    }
    states = steps.map(({ state }) => state);
    yield steps;
  }
}

/** Wxh·x + bh: x is the character's one-hot or learned vector, or the h of the layer below */
function project(weights: Weights, layer: number, id: number, below: Float64Array | undefined): Float64Array {
  const { embedding: N = 0 } = weights.architecture;
  const x = below ?? (N > 0 ? weights.view('embedding.E').subarray(id * N, (id + 1) * N) : undefined);
  const Wxh = weights.view(`layers.${layer}.Wxh`);
  const bh = weights.view(`layers.${layer}.bh`);
  const D = Wxh.length / bh.length;
  return Float64Array.from(bh, (bias, row) => {
    if (x === undefined) return bias + Wxh[row * D + id]!;
    let sum = bias;
    for (let d = 0; d < D; d++) sum += Wxh[row * D + d]! * x[d]!;
    return sum;
  });
}
