/*
 * What the page hands to its script, as JSON. This file imports nothing, since it belongs to both sides.
 */

type Maybe = (number | null)[];

export interface CurveData {
  /** powers of ten */
  range: [bottom: number, top: number];
  subjects: {
    name: string;
    seqLength: number;
    median: Maybe;
    mean: Maybe;
    low: Maybe;
    high: Maybe;
    bound: Maybe;
    stepBound: Maybe;
  }[];
}

export interface Prediction {
  /** the last character that was read */
  position: number;
  predicted: string;
  /** the character or byte that really follows, where it is known */
  actual?: string;
  probability: number;
  /** of character `position`, of the one before it, … */
  strengths: readonly number[];
}

export interface DriversData {
  characters: readonly string[];
  predictions: readonly Prediction[];
}

/** Pixels of a heat map are these numbers: 127 is 0, 0 and 254 are the ends, 255 is not a number. */
export const MIDDLE = 127;
export const MISSING = 255;

export interface HeatMapData {
  characters: readonly string[];
  units: number;
  /** size on screen of one value */
  cell: [width: number, height: number];
  /** the most that a state can be, 1; of ReLUs the largest there is: the map of states is relative to it */
  largestState: number;
  /** the largest |gradient|, to which the map of gradients is relative */
  largestGradient: number;
}

/** Powers of ten that the map of gradients spans on either side of 0. */
export const GRADIENT_DECADES = 6;
