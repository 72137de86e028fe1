import { asWritten, type NameOf } from '../errors.ts';
import { CELL_ANALYSES } from './cells/index.ts';
import type { Facts } from './facts.ts';
import { stepsHolding } from './lags/decay.ts';

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
export function judge(facts: Facts, name: NameOf = asWritten): Verdict {
  const kept = keptShare(facts);
  if (kept > EXPLODED) return { kind: 'exploding', text: exploding(facts, kept) };
  if (kept >= VANISHED) return { kind: 'healthy', text: healthy(facts, kept, name) };
  if (facts.model.nonlinearity === 'tanh' && facts.saturation.shareFlat > MOSTLY)
    return { kind: 'saturated', text: saturated(facts, name) };
  return { kind: 'vanishing', text: vanishing(facts, name) };
}

function evidence(facts: Facts): string {
  const { lags, halfLife } = facts;
  const reach = reachOf(facts);
  const holding = stepsHolding(
    lags.map(({ mean }) => mean),
    reach + 1,
    0.99,
  );
  return `the gradient ${halves(halfLife)}; 99 % of it comes from the last ${holding} of ${reach + 1} steps`;
}

function halves(halfLife: number | null): string {
  if (halfLife === null) return 'does not shrink';
  return halfLife === 0 ? 'is gone after one step' : `halves every ${halfLife.toPrecision(2)} steps`;
}

/** What shortens the gradient at each step, as far as it was measured; nothing where nothing measured explains it. */
function shrinking({ blame, layers, model, lags, seqLength }: Facts): string {
  const path = layers.at(-1)!.cellPath;
  if (path) {
    const half = path.timescales[Math.floor(path.timescales.length / 2)] ?? Number.POSITIVE_INFINITY;
    const reach = reachOf({ lags, seqLength });
    return Math.exp(-reach / half) < VANISHED
      ? `; cause: by the ${path.gate} gate half of the units forget within ${half.toPrecision(2)} steps`
      : `; not by the ${path.gate} gate: half of the units keep more than a thousandth over ${reach} steps`;
  }
  const [least, other] = factors(blame!, model);
  return least.factor < 1
    ? `; cause: ${least.name} (x${times(least)} a step; ${other.name} x${times(other)})`
    : '';
}

/** What lengthens it. No gate exceeds 1, so that in a gated cell only weights can. */
function growing({ blame, layers, model }: Facts): string {
  const path = layers.at(-1)!.cellPath;
  if (path)
    return `; cause: the weights (no gate exceeds 1; ${path.gate} alone keeps x${path.keptPerStep.toFixed(2)} a step)`;
  const [other, most] = factors(blame!, model);
  return most.factor > 1
    ? `; cause: ${most.name} (x${times(most)} a step; ${other.name} x${times(other)})`
    : '';
}

interface Factor {
  name: string;
  factor: number;
}

const times = ({ factor }: Factor): string => factor.toFixed(2);

/** The two factors of a vanilla step, the smaller first. */
function factors(
  { weights, saturation }: NonNullable<Facts['blame']>,
  model: Facts['model'],
): [Factor, Factor] {
  const slopes = model.nonlinearity === 'relu' ? 'ReLUs that are off' : 'slopes of tanh';
  const [byWeights, bySlopes] = [
    { name: 'weights', factor: weights },
    { name: slopes, factor: saturation },
  ];
  return weights < saturation ? [byWeights, bySlopes] : [bySlopes, byWeights];
}

function vanishing(facts: Facts, name: NameOf): string {
  return `VANISHING: ${evidence(facts)}${shrinking(facts)}; ${window(facts, name)}`;
}

function saturated(facts: Facts, name: NameOf): string {
  const share = Math.round(facts.saturation.shareFlat * 100);
  const { saturating } = CELL_ANALYSES[facts.model.cell];
  return `SATURATED: ${share} % of all |${saturating}| exceed 0.99, where the slope of tanh is below 0.02; ${evidence(facts)}; ${window(facts, name)}`;
}

function exploding(facts: Facts, kept: number): string {
  const [largest] = facts.lyapunov;
  const exponent = Number.isFinite(largest)
    ? `; largest Lyapunov exponent ${largest!.toFixed(3)} nats a step`
    : '';
  return `EXPLODING: ${reachOf(facts)} steps back the gradient is ${kept.toPrecision(2)} times what it was${growing(facts)}${exponent}${clipping(facts)}`;
}

function healthy(facts: Facts, kept: number, name: NameOf): string {
  return `HEALTHY: ${reachOf(facts)} steps back the gradient keeps ${Number(kept.toPrecision(2))} of its size; ${evidence(facts)}; ${window(facts, name)}${clipping(facts)}`;
}

/** By the truncation bias: from which window on nine tenths of the gradient are held. */
function window({ recommendedSeqLength: advised, seqLength }: Facts, name: NameOf): string {
  if (advised === null) return `no ${name('seqLength')} that was measured holds nine tenths of it`;
  return advised > seqLength
    ? `more than a tenth of it may lie beyond the window: try ${name('seqLength')} ${advised}`
    : `${name('seqLength')} ${advised} holds nine tenths of it`;
}

/** Steps whose length clipping decided, not the gradient. */
function clipping({ clipping }: Facts): string {
  if (clipping === null || clipping.rate <= MOSTLY) return '';
  return `; clipped in ${Math.round(clipping.rate * 100)} % of all steps`;
}
