import { escapeControls } from '../report/escape.ts';
import type { Matrix, Vector } from './algebra.ts';

/*
 * A lecture as scenes of blocks: what is shown, in one language, but not yet how. Terminal and page draw the same blocks.
 * Indices are Unicode subscripts, which the page turns into <sub> and a plain terminal into _1.
 */

/** A matrix, or a vector as one column, with its name above. */
export interface Grid {
  name: string;
  values: Matrix;
  decimals: number;
  /** what each row, each column stands for */
  rows?: string[];
  columns?: string[];
  /** places worth looking at */
  markRow?: number;
  markColumn?: number;
}

export interface Definition {
  name: string;
  text: string;
  formula: string;
}

export type Block =
  | { kind: 'text'; text: string }
  /** equations in symbols, or commands; one a line */
  | { kind: 'formula'; lines: string[] }
  /** what a letter stands for, in a sentence and an equation */
  | { kind: 'definitions'; items: Definition[] }
  /** grids and the signs between them, in a row */
  | { kind: 'equation'; terms: (string | Grid)[] }
  /** @property numeric columns that are numbers, aligned to the right */
  | { kind: 'table'; caption: string; head: string[]; rows: string[][]; numeric: number[] }
  /** a probability for each character */
  | { kind: 'chances'; caption: string; names: string[]; p: Vector; right: number; rightLabel: string }
  /** curves over N = 1, 2, … on a logarithmic scale */
  | { kind: 'curves'; caption: string; series: { name: string; values: Vector }[] }
  /** the network unrolled over time; `at` is the step (from 1) that is being looked at */
  | { kind: 'network'; label: string; inputs: string[]; outputs: string[]; at?: number; backward?: boolean };

export interface Scene {
  id: string;
  title: string;
  blocks: Block[];
}

/** Scenes that belong together. */
export interface Chapter {
  title: string;
  scenes: Scene[];
}

/** A sentence stays with what it introduces. */
export function groupBlocks(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const [i, block] of blocks.entries()) {
    if (block.kind !== 'text' && blocks[i - 1]?.kind === 'text') groups.at(-1)!.push(block);
    else groups.push([block]);
  }
  return groups;
}

export const text = (content: string): Block => ({ kind: 'text', text: content });
export const formula = (...lines: string[]): Block => ({ kind: 'formula', lines });
export const definitions = (...items: Definition[]): Block => ({ kind: 'definitions', items });
export const equation = (...terms: (string | Grid)[]): Block => ({ kind: 'equation', terms });

type Details = Partial<Omit<Grid, 'name' | 'values'>>;

export const matrix = (name: string, values: Matrix, details: Details = {}): Grid => ({
  name,
  values,
  decimals: 2,
  ...details,
});

export const vector = (name: string, values: Vector, details: Details = {}): Grid =>
  matrix(
    name,
    values.map((value) => [value]),
    details,
  );

/** diag(d), its zeros included */
export const diagonal = (name: string, d: Vector, details: Details = {}): Grid =>
  matrix(
    name,
    d.map((value, i) => d.map((_, j) => (i === j ? value : 0))),
    details,
  );

/** Decimals that leave three figures of the largest of these values, from 2 to 6. */
export function decimalsFor(...values: Vector[]): number {
  const largest = Math.max(...values.flat().map(Math.abs));
  return largest === 0 ? 2 : Math.min(6, Math.max(2, Math.ceil(2 - Math.log10(largest))));
}

/** h, 12 → h₁₂; t−1 as in hₜ₋₁ is written out where it is needed */
export const at = (name: string, index: number): string => name + subscript(index);

export const subscript = (index: number): string =>
  String(index).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));

/** A number in a line of text, with a real minus. */
export const signed = (value: number, decimals: number): string => fixed(value, decimals).replace('-', '−');

/** A value without a negative zero. */
export const fixed = (value: number, decimals: number): string =>
  value.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, '$1');

/** Three figures; a power of ten only where zeros would have to be counted. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e4))
    return Number.isInteger(value) || size >= 1000 ? String(Math.round(value)) : value.toPrecision(3);
  const [digits, exponent] = value.toExponential(1).split('e');
  return `${digits}·10${superscript(Number(exponent))}`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (exponent: number): string =>
  String(exponent).replace(/./g, (digit) => (digit === '-' ? '⁻' : SUPERSCRIPTS[Number(digit)]!));

/** A character as it is seen: spaces and line ends get a sign. */
export const printable = (character: string): string =>
  escapeControls(character.replace(/\r?\n/g, '⏎').replaceAll('\t', '⇥').replaceAll(' ', '␣'));

export const quoted = (character: string): string => `‘${printable(character)}’`;

const LONGEST = 12;

/** A text in quotes; of one that is twice a word, only both ends. */
export const quotedEnds = (characters: readonly string[]): string =>
  characters.length <= LONGEST
    ? quotedText(characters)
    : quotedText([...characters.slice(0, LONGEST / 2), '…', ...characters.slice(-LONGEST / 2)]);

export const quotedText = (characters: readonly string[]): string =>
  `“${characters.map(printable).join('')}”`;
