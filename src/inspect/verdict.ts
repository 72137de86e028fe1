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

type Facts = Omit<Inspection, 'verdict'>;

/** Lags that one window of training spans, as far as they were measured. */
export const reachOf = ({ lags, seqLength }: Pick<Facts, 'lags' | 'seqLength'>): number =>
  Math.min(seqLength, lags.length - 1);

/** Share of the gradient of one loss that is left one window back. */
export function keptShare(facts: Pick<Facts, 'lags' | 'seqLength'>): number {
  const [first, last] = [facts.lags[0]!.median, facts.lags[reachOf(facts)]!.median];
  return first > 0 ? last / first : 0;
}

/**
 * Judges by what was measured over one window of training, never by the spectral radius, which proves nothing for
 * tanh: [[8,8],[−8,−8]] has radius 0 and still lets gradients explode.
 */
export function judge(facts: Facts): Verdict {
  const kept = keptShare(facts);
  if (kept > EXPLODED) return { kind: 'exploding', text: exploding(facts, kept) };
  if (kept >= VANISHED) return { kind: 'healthy', text: healthy(facts, kept) };
  if (facts.saturation.shareAbove99 > MOSTLY) return { kind: 'saturated', text: saturated(facts) };
  return { kind: 'vanishing', text: vanishing(facts) };
}

function evidence(facts: Facts): string {
  const { lags, halfLife } = facts;
  const reach = reachOf(facts);
  const holding = stepsHolding(
    lags.map(({ mean }) => mean),
    reach + 1,
    0.99,
  );
  const halves = halfLife === null ? 'does not shrink' : `halves every ${halfLife.toPrecision(2)} steps`;
  return `the gradient ${halves}; 99 % of it comes from the last ${holding} of ${reach + 1} steps`;
}

/** What shortens the gradient at each step: the weights or the slopes of a vanilla cell, the gate of a gated one. */
function cause({ blame, layers }: Facts): string {
  const path = layers.at(-1)!.cellPath;
  if (path) {
    const half = path.timescales[Math.floor(path.timescales.length / 2)] ?? null;
    return half === null
      ? `not the ${path.gate} gate, which forgets in less than half of the units`
      : `by the ${path.gate} gate half of the units forget within ${half.toPrecision(2)} steps`;
  }
  const weights = `weights (x${blame!.weights.toFixed(2)} a step)`;
  const slope = `saturation (x${blame!.saturation.toFixed(2)})`;
  return blame!.weights < blame!.saturation
    ? `${weights} more than ${slope}`
    : `${slope} more than ${weights}`;
}

function vanishing(facts: Facts): string {
  const cures = {
    rnn: 'try --cell gru or lstm, or --init orthogonal',
    lstm: 'try a larger --forget-bias',
    gru: 'try --init orthogonal or --cell lstm',
  };
  return `VANISHING: ${evidence(facts)}; cause: ${cause(facts)}; a longer --seq-length would add next to nothing, ${cures[facts.model.cell]}`;
}

function saturated(facts: Facts): string {
  const share = Math.round(facts.saturation.shareAbove99 * 100);
  return `SATURATED: ${share} % of all |h| exceed 0.99, where tanh' is near 0; ${evidence(facts)}; try a lower --learning-rate or --init orthogonal`;
}

function exploding(facts: Facts, kept: number): string {
  const { lyapunov } = facts;
  const exponent =
    lyapunov[0] === undefined ? '' : `, largest Lyapunov exponent ${lyapunov[0].toFixed(3)} nats a step`;
  return `EXPLODING: ${reachOf(facts)} steps back the gradient is ${kept.toPrecision(2)} times what it was (${cause(facts)}${exponent}); keep --clip-norm on, try --init orthogonal, a lower --init-gain or --learning-rate${clipping(facts)}`;
}

function healthy(facts: Facts, kept: number): string {
  const { recommendedSeqLength: advised, seqLength } = facts;
  const next =
    advised === null
      ? 'no --seq-length that was measured holds nine tenths of it'
      : advised > seqLength
        ? `more than a tenth of it lies beyond the window: try --seq-length ${advised}`
        : `--seq-length ${seqLength} is enough`;
  return `HEALTHY: ${reachOf(facts)} steps back the gradient keeps ${Number(kept.toPrecision(2))} of its size; ${evidence(facts)}; ${next}${clipping(facts)}`;
}

function clipping({ clipping }: Facts): string {
  if (clipping === null || clipping.rate <= MOSTLY) return '';
  return `; clipped in ${Math.round(clipping.rate * 100)} % of all steps: a lower --learning-rate or a higher --clip-norm would let the gradient set the size of its steps`;
}
