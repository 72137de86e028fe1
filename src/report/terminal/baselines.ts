import type { Baselines } from '../../corpus/index.ts';
import { grouped } from '../numbers.ts';

const NAMES = ['unigram', 'bigram'];

/** "uniform 5.78, unigram 4.77, bigram 2.95, 4-gram 1.73 (the best n-gram up to 8; counted on …)"; @param counted on what */
export function formatBaselines(baselines: Baselines, counted: string): string {
  const { uniform, unigram, bigram, best } = baselines;
  const levels = [
    `uniform ${uniform.toFixed(2)}`,
    `unigram ${unigram.toFixed(2)}`,
    `bigram ${bigram.toFixed(2)}`,
  ];
  const name = NAMES[best.order - 1];
  if (name === undefined) levels.push(`${best.order}-gram ${best.bpc.toFixed(2)}`);
  const which = name === undefined ? 'the best n-gram up to 8' : `the ${name} is the best n-gram up to 8`;
  return `${levels.join(', ')} (${[which, counted, ...capped(baselines)].filter(Boolean).join('; ')})`;
}

function capped({ trainedOn, trainedOf, measuredOn, measuredOf }: Baselines): string[] {
  const part = (what: string, on: number, of: number) =>
    on < of ? [`${what} the first ${grouped(on)} of ${grouped(of)} characters only`] : [];
  return [...part('counted', trainedOn, trainedOf), ...part('measured on', measuredOn, measuredOf)];
}
