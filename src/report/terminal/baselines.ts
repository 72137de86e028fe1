import type { Baselines } from '../../corpus/index.ts';
import { grouped } from '../numbers.ts';

/** The baselines of a loss, from the worst to the best. */
export function nameLevels({ uniform, unigram, bigram, best }: Baselines): { name: string; bpc: number }[] {
  const levels = [
    { name: 'uniform', bpc: uniform },
    { name: 'unigram', bpc: unigram },
    { name: 'bigram', bpc: bigram },
  ];
  return best.order > 2 ? [...levels, { name: `${best.order}-gram`, bpc: best.bpc }] : levels;
}

/** "uniform 5.78, unigram 4.77, bigram 2.95, 4-gram 1.73 (the best n-gram up to 8; counted on …)"; @param counted on what */
export function formatBaselines(baselines: Baselines, counted: string): string {
  const { order } = baselines.best;
  const levels = nameLevels(baselines).map(({ name, bpc }) => `${name} ${bpc.toFixed(2)}`);
  const which =
    order > 2
      ? 'the best n-gram up to 8'
      : `the ${order === 1 ? 'unigram' : 'bigram'} is the best n-gram up to 8`;
  return `${levels.join(', ')} (${[which, counted, ...capped(baselines)].filter(Boolean).join('; ')})`;
}

function capped({ trainedOn, trainedOf, measuredOn, measuredOf }: Baselines): string[] {
  const part = (what: string, on: number, of: number) =>
    on < of ? [`${what} the first ${grouped(on)} of ${grouped(of)} characters only`] : [];
  return [...part('counted', trainedOn, trainedOf), ...part('measured on', measuredOn, measuredOf)];
}
