import type { CellStep } from './cells/cell.ts';
import { CELL_ANALYSES } from './cells/index.ts';
import type { ExactModel } from './exact-model.ts';
import { carriedOver } from './jacobians/carry.ts';
import { type ProductSpectrum, productSpectrum } from './jacobians/products.ts';
import { type LayerSpectrum, type RecurrentSpectrum, recurrentSpectrum } from './jacobians/spectra.ts';
import { walk } from './jacobians/step.ts';
import type { LagGradients } from './lags/lag-gradients.ts';
import { quantileRows } from './lags/lag-rows.ts';
import type { InspectionProgress } from './progress.ts';
import type { Reading } from './reading.ts';
import {
  type CellPath,
  cellPath,
  type GateStatistics,
  gateStatistics,
  type Saturation,
  saturation,
} from './units/saturation.ts';

export interface LayerInspection extends LayerSpectrum {
  /** of `recurrent`, the largest */
  spectralRadius: number;
  /** the curve of this layer alone */
  median: number[];
  /** one a gate */
  recurrent: RecurrentSpectrum[];
  lyapunov: Omit<ProductSpectrum, 'singularValues'>;
  singularValues: ProductSpectrum['singularValues'];
  /** ln σ₁ over each stretch of so many steps, −∞ (null in JSON) of 0 */
  carried: { steps: number; logs: number[] };
  saturation: Saturation;
  gates: GateStatistics[];
  cellPath: CellPath | null;
}

/** Steps along the text over which Jacobians are multiplied, after some that only warm the state. */
const PRODUCT_STEPS = 300;
const PRODUCT_WARM_UP = 100;

/** Inspection of each layer by itself; yields before each. */
export function* inspectLayers(
  model: ExactModel,
  { ids, network }: Reading,
  { layers, K, anchors }: LagGradients,
  spectra: readonly LayerSpectrum[],
  stretch: number,
  lengths: readonly number[],
): Generator<InspectionProgress, LayerInspection[], void> {
  const { cell, hidden: H } = model.weights.architecture;
  const steps = stepsAlong(model, ids, Math.max(PRODUCT_STEPS, K));
  const found: LayerInspection[] = [];
  for (const [l, layer] of network.layers.entries()) {
    yield { doing: `Jacobians of layer ${l}`, done: l, total: network.layers.length };
    const recurrent = CELL_ANALYSES[cell].blocks.map((gate) => recurrentSpectrum(model.weights, l, gate));
    const own = steps.map((layers) => layers[l]!);
    const { singularValues, ...lyapunov } = productSpectrum(model.kernels, own, lengths, stretch);
    found.push({
      ...spectra[l]!,
      spectralRadius: Math.max(...recurrent.map(({ spectralRadius }) => spectralRadius)),
      median: quantileRows(layers[l]!, K, anchors, 0.5),
      recurrent,
      lyapunov,
      singularValues,
      carried: carriedOver(own),
      saturation: saturation([layer], model.weights.architecture),
      gates: gateStatistics(cell, layer.gates, H),
      cellPath: cellPath(cell, layer.gates, H),
    });
  }
  return found;
}

/** Up to `count` steps of all layers along a text, after a warm-up of at most its first quarter. */
export function stepsAlong(model: ExactModel, ids: ArrayLike<number>, count: number): CellStep[][] {
  const warmUp = Math.min(PRODUCT_WARM_UP, Math.floor(ids.length / 4));
  const read = Array.from({ length: Math.min(warmUp + count, ids.length) }, (_, t) => ids[t]!);
  return [...walk(model, read)].slice(warmUp);
}
