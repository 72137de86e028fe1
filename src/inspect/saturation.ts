import type { CellName } from '../config/index.ts';
import type { Floats } from '../kernels/index.ts';
import { GATES } from './spectra.ts';

const BINS = 10;
/** A unit whose |h| exceeds 0.99 this often has stopped to answer. */
const STUCK_SHARE = 0.95;
/** A unit that moves less than this over the whole text carries nothing. */
const DEAD_RANGE = 1e-3;
/** Where a gate counts as shut or open. */
const [SHUT, OPEN] = [0.1, 0.9];

export interface Saturation {
  /** share of |h| > 0.9 and > 0.99 over all states */
  shareAbove90: number;
  shareAbove99: number;
  /** mean of tanh′ = 1 − h² */
  meanDerivative: number;
  /** units that are saturated nearly always */
  stuckUnits: number;
  /** units that hardly move */
  deadUnits: number;
  /** share of |h| in ten bins of width 0.1, the last with all beyond */
  histogram: number[];
}

/** @param states buffers (·,H) of each layer */
export function saturation(states: readonly Floats[], H: number): Saturation {
  const histogram = new Array<number>(BINS).fill(0);
  let [count, above90, above99, derivative, stuckUnits, deadUnits] = [0, 0, 0, 0, 0, 0];
  for (const h of states) {
    const rows = h.length / H;
    for (let unit = 0; unit < H; unit++) {
      let [low, high, saturated] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
      for (let row = 0; row < rows; row++) {
        const value = h[row * H + unit]!;
        const size = Math.abs(value);
        histogram[Math.min(BINS - 1, Math.floor(size * BINS))]! += 1;
        derivative += 1 - value * value;
        if (size > 0.9) above90++;
        if (size > 0.99) saturated++;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      above99 += saturated;
      if (saturated > STUCK_SHARE * rows) stuckUnits++;
      else if (high - low < DEAD_RANGE) deadUnits++;
    }
    count += h.length;
  }
  return {
    shareAbove90: above90 / count,
    shareAbove99: above99 / count,
    meanDerivative: derivative / count,
    stuckUnits,
    deadUnits,
    histogram: histogram.map((n) => n / count),
  };
}

export interface GateStatistics {
  gate: string;
  mean: number;
  /** share of all values below 0.1, and above 0.9 */
  low: number;
  high: number;
  /** the same for each unit: the scatter of Karpathy, Johnson & Li 2015 */
  units: { low: number; high: number }[];
}

/** How open the sigmoid gates of a layer stand; none for the vanilla cell. @param gates (·,GH) */
export function gateStatistics(cell: CellName, gates: Floats | undefined, H: number): GateStatistics[] {
  if (!gates) return [];
  const G = GATES[cell].length;
  // the candidates g and n go through tanh: they are no gates
  return GATES[cell].flatMap((gate, place) => {
    if (gate === 'g' || gate === 'n') return [];
    const units = Array.from({ length: H }, (_, unit) => statistics(gates, G * H, place * H + unit));
    const mean = (key: 'low' | 'high' | 'mean') => units.reduce((sum, unit) => sum + unit[key], 0) / H;
    return [
      {
        gate,
        mean: mean('mean'),
        low: mean('low'),
        high: mean('high'),
        units: units.map(({ low, high }) => ({ low, high })),
      },
    ];
  });
}

function statistics(values: Floats, stride: number, first: number) {
  const count = values.length / stride;
  let [sum, shut, open] = [0, 0, 0];
  for (let at = first; at < values.length; at += stride) {
    const value = values[at]!;
    sum += value;
    if (value < SHUT) shut++;
    if (value > OPEN) open++;
  }
  return { mean: sum / count, low: shut / count, high: open / count };
}

/** The way back through time that no weight lies on: ∂c_t/∂c_{t−1} = diag(f_t) of an LSTM, diag(z_t) of a GRU's h. */
export interface CellPath {
  gate: 'f' | 'z';
  /** −1/ln(mean gate) of each unit, in steps, longest first; null never forgets (after Mahto et al. 2021) */
  timescales: (number | null)[];
  /** geometric mean of the gate over units and steps: what this path keeps a step */
  keptPerStep: number;
}

export function cellPath(cell: CellName, gates: Floats | undefined, H: number): CellPath | null {
  if (!gates) return null;
  const gate = cell === 'lstm' ? 'f' : 'z';
  const [G, place] = [GATES[cell].length, GATES[cell].indexOf(gate)];
  let logs = 0;
  const timescales = Array.from({ length: H }, (_, unit) => {
    const { mean } = statistics(gates, G * H, place * H + unit);
    for (let at = place * H + unit; at < gates.length; at += G * H) logs += Math.log(gates[at]!);
    return mean < 1 ? -1 / Math.log(mean) : null;
  });
  return {
    gate,
    timescales: timescales.sort((a, b) => (b ?? Number.POSITIVE_INFINITY) - (a ?? Number.POSITIVE_INFINITY)),
    keptPerStep: Math.exp(logs / (gates.length / G)),
  };
}
