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

export interface HeatMapData {
  characters: readonly string[];
  units: number;
  /** size on screen of one value */
  cell: [width: number, height: number];
  /** the most that a state can be, 1; of ReLUs the largest there is: the map of states is relative to it */
  largestState: number;
  /** the largest |gradient|, to which the map of gradients is relative */
  largestGradient: number;
  /** a byte for each unit and character (units, characters), packed */
  states: string;
  gradients: string;
}

/** Powers of ten that the map of gradients spans on either side of 0. */
export const GRADIENT_DECADES = 6;
