import type { Pictures } from '../../../inspect/index.ts';
import type { Subject } from '../../terminal/inspection.ts';

export interface PageSubject extends Subject {
  pictures: Pictures;
}

/** The one that is shown, or it and another to compare it with; their names are harmless. */
export type Subjects = readonly PageSubject[];

/** Series of the first and the second subject differ in colour, dash and shape. */
export const seriesOf = (i: number): 'a' | 'b' => (i === 0 ? 'a' : 'b');
