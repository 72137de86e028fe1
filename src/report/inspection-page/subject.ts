import type { Inspection, Pictures } from '../../inspect/contract.ts';

/** One inspected model with what the page is to call it. */
export interface Subject {
  name: string;
  inspection: Inspection;
  pictures: Pictures;
}

/** The one that is shown, or it and another to compare it with; their names are harmless. */
export type Subjects = readonly Subject[];

/** Series of the first and the second subject differ in colour, dash and shape. */
export const seriesOf = (i: number): 'a' | 'b' => (i === 0 ? 'a' : 'b');
