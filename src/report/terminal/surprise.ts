import { coloredLines } from '../characters.ts';

/** Colours for what was expected and what was not. */
export interface SurprisePalette {
  dim(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  inverse(text: string): string;
}

/** Upper ends, in bits, of what is shown dim, plain, yellow and red; above stands inverse. */
const LEVELS = [1, 3, 6, 10] as const;

/** A text, each character in the colour of its surprise in bits; what was not scored is plain. */
export function colorBySurprise(
  characters: readonly string[],
  bits: readonly (number | null)[],
  color: SurprisePalette,
): string {
  const plain = (text: string) => text;
  const paints = [color.dim, plain, color.yellow, color.red, color.inverse];
  const paintOf = (value: number | null) => {
    const level = value === null ? 1 : LEVELS.findIndex((end) => value <= end);
    return paints[level < 0 ? LEVELS.length : level]!;
  };
  const text = coloredLines(characters, (character, i) => paintOf(bits[i]!)(character));
  const [a, b, c, d] = LEVELS;
  const legend = [
    color.dim(`expected (below ${a} bit)`),
    `to ${b}`,
    color.yellow(`to ${c}`),
    color.red(`to ${d}`),
    color.inverse('more'),
  ];
  return `${text}\n\n  ${legend.join('  ')}\n`;
}
