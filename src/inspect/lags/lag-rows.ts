import type { LagGradients } from './lag-gradients.ts';

/** ‖∂L_s/∂state_{s−lag}‖ over the anchors s, all layers together, and what theory allows. */
export interface LagRow {
  lag: number;
  mean: number;
  median: number;
  /** quantiles of 5 % and 95 % */
  low: number;
  high: number;
  /** the same 95 % quantile of each anchor's bounds, so never below `high`: from the weights alone, with the slopes too */
  bound: number;
  stepBound: number;
}

export function lagRows({ whole, bounds, stepBounds, K, anchors }: LagGradients): LagRow[] {
  const quantiles = (values: Float64Array, q: number) => quantileRows(values, K, anchors, q);
  const [median, low, high] = [0.5, 0.05, 0.95].map((q) => quantiles(whole, q));
  const [bound, stepBound] = [bounds, stepBounds].map((values) => quantiles(values, 0.95));
  return Array.from({ length: K + 1 }, (_, lag) => ({
    lag,
    mean: whole.subarray(lag * anchors, (lag + 1) * anchors).reduce((sum, value) => sum + value, 0) / anchors,
    median: median![lag]!,
    low: low![lag]!,
    high: high![lag]!,
    bound: bound![lag]!,
    stepBound: stepBound![lag]!,
  }));
}

/** The quantile over anchors of each row of (K+1, anchors), linear between neighbours. */
export function quantileRows(values: Float64Array, K: number, anchors: number, q: number): number[] {
  return Array.from({ length: K + 1 }, (_, k) => {
    const sorted = values.slice(k * anchors, (k + 1) * anchors).sort();
    const place = q * (anchors - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (place % 1) * (sorted[Math.ceil(place)]! - below);
  });
}

/** Splits the factor of a vanilla step, ‖Whhᵀ·D·g‖/‖g‖, into ‖D·g‖/‖g‖ (saturation) and the rest (weights). */
export function stepFactors({
  layers,
  slopeRatio,
  K,
  anchors,
}: LagGradients): { saturation: number; weights: number } | null {
  if (!slopeRatio) return null;
  const top = layers.at(-1)!;
  let [logTotal, logSaturation, count] = [0, 0, 0];
  for (let i = 0; i < K * anchors; i++) {
    const total = top[i + anchors]! / top[i]!;
    if (!(total > 0) || !(slopeRatio[i]! > 0)) continue;
    logTotal += Math.log(total);
    logSaturation += Math.log(slopeRatio[i]!);
    count++;
  }
  return {
    saturation: Math.exp(logSaturation / Math.max(1, count)),
    weights: Math.exp((logTotal - logSaturation) / Math.max(1, count)),
  };
}
