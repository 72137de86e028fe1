import type { TrialRecord } from '../../../sweep/index.ts';
import { bpc, count, grouped } from '../../numbers.ts';
import { chart, dots, line, type Point, type Range, rangeOf } from '../svg.ts';
import { ranks, worstFirst } from './ranks.ts';

/** Fraction of the highest evaluations that may be cut off, so that one that exploded doesn't flatten all. */
const CUT_OFF = 0.05;

/** Losses over steps of all trials. */
export function curves(trials: readonly TrialRecord[]): string {
  const classes = ranks(trials);
  const drawn = worstFirst(trials);
  const last = Math.max(1, ...drawn.map(({ curve }) => curve.at(-1)?.[0] ?? 0));
  const losses = drawn.flatMap(({ curve }) => curve.map(([, loss]) => loss));
  return chart(
    {
      x: { range: [0, last * 1.02], label: 'step', format: grouped },
      y: { range: lowerRange(losses), label: 'bits per character' },
      summary: `Loss over steps of ${count(drawn.length, 'trial')}; the best ends at ${bpc(drawn.at(-1)?.best?.bpc ?? null)}`,
    },
    (px, py) =>
      drawn
        .map((trial) => {
          const style = classes.get(trial.number)!;
          // a single evaluation makes no line
          const draw = trial.curve.length === 1 ? dots : line;
          return `<g data-trial="${trial.number}">${draw(trial.curve, px, py, style)}</g>`;
        })
        .join(''),
  );
}

function lowerRange(losses: readonly number[]): Range {
  const sorted = losses.toSorted((a, b) => a - b);
  return rangeOf(sorted.slice(0, Math.ceil(sorted.length * (1 - CUT_OFF))));
}

/** The lowest loss as trials ended. */
export function bestSoFar(trials: readonly TrialRecord[]): string {
  const classes = ranks(trials);
  const ended = trials
    .filter(({ best, ended }) => best !== null && ended !== null)
    .sort((a, b) => a.ended! - b.ended! || a.number - b.number);
  let lowest = Infinity;
  const steps = ended.flatMap(({ best }, i): Point[] => {
    const before: Point = [i + 1, Number.isFinite(lowest) ? lowest : best!.bpc];
    lowest = Math.min(lowest, best!.bpc);
    return [before, [i + 1, lowest]];
  });
  return chart(
    {
      x: { range: [0.5, Math.max(1, ended.length) + 0.5], label: 'trials ended' },
      y: { range: lowerRange(ended.map(({ best }) => best!.bpc)), label: 'bits per character' },
      summary: `The lowest loss so far over ${count(ended.length, 'trial')}, in the end ${bpc(Number.isFinite(lowest) ? lowest : null)}`,
    },
    (px, py) =>
      line(steps, px, py, 'a') +
      ended
        .map(
          ({ number, best }, i) =>
            `<g data-trial="${number}">${dots([[i + 1, best!.bpc]], px, py, classes.get(number)!)}</g>`,
        )
        .join(''),
  );
}
