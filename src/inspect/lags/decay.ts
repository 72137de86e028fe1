/** Gradients this much smaller than at lag 0 are noise of float64 and not fitted. */
const NOISE = 1e-22;
/** A window may lose this fraction of the gradient before a longer one is advised. */
const ACCEPTED_BIAS = 0.1;

/**
 * β of φ(k) ≈ c·βᵏ: exp of the least-squares slope of ln φ over lags `from`…K (geometric decay as in
 * Aicher, Foti & Fox 2019). 0 when everything there is noise.
 * @param phi ‖∂L_s/∂h_{s−k}‖ for k = 0…K
 */
export function decayPerStep(phi: readonly number[], from = 1): number {
  const points = phi
    .map((value, k) => [k, value] as const)
    .filter(([k, v]) => k >= from && v > NOISE * phi[0]!);
  if (points.length < 2) return 0;
  const meanX = points.reduce((sum, [k]) => sum + k, 0) / points.length;
  const meanY = points.reduce((sum, [, v]) => sum + Math.log(v), 0) / points.length;
  const covariance = points.reduce((sum, [k, v]) => sum + (k - meanX) * (Math.log(v) - meanY), 0);
  const variance = points.reduce((sum, [k]) => sum + (k - meanX) ** 2, 0);
  return Math.exp(covariance / variance);
}

/** Steps in which the gradient halves; null when it does not shrink. */
export const halfLife = (beta: number): number | null => timescale(beta, Math.log(2));

/** Steps in which the gradient falls to 1/e; null when it does not shrink. */
export const memoryLength = (beta: number): number | null => timescale(beta, 1);

function timescale(beta: number, nats: number): number | null {
  if (beta >= 1) return null;
  return beta === 0 ? 0 : -nats / Math.log(beta);
}

/** The bound δ(K) on what a window of K steps misses of the gradient, relative to the whole. */
export interface TruncationBias {
  steps: number;
  bias: number;
}

/**
 * Truncation bias of Aicher, Foti & Fox 2019 (arXiv 1905.07473): of φ(k) = mean ‖∂L_s/∂h_{s−k}‖, k = 0…τ,
 *
 *   E(K) = Σ_{K≤k≤τ} φ(k) + φ(τ)·β/(1−β)          what a window of K steps leaves out, with a geometric tail
 *   δ(K) = E(K) / max_{K′} (Σ_{k<K′} φ(k) − E(K′))  relative to a lower bound of the whole
 *
 * with β fitted to the far half of the lags, and the sum of norms in place of the norm of the summed gradient (the
 * authors' `cum_grad_norm_approx`), which some dozens of anchors are too few to measure. Empty when the tail does not
 * decay, or holds so much that nothing can be bounded.
 */
export function truncationBias(phi: readonly number[]): TruncationBias[] {
  const beta = decayPerStep(phi, Math.max(1, Math.floor(phi.length / 2)));
  if (beta >= 1) return [];
  const tail = (phi.at(-1)! * beta) / (1 - beta);
  const total = phi.reduce((sum, value) => sum + value, 0) + tail;
  let kept = 0;
  let surest = 0;
  const missing = phi.map((value) => {
    kept += value;
    surest = Math.max(surest, 2 * kept - total);
    return total - kept;
  });
  if (surest <= 0) return [];
  return missing.map((missed, k) => ({ steps: k + 1, bias: Math.max(0, missed) / surest }));
}

/** The shortest window whose truncation bias is below a tenth; null when no measured one is. */
export function recommendedSeqLength(biases: readonly TruncationBias[]): number | null {
  return biases.find(({ bias }) => bias < ACCEPTED_BIAS)?.steps ?? null;
}

/** How many of the last steps hold this fraction of Σφ over the first `steps` lags. */
export function stepsHolding(phi: readonly number[], steps: number, share: number): number {
  const inside = phi.slice(0, steps);
  let missing = share * inside.reduce((sum, value) => sum + value, 0);
  return (
    inside.findIndex((value) => {
      missing -= value;
      return missing <= 0;
    }) + 1
  );
}
