import { visible } from '../../characters.ts';
import { digits } from '../../numbers.ts';
import type { Prediction } from './data.ts';
import { spoken, type Words } from './words.ts';

/*
 * A prediction in words and shades. This file also runs in the browser.
 */

const CONTEXT = 24;
const NAMED = 3;

/** after “…the ligh” the model expects “t” (p = 0.43), driven most by “h” (1st back) … */
export function describe(characters: readonly string[], prediction: Prediction, words: Words): string {
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
        `${spoken(characters[position - back] ?? '', words)} ${words.distance(back)} (${Math.round((strength / total) * 100)} %)`,
    );
  const truth =
    actual === undefined ? '' : actual === predicted ? words.goesOn : words.goesOnWith(spoken(actual, words));
  return words.prediction(
    `${start > 0 ? '…' : ''}${context}`,
    spoken(predicted, words),
    digits(probability),
    words.driven(drivers),
    truth,
  );
}

/** The shade of each character of the text, 0…1: its strength relative to the strongest. */
export function shadeOf({ position, strengths }: Prediction): (t: number) => number {
  const most = Math.max(0, ...strengths);
  return (t) => (most > 0 ? (strengths[position - t] ?? 0) / most : 0);
}
