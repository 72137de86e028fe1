/*
 * What the page hands to its script, as JSON. This file imports nothing, since it belongs to both sides.
 */

export type SweepData = readonly {
  number: number;
  /** what it was and what came of it */
  text: string;
  /** the same by hand */
  command: string;
}[];
