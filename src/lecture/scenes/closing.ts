import { formula, type Scene, text } from '../blocks.ts';
import type { Stage } from './stage.ts';

/** What to keep in mind, and where to go on. */
export function closingScenes({ texts }: Stage): Scene[] {
  const { title, recap, next } = texts.closing;
  return [
    {
      id: 'closing',
      title,
      blocks: [
        text(recap),
        text(next),
        formula(
          'rnn train corpora/hello.txt --preset hello',
          'rnn sample --seed h --len 4 --greedy',
          'rnn inspect-gradients checkpoints/hello.json',
          'rnn corpus recall --lag 40 > recall.txt',
          'rnn train recall.txt --cell lstm --seq-length 100',
        ),
      ],
    },
  ];
}
