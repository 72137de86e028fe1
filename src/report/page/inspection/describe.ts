import { named, visible } from '../../characters.ts';
import { digits } from '../../numbers.ts';
import type { Prediction } from './data.ts';

/*
 * A prediction in words and shades. This file also runs in the browser.
 */

const CONTEXT = 24;
const NAMED = 3;

/** after “…the ligh” the model expects “t” (p = 0.43), driven most by “h” (1st back) … */
export function describe(characters: readonly string[], prediction: Prediction): string {
  const { position, predicted, actual, probability, strengths } = prediction;
  const start = Math.max(0, position + 1 - CONTEXT);
  const context = characters
    .slice(start, position + 1)
    .map(visible)
    .join('');
  const total = strengths.reduce((sum, value) => sum + value, 0);
  const drivers = strengths
    .map((strength, back) => ({ strength, back }))
    .sort((a, b) => b.strength - a.strength)
    .slice(0, NAMED)
    .filter(({ strength }) => strength > 0)
    .map(
      ({ strength, back }) =>
        `${named(characters[position - back] ?? '')} ${distance(back)} (${Math.round((strength / total) * 100)} %)`,
    );
  const driven =
    drivers.length === 0 ? 'driven by nothing that was measured' : `driven most by ${drivers.join(', ')}`;
  const truth =
    actual === undefined
      ? ''
      : actual === predicted
        ? '; so the text goes on'
        : `; the text goes on with ${named(actual)}`;
  return `After “${start > 0 ? '…' : ''}${context}” the model expects ${named(predicted)} (p = ${digits(probability)}), ${driven}${truth}.`;
}

const distance = (back: number): string => (back === 0 ? 'just read' : `${back} back`);

/** The shade of each character of the text, 0…1: its strength relative to the strongest. */
export function shadeOf({ position, strengths }: Prediction): (t: number) => number {
  const most = Math.max(0, ...strengths);
  return (t) => (most > 0 ? (strengths[position - t] ?? 0) / most : 0);
}
