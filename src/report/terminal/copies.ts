import { visible } from '../characters.ts';
import { grouped, percentage } from '../numbers.ts';

/** How much of a sample stands in texts, word for word. */
export interface CopiesReport {
  /** of the sample's characters, those in copied stretches of at least so many */
  share: number;
  atLeast: number;
  /** the longest copied stretch; null where no character of the sample stands in a text */
  longest: { characters: number; text: string; file: string; line: number } | null;
}

/** Most characters of a stretch that are shown. */
const EXCERPT = 60;

/** In lines for people. @param noun what is counted: character, or byte */
export function formatCopies({ share, atLeast, longest }: CopiesReport, noun: string): string[] {
  if (longest === null) return ['copied: nothing'];
  const { characters, text, file, line } = longest;
  return [
    `longest copy: ${grouped(characters)} ${noun}${characters === 1 ? '' : 's'} of ${file}, line ${line}`,
    `  “${excerpt(text)}”`,
    `copied: ${percentage(share)} of the sample, in stretches of at least ${atLeast} ${noun}s`,
  ];
}

function excerpt(text: string): string {
  const characters = Array.from(text, visible);
  const shown = characters.slice(0, EXCERPT).join('');
  return characters.length > EXCERPT ? `${shown}…` : shown;
}
