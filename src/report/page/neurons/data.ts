/*
 * What the page hands to its script, as JSON. This file imports nothing, since it belongs to both sides.
 */

export interface NeuronsData {
  characters: readonly string[];
  /** name, and its correlation with each property, in words */
  units: readonly { name: string; note: string }[];
  /** what the ends of a byte stand for */
  largest: number;
  /** a byte for each unit and character (units, characters), packed */
  values: string;
}
