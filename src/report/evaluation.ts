import { grouped } from './numbers.ts';
import { table } from './table.ts';

export interface EvaluationResult {
  characters: number;
  bpc: number;
  perplexity: number;
  baselines: { uniform: number; unigram: number; bigram: number; fivegram: number };
}

/** @param held whether the simple models were counted on the training part, not on the text while it is read */
export function formatEvaluation(
  { characters, bpc, perplexity, baselines }: EvaluationResult,
  held: boolean,
): string {
  const { uniform, unigram, bigram, fivegram } = baselines;
  const levels = [
    `uniform ${uniform.toFixed(2)}`,
    `unigram ${unigram.toFixed(2)}`,
    `bigram ${bigram.toFixed(2)}`,
    `5-gram ${fivegram.toFixed(2)}`,
  ];
  const counted = held ? 'counted on the training part' : 'counted while reading';
  return table([
    ['characters', grouped(characters)],
    ['bits per character', bpc.toFixed(4)],
    ['perplexity', `${perplexity.toFixed(3)} (as unsure as among that many equally likely characters)`],
    ['to compare', `${levels.join(', ')} (${counted})`],
  ]);
}
