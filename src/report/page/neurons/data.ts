/*
 * What the page hands to its script, as JSON. This file imports nothing, since it belongs to both sides.
 */

export interface NeuronsData {
  characters: readonly string[];
  /** name, and the properties that it follows, each with its correlation */
  units: readonly { name: string; followed: readonly (readonly [property: string, correlation: string])[] }[];
  /** what the ends of a byte stand for */
  largest: number;
  /** a byte for each unit and character (units, characters), packed */
  values: string;
}
