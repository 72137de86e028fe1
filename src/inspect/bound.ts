import type { LagGradients } from './lag-gradients.ts';
import type { LayerSpectrum } from './spectra.ts';

/** Rounding of float64 sums along the way. */
const TOLERANCE = 1e-9;

/**
 * Upper bounds of ‖∂L_s/∂h_{s−k}‖ over all layers (K+1, anchors), from the measured lag 0 on. For one layer this is
 * Pascanu, Mikolov & Bengio 2013 eq. 7: (γ·σ_max(Whh))^k·‖∂L_s/∂h_s‖ with γ = max tanh′ = 1. With layers above:
 *
 *   b_l[k] = σ_max(Whh_l)·b_l[k−1] + σ_max(Wxh_{l+1})·b_{l+1}[k]
 */
export function gradientBounds(
  { K, anchors: B, layers }: LagGradients,
  spectra: readonly LayerSpectrum[],
): Float64Array {
  const total = new Float64Array((K + 1) * B);
  for (let b = 0; b < B; b++) {
    let bounds = layers.map((norms) => norms[b]!);
    for (let k = 0; k <= K; k++) {
      if (k > 0) bounds = nextBounds(bounds, spectra);
      total[k * B + b] = Math.hypot(...bounds);
    }
  }
  return total;
}

function nextBounds(previous: readonly number[], spectra: readonly LayerSpectrum[]): number[] {
  const next = [...previous];
  for (let l = previous.length - 1; l >= 0; l--) {
    const fromAbove = l + 1 < previous.length ? spectra[l + 1]!.inputSingularValue * next[l + 1]! : 0;
    next[l] = spectra[l]!.largestSingularValue * previous[l]! + fromAbove;
  }
  return next;
}

/** A free self-test on every run: a measurement above its bound would be a defect of ours. */
export function assertBounded(measured: Float64Array, bounds: Float64Array): void {
  const at = measured.findIndex((value, i) => value > bounds[i]! * (1 + TOLERANCE) + Number.MIN_VALUE);
  if (at >= 0)
    throw new Error(`gradient ${measured[at]} exceeds its theoretical bound ${bounds[at]} at index ${at}`);
}
