import type { Response, Unit } from '../../inspect/index.ts';
import { coloredLines } from '../characters.ts';
import { table } from './table.ts';

/** Background colours of a value from −1 to 1. */
export interface ActivationPalette {
  /** @param strength 0…1 */
  positive(text: string, strength: number): string;
  negative(text: string, strength: number): string;
}

export const unitName = ({ layer, part, index }: Unit): string => `${layer}:${part}${index}`;

/** Which units respond to which property, strongest first. */
export function formatResponses(responses: Readonly<Record<string, readonly Response[]>>): string {
  const rows = Object.entries(responses).map(([property, units]): [string, string] => [
    property,
    units.map((unit) => `${unitName(unit)} ${signed(unit.correlation)}`).join('   ') ||
      'never changes in this text',
  ]);
  return `  units that correlate with a property of the text (layer:unit, correlation)\n${table(rows)}`;
}

export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

/** A text, the background of each character showing one unit after it was read, relative to the largest value. */
export function colorByUnit(
  characters: readonly string[],
  values: ArrayLike<number>,
  largest: number,
  { positive, negative }: ActivationPalette,
): string {
  return coloredLines(characters, (text, i) => {
    const value = values[i]! / largest;
    return value >= 0 ? positive(text, Math.min(1, value)) : negative(text, Math.min(1, -value));
  });
}
