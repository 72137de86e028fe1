import { type Response, rankUnits, type Traces } from '../../../inspect/units/neurons.ts';
import { PROPERTIES, type Property, textProperties } from '../../../inspect/units/text-properties.ts';

/** What units can be ranked by: how much they change in this text, or a property of it that they follow. */
export const RANKINGS = ['change', ...PROPERTIES] as const;
export type Ranking = 'change' | Property;

export interface Ranked {
  /** its number among the traces */
  unit: number;
  /** standard deviation, or the correlation with the property */
  value: number;
}

/** Whole characters of a text, and the place among its ids where each ends. */
export interface Read {
  characters: readonly string[];
  ends: readonly number[];
}

/** The units that change most, or that follow a property most closely; none where the property never changes. */
export function ranked(
  traces: Pick<Traces, 'units' | 'values'>,
  { characters, ends }: Read,
  by: Ranking,
  count: number,
): Ranked[] {
  const values = traces.values.map((row) => Float32Array.from(ends, (end) => row[end]!));
  if (by === 'change')
    return values
      .map((row, unit) => ({ unit, value: deviation(row) }))
      .sort((a, b) => b.value - a.value)
      .slice(0, count);
  const responses = rankUnits({ units: traces.units, values }, textProperties(characters)[by], count);
  return responses.map((response) => ({
    unit: numberOf(response, traces.units),
    value: response.correlation,
  }));
}

const numberOf = ({ layer, part, index }: Response, units: Traces['units']): number =>
  units.findIndex((unit) => unit.layer === layer && unit.part === part && unit.index === index);

function deviation(row: Float32Array): number {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  return Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length);
}
