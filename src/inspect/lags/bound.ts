import type { Network } from '../../model/index.ts';
import type { Norms, StepBack } from '../cells/cell.ts';
import { CELL_ANALYSES } from '../cells/index.ts';
import type { LayerSpectrum } from '../jacobians/spectra.ts';

/** Rounding of float64 sums along the way. */
const TOLERANCE = 1e-9;

/**
 * Upper bounds of ‖∂L_s/∂state_{s−k}‖ over all layers (K+1, anchors), from the measured lag 0 on. Each layer receives from
 * its own next step, and from the layer above σ_max(Wxh)·‖∂L/∂z‖.
 * @param lag0 measured norms of each layer at lag 0 (anchors)
 */
export function gradientBounds(
  { layers, B, T }: Network,
  spectra: readonly LayerSpectrum[],
  stepBacks: readonly StepBack[],
  lag0: readonly Float64Array[],
): Float64Array {
  const total = new Float64Array(T * B);
  for (let b = 0; b < B; b++) {
    let norms: Norms[] = lag0.map((measured) => ({ h: measured[b]!, c: 0, z: 0 }));
    for (let k = 0; k < T; k++) {
      if (k > 0) {
        const row = (T - k) * B + b;
        const arrived = norms;
        norms = layers.map((_, l) => stepBacks[l]!(row, arrived[l]!));
      }
      const now = (T - 1 - k) * B + b;
      for (let l = layers.length - 2; k > 0 && l >= 0; l--) {
        const above = stepBacks[l + 1]!(now, norms[l + 1]!);
        norms[l]!.h += spectra[l + 1]!.inputSingularValue * above.z;
      }
      total[k * B + b] = Math.hypot(...norms.flatMap(({ h, c }) => [h, c]));
    }
  }
  return total;
}

/** Weights alone: Pascanu, Mikolov & Bengio 2013 eq. 7, (γ·σ_max(Whh))^k with γ = max f′ = 1 for tanh and ReLU. */
export function weightBounds(spectra: readonly LayerSpectrum[]): StepBack[] {
  return spectra.map(({ largestSingularValue: sigma }) => (_, { h }) => ({ h: sigma * h, c: 0, z: h }));
}

/** With the slopes that the nonlinearities really had at each step: tighter, and for gated cells the only one there is. */
export function slopeBounds({ layers, weights }: Network, spectra: readonly LayerSpectrum[]): StepBack[] {
  const { architecture } = weights;
  const { stepBack } = CELL_ANALYSES[architecture.cell];
  return layers.map((layer, l) => stepBack(layer, architecture, spectra[l]!.largestSingularValue));
}

/** A free self-test on every run: a gradient above its bound would be a defect of rnn. */
export function assertBounded(measured: Float64Array, bounds: Float64Array): void {
  const at = measured.findIndex((value, i) => value > bounds[i]! * (1 + TOLERANCE) + Number.MIN_VALUE);
  if (at >= 0)
    throw new Error(`gradient ${measured[at]} exceeds its theoretical bound ${bounds[at]} at index ${at}`);
}
