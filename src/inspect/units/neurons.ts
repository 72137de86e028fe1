import { drain } from '../../drain.ts';
import type { Kernels } from '../../kernels/index.ts';
import { CELLS, Network, type StatePart, type Weights } from '../../model/index.ts';

/*
 * What single units respond to (Karpathy, Johnson & Li 2015 looked at such units by eye): the state of every unit at
 * every character of a text, and its correlation with properties of that text.
 */

/** A unit's name: layer, and which number of h, or for an LSTM of its cell c. */
export interface Unit {
  layer: number;
  part: StatePart;
  index: number;
}

export interface Traces {
  units: readonly Unit[];
  /** values after each character, one array a unit */
  values: readonly Float32Array[];
  /** the most that a value can be, 1; of ReLUs the largest there is */
  largest: number;
}

/** The states of all units while the model reads a text from the zero state; for an LSTM h and tanh(c). */
export const traceUnits = (weights: Weights, ids: ArrayLike<number>, kernels: Kernels): Traces =>
  drain(tracing(weights, ids, kernels));

/** The same, with a pause after each character. */
export function* tracing(
  weights: Weights,
  ids: ArrayLike<number>,
  kernels: Kernels,
): Generator<void, Traces, void> {
  const { layers: L, hidden: H, cell, nonlinearity } = weights.architecture;
  const network = new Network(weights, kernels, { B: 1, T: 1, backward: false });
  const units = Array.from({ length: L }, (_, layer) =>
    CELLS[cell].stateParts.flatMap((part) =>
      Array.from({ length: H }, (_, index) => ({ layer, part, index })),
    ),
  ).flat();
  const values = units.map(() => new Float32Array(ids.length));
  for (let t = 0; t < ids.length; t++) {
    network.ids[0] = ids[t]!;
    network.forward();
    network.carryState();
    let at = 0;
    for (const { initialState } of network.layers) {
      initialState.forEach((value: number, i: number) => {
        values[at++]![t] = i < H ? value : Math.tanh(value);
      });
    }
    yield;
  }
  const largest = nonlinearity === 'relu' ? largestOf(values) || 1 : 1;
  return { units, values, largest };
}

const largestOf = (values: readonly Float32Array[]): number =>
  values.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), 0);

export interface Response extends Unit {
  /** Pearson's r of the unit's value with the property, −1…1 */
  correlation: number;
}

/** The units that correlate most with a property, strongest first; none where the property never changes. */
export function rankUnits(
  { units, values }: Pick<Traces, 'units' | 'values'>,
  property: Float32Array,
  count: number,
): Response[] {
  return values
    .map((value, u) => ({ ...units[u]!, correlation: pearson(value, property) }))
    .filter(({ correlation }) => Number.isFinite(correlation))
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
    .slice(0, count);
}

/** NaN where one of them never changes */
export function pearson(x: Float32Array, y: Float32Array): number {
  const n = x.length;
  let [sumX, sumY] = [0, 0];
  for (let i = 0; i < n; i++) {
    sumX += x[i]!;
    sumY += y[i]!;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - sumX / n, y[i]! - sumY / n];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
