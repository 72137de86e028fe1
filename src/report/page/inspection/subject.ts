import type { LayerInspection, Pictures } from '../../../inspect/index.ts';
import type { Subject } from '../../terminal/answers.ts';

export interface PageSubject extends Subject {
  pictures: Pictures;
}

/** The one that is shown, or it and another to compare it with; their names are harmless. */
export type Subjects = readonly PageSubject[];

/** Series of the first and the second subject differ in colour, dash and shape. */
export const seriesOf = (i: number): 'a' | 'b' => (i === 0 ? 'a' : 'b');

/** Each layer of all subjects; undefined where one has fewer. */
export const layersOf = (subjects: Subjects): (LayerInspection | undefined)[][] => {
  const most = Math.max(...subjects.map(({ inspection }) => inspection.layers.length));
  return Array.from({ length: most }, (_, l) => subjects.map(({ inspection }) => inspection.layers[l]));
};
