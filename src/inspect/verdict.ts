import { stepsHolding } from './decay.ts';
import type { Inspection } from './inspection.ts';

export type VerdictKind = 'healthy' | 'vanishing' | 'exploding' | 'saturated';

export interface Verdict {
  kind: VerdictKind;
  /** one line: what, the evidence, what to do */
  text: string;
}

/** Below this share of its start, what the far end of a window adds to an update is lost beside the near end. */
const VANISHED = 1e-3;
/** A gradient that grows this much over a window dominates the update from its far end. */
const EXPLODED = 10;
const MOSTLY = 0.5;

/**
 * Judges by what was measured over one window of training, never by the spectral radius, which proves nothing for
 * tanh: [[8,8],[−8,−8]] has radius 0 and still lets gradients explode.
 */
export function judge(facts: Omit<Inspection, 'verdict'>): Verdict {
  const { lags, seqLength, saturation } = facts;
  const reach = Math.min(seqLength, lags.length - 1);
  const kept = lags[reach]!.median / lags[0]!.median;
  if (kept > EXPLODED) return { kind: 'exploding', text: exploding(facts, reach, kept) };
  if (kept >= VANISHED) return { kind: 'healthy', text: healthy(facts, reach, kept) };
  if (saturation.shareAbove99 > MOSTLY) return { kind: 'saturated', text: saturated(facts, reach) };
  return { kind: 'vanishing', text: vanishing(facts, reach) };
}

type Facts = Omit<Inspection, 'verdict'>;

function evidence({ lags, halfLife }: Facts, reach: number): string {
  const medians = lags.map(({ median }) => median);
  const holding = stepsHolding(medians, reach + 1, 0.99);
  const halves = halfLife === null ? 'does not shrink' : `halves every ${halfLife.toPrecision(2)} steps`;
  return `the gradient ${halves}; 99 % of it comes from the last ${holding} of ${reach + 1} steps`;
}

function cause({ blame }: Facts): string {
  const weights = `weights (x${blame.weights.toFixed(2)} a step)`;
  const tanh = `saturation (x${blame.saturation.toFixed(2)})`;
  return blame.weights < blame.saturation ? `${weights} more than ${tanh}` : `${tanh} more than ${weights}`;
}

function vanishing(facts: Facts, reach: number): string {
  return `VANISHING: ${evidence(facts, reach)}; cause: ${cause(facts)}; a longer --seq-length cannot help, try --init orthogonal`;
}

function saturated(facts: Facts, reach: number): string {
  const share = Math.round(facts.saturation.shareAbove99 * 100);
  return `SATURATED: ${share} % of all |h| exceed 0.99, where tanh' is near 0; ${evidence(facts, reach)}; try a lower --learning-rate or --init orthogonal`;
}

function exploding({ blame, lyapunov }: Facts, reach: number, kept: number): string {
  const exponent =
    lyapunov[0] === undefined ? '' : `, largest Lyapunov exponent ${lyapunov[0].toFixed(3)} nats a step`;
  return `EXPLODING: ${reach} steps back the gradient is ${kept.toPrecision(2)} times what it was (weights x${blame.weights.toFixed(2)}, saturation x${blame.saturation.toFixed(2)} a step${exponent}); keep --clip-norm on, try --init orthogonal or a lower --learning-rate`;
}

function healthy(facts: Facts, reach: number, kept: number): string {
  const { recommendedSeqLength: advised, seqLength } = facts;
  const next =
    advised !== null && advised > seqLength
      ? `more than a tenth of it lies beyond the window: try --seq-length ${advised}`
      : `--seq-length ${seqLength} is enough`;
  return `HEALTHY: ${reach} steps back the gradient keeps ${Number(kept.toPrecision(2))} of its size; ${evidence(facts, reach)}; ${next}`;
}
