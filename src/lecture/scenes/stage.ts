import type { Block } from '../blocks.ts';
import type { Lecture } from '../lecture.ts';
import type { Texts } from '../texts/texts.ts';

/** What the scenes of one lecture share. */
export interface Stage {
  lecture: Lecture;
  texts: Texts;
  /** a character of the vocabulary, in quotes */
  name(id: number): string;
  /** all of them, as labels of rows */
  names: string[];
}

/** The word's network; `at` is the step that is being looked at. */
export function network({ lecture, texts, name }: Stage, at?: number, backward = false): Block {
  return {
    kind: 'network',
    label: backward ? texts.network.backward : texts.network.forward,
    inputs: lecture.steps.map(({ input }) => name(input)),
    outputs: lecture.steps.map(({ target }) => name(target)),
    ...(at === undefined ? {} : { at }),
    backward,
  };
}
