import { named } from '../characters.ts';
import { percentage } from '../numbers.ts';
import { columns } from './table.ts';
import { padStart } from './width.ts';

const BAR_WIDTH = 40;

/** A character that may come next. */
export interface Choice {
  character: string;
  probability: number;
}

/** The most probable next characters, numbered from 1, with a bar for each probability. */
export function formatChoices(choices: readonly Choice[], ascii: boolean): string {
  const rows = choices.map(({ character, probability }, i) => [
    String(i + 1),
    named(character),
    padStart(percentage(probability), '100.0 %'.length),
    (ascii ? '#' : '█').repeat(Math.round(probability * BAR_WIDTH)),
  ]);
  return columns(undefined, rows);
}
