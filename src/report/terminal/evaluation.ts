import type { Baselines } from '../../corpus/index.ts';
import type { AnswerScore } from '../../train/index.ts';
import { count, decimals, grouped, percentage } from '../numbers.ts';
import { formatBaselines } from './baselines.ts';
import { table } from './table.ts';

export interface EvaluationResult {
  characters: number;
  bpc: number;
  perplexity: number;
  baselines: Baselines;
  /** of the model as it is, where it went on learning */
  staticBpc?: number | undefined;
  /** characters after which the state was reset to zero; 0 for never */
  coldEvery: number;
  answers?: AnswerScore | undefined;
}

/** @param held whether the simple models were counted on the training part, not on the text while it is read */
export function formatEvaluation(
  { characters, bpc, perplexity, baselines, staticBpc, coldEvery, answers }: EvaluationResult,
  held: boolean,
): string {
  const counted = held ? 'counted on the training part' : 'counted while reading';
  return table([
    ['characters', grouped(characters)],
    ['bits per character', decimals(bpc, 4)],
    ...(staticBpc === undefined ? [] : [['static', beside(bpc, staticBpc)] as const]),
    ['perplexity', `${decimals(perplexity, 3)} (as unsure as among that many equally likely characters)`],
    ...(coldEvery === 0
      ? []
      : [['state', `reset to zero after every ${count(coldEvery, 'character')}`] as const]),
    ...(answers ? [['right answers', formatAnswers(answers)] as const] : []),
    ['to compare', formatBaselines(baselines, counted)],
  ]);
}

function beside(bpc: number, staticBpc: number): string {
  const change =
    bpc < staticBpc
      ? 'learning from this text helped'
      : 'learning from this text hurt: try a lower --dynamic';
  return `${decimals(staticBpc, 4)}: ${change}`;
}

function formatAnswers({ asked, right, commonest }: AnswerScore): string {
  const all = `${percentage(right / asked)} (${grouped(right)} of ${grouped(asked)})`;
  return `${all}; always the most frequent one: ${percentage(commonest / asked)}`;
}
