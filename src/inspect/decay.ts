/** Gradients this much smaller than at lag 0 are noise of float64 and not fitted. */
const NOISE = 1e-22;
/** A window may lose this share of the gradient before a longer one is advised. */
const ACCEPTED_LOSS = 0.1;

/**
 * β of φ(k) ≈ φ(0)·βᵏ: exp of the least-squares slope of ln φ over lags 1…K (geometric decay as in
 * Aicher, Foti & Fox 2019). 0 when everything beyond lag 1 is noise.
 * @param phi ‖∂L_s/∂h_{s−k}‖ for k = 0…K
 */
export function decayPerStep(phi: readonly number[]): number {
  const points = phi.map((value, k) => [k, value] as const).filter(([k, v]) => k > 0 && v > NOISE * phi[0]!);
  if (points.length < 2) return 0;
  const meanX = points.reduce((sum, [k]) => sum + k, 0) / points.length;
  const meanY = points.reduce((sum, [, v]) => sum + Math.log(v), 0) / points.length;
  const covariance = points.reduce((sum, [k, v]) => sum + (k - meanX) * (Math.log(v) - meanY), 0);
  const variance = points.reduce((sum, [k]) => sum + (k - meanX) ** 2, 0);
  return Math.exp(covariance / variance);
}

/** Steps in which the gradient halves; null when it does not shrink. */
export function halfLife(beta: number): number | null {
  if (beta >= 1) return null;
  return beta === 0 ? 0 : Math.log(0.5) / Math.log(beta);
}

/**
 * The shortest window that keeps all but a tenth of the summed gradient norms: the smallest K with
 * E(K) / (Σ_{k≤K_max} φ(k) + tail) < 0.1, E(K) = Σ_{k≥K} φ(k) + tail, tail = φ(K_max)·β/(1−β). Our own, simpler form
 * of the truncation bias of Aicher, Foti & Fox 2019. Null when the gradient does not decay.
 */
export function recommendedSeqLength(phi: readonly number[], beta: number): number | null {
  if (beta >= 1) return null;
  const tail = (phi.at(-1)! * beta) / (1 - beta);
  const total = phi.reduce((sum, value) => sum + value, 0) + tail;
  let lost = total;
  for (let K = 1; K <= phi.length; K++) {
    lost -= phi[K - 1]!;
    if (lost < ACCEPTED_LOSS * total) return K;
  }
  return null;
}

/** How many of the last steps hold this share of Σφ over the first `steps` lags. */
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
