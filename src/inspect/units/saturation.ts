import type { CellName } from '../../config/index.ts';
import type { Floats } from '../../kernels/index.ts';
import type { Architecture } from '../../model/index.ts';
import type { LayerStates } from '../cells/cell.ts';
import { CELL_ANALYSES } from '../cells/index.ts';

const BINS = 10;
/** A slope below this is flat: that of tanh where it exceeds 0.99, that of a ReLU which is off. */
const FLAT = 1 - 0.99 ** 2;
/** A unit that is flat this often hardly responds to its input any more. */
const STUCK_SHARE = 0.95;
/** A unit that moves less than this over the whole text carries nothing. */
const DEAD_RANGE = 1e-3;
/** Where a gate counts as shut or open. */
const [SHUT, OPEN] = [0.1, 0.9];

/** Slopes are those of the nonlinearity f = tanh or ReLU that makes a state; see the cell's `slopes`. */
export interface Saturation {
  /** fraction of |h| > 0.9 and > 0.99 over all states */
  shareAbove90: number;
  shareAbove99: number;
  /** mean of the slopes f′; of a ReLU the fraction of steps in which it is on */
  meanDerivative: number;
  /** fraction of slopes below 0.02, |tanh| > 0.99; of a ReLU the fraction of steps in which it is off */
  shareFlat: number;
  /** units that are flat in more than 95 % of all steps and not dead */
  stuckUnits: number;
  /** units whose h hardly moves; a ReLU that is never on */
  deadUnits: number;
  /** fraction of |h| in ten equal bins from 0 to `histogramTop` */
  histogram: number[];
  /** 1, the most that h can be; of a ReLU the largest h there was */
  histogramTop: number;
}

export function saturation(layers: readonly LayerStates[], architecture: Architecture): Saturation {
  const { hidden: H, nonlinearity } = architecture;
  const relu = nonlinearity === 'relu';
  const sizes = sizesOf(layers);
  const top = relu ? sizes.reduce((most, size) => Math.max(most, size)) || 1 : 1;
  const histogram = new Array<number>(BINS).fill(0);
  for (const size of sizes) histogram[Math.min(BINS - 1, Math.floor((size / top) * BINS))]! += 1;
  const units = layers.flatMap((layer) => unitsOf(layer, architecture));
  const mean = (of: (unit: UnitStates) => number) =>
    units.reduce((sum, unit) => sum + of(unit), 0) / (layers.length * H);
  const isDead = ({ range, flat }: UnitStates) =>
    relu ? flat === 1 : range < DEAD_RANGE && flat <= STUCK_SHARE;
  const share = (above: number) => sizes.filter((size) => size > above).length / sizes.length;
  return {
    shareAbove90: share(0.9),
    shareAbove99: share(0.99),
    meanDerivative: mean(({ slope }) => slope),
    shareFlat: mean(({ flat }) => flat),
    stuckUnits: units.filter((unit) => unit.flat > STUCK_SHARE && !isDead(unit)).length,
    deadUnits: units.filter(isDead).length,
    histogram: histogram.map((n) => n / sizes.length),
    histogramTop: top,
  };
}

/** |h| of all layers, one after another. */
function sizesOf(layers: readonly LayerStates[]): Float64Array {
  const sizes = new Float64Array(layers.reduce((sum, { output }) => sum + output.length, 0));
  let at = 0;
  for (const { output } of layers) for (const value of output) sizes[at++] = Math.abs(value);
  return sizes;
}

interface UnitStates {
  /** mean f′ */
  slope: number;
  /** fraction of steps with a flat slope */
  flat: number;
  /** largest less smallest h */
  range: number;
}

function unitsOf(layer: LayerStates, architecture: Architecture): UnitStates[] {
  const { cell, hidden: H } = architecture;
  const { output: h } = layer;
  const rows = h.length / H;
  const slopeAt = CELL_ANALYSES[cell].slopes(layer, architecture);
  return Array.from({ length: H }, (_, unit) => {
    let [low, high, slope, flat] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    for (let row = 0; row < rows; row++) {
      const value = h[row * H + unit]!;
      const own = slopeAt(row, unit);
      slope += own;
      if (own < FLAT) flat++;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return { slope: slope / rows, flat: flat / rows, range: high - low };
  });
}

export interface GateStatistics {
  gate: string;
  mean: number;
  /** fraction of all values below 0.1, and above 0.9 */
  low: number;
  high: number;
  /** the same for each unit: the scatter of Karpathy, Johnson & Li 2015 */
  units: { low: number; high: number }[];
}

/** How open the sigmoid gates of a layer stand; none for the vanilla cell. @param gates (·,GH) */
export function gateStatistics(cell: CellName, gates: Floats | undefined, H: number): GateStatistics[] {
  const { blocks, gates: letters } = CELL_ANALYSES[cell];
  return letters.map((gate) => {
    const place = blocks.indexOf(gate);
    const units = Array.from({ length: H }, (_, unit) =>
      statistics(gates!, blocks.length * H, place * H + unit),
    );
    const mean = (key: 'low' | 'high' | 'mean') => units.reduce((sum, unit) => sum + unit[key], 0) / H;
    return {
      gate,
      mean: mean('mean'),
      low: mean('low'),
      high: mean('high'),
      units: units.map(({ low, high }) => ({ low, high })),
    };
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

/** The way back through time that no weight lies on: ∂state_t/∂state_{t−1} = diag(gate_t) + … */
export interface CellPath {
  gate: string;
  /** −1/ln(mean gate) of each unit, in steps, longest first; null never forgets (after Mahto et al. 2021) */
  timescales: (number | null)[];
  /** geometric mean of the gate over units and steps: what this path keeps a step */
  keptPerStep: number;
}

export function cellPath(cell: CellName, gates: Floats | undefined, H: number): CellPath | null {
  const { blocks, keptBy: gate } = CELL_ANALYSES[cell];
  if (!gates || gate === null) return null;
  const [G, place] = [blocks.length, blocks.indexOf(gate)];
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
