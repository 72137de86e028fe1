import type { Floats } from '../kernels/index.ts';

const BINS = 10;
/** A unit whose |h| exceeds 0.99 this often has stopped to answer. */
const STUCK_SHARE = 0.95;

export interface Saturation {
  /** share of |h| > 0.9 and > 0.99 over all states */
  shareAbove90: number;
  shareAbove99: number;
  /** mean of tanh′ = 1 − h² */
  meanDerivative: number;
  /** units that are saturated nearly always */
  stuckUnits: number;
  /** share of |h| in ten bins of width 0.1 */
  histogram: number[];
}

/** @param states buffers (·,H) of each layer */
export function saturation(states: readonly Floats[], H: number): Saturation {
  const histogram = new Array<number>(BINS).fill(0);
  let [count, above90, above99, derivative, stuckUnits] = [0, 0, 0, 0, 0];
  for (const h of states) {
    const saturated = new Float64Array(H);
    h.forEach((value: number, i: number) => {
      const size = Math.abs(value);
      const bin = Math.min(BINS - 1, Math.floor(size * BINS));
      histogram[bin] = histogram[bin]! + 1;
      count++;
      derivative += 1 - value * value;
      if (size > 0.9) above90++;
      if (size > 0.99) {
        above99++;
        saturated[i % H] = saturated[i % H]! + 1;
      }
    });
    stuckUnits += saturated.filter((n) => n > STUCK_SHARE * (h.length / H)).length;
  }
  return {
    shareAbove90: above90 / count,
    shareAbove99: above99 / count,
    meanDerivative: derivative / count,
    stuckUnits,
    histogram: histogram.map((n) => n / count),
  };
}
