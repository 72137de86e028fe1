import type { Span } from '../../model/index.ts';

/** Adds part `from` to part `into`, which then holds the sum of the parts from itself up to `end`. */
export interface Addition {
  readonly into: number;
  readonly from: number;
  readonly end: number;
}

/** The additions, in order, that sum so many parts as a balanced tree, ((0 + 1) + (2 + 3)) + …, into part 0. */
export function sumTree(parts: number): Addition[] {
  const additions: Addition[] = [];
  for (let apart = 1; apart < parts; apart *= 2)
    for (let into = 0; into + apart < parts; into += 2 * apart)
      additions.push({ into, from: into + apart, end: Math.min(into + 2 * apart, parts) });
  return additions;
}

/** Whether nothing is added that lies outside. */
export const isWithin = ({ into, end }: Addition, { from, to }: Span): boolean => into >= from && end <= to;
