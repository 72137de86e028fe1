import { flag, integer, numberAbove, numberBelow, numberFrom } from './fields.ts';

/** How each character of a sample is chosen. */
export const sampling = {
  temperature: numberAbove(0, 1e6, ', or --greedy for the most probable character each time')
    .default(1)
    .describe(
      'softmax temperature: below 1 is safer and more repetitive, above 1 more varied, with more errors',
    ),
  topK: integer(0, 1_114_112)
    .default(0)
    .describe('top-k sampling: choose among the k most probable characters; 0 is off'),
  topP: numberAbove(0, 1)
    .default(1)
    .describe(
      'nucleus sampling: choose among the smallest set of characters whose probabilities sum to p; 1 is off',
    ),
  minP: numberBelow(0, 1)
    .default(0)
    .describe(
      'min-p sampling: leave out characters less probable than this fraction of the most probable one; 0 is off',
    ),
  greedy: flag().default(false).describe('always take the most probable character'),
  repetitionPenalty: numberFrom(1, 1e6)
    .default(1)
    .describe(
      'breaks loops: once more than 16 characters repeat recent text, each further one divides the odds of continuing the repeat by this (try 1.5); 1 is off',
    ),
  rngSeed: integer(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('random seed, which makes a sample repeatable (default: drawn, and printed)'),
};
