import type { Baselines } from '../../corpus/index.ts';
import { grouped } from '../numbers.ts';
import { formatBaselines } from './baselines.ts';
import { table } from './table.ts';

export interface EvaluationResult {
  characters: number;
  bpc: number;
  perplexity: number;
  baselines: Baselines;
}

/** @param held whether the simple models were counted on the training part, not on the text while it is read */
export function formatEvaluation(
  { characters, bpc, perplexity, baselines }: EvaluationResult,
  held: boolean,
): string {
  const counted = held ? 'counted on the training part' : 'counted while reading';
  return table([
    ['characters', grouped(characters)],
    ['bits per character', bpc.toFixed(4)],
    ['perplexity', `${perplexity.toFixed(3)} (as unsure as among that many equally likely characters)`],
    ['to compare', formatBaselines(baselines, counted)],
  ]);
}
