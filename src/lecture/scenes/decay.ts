import { FLOW_FACTORS, FLOW_STEPS } from '../../vanishing.ts';
import { figure, type Scene, text } from '../blocks.ts';
import type { Decay } from '../decay.ts';
import type { Stage } from './stage.ts';

const SHOWN = [1, 10, FLOW_STEPS];

/** What of a gradient is left N steps back, for every cell in one chart. */
export function decayScene({ lecture, texts }: Stage): Scene {
  const { title, idea, open, curves, words, table } = texts.decay;
  const { decays } = lecture;
  const bias = decays.at(-1)!.forgetBias!;
  return {
    id: 'decay',
    title,
    blocks: [
      text(idea),
      text(open(bias, (1 / (1 + Math.exp(-bias))).toFixed(3))),
      {
        kind: 'curves',
        caption: curves,
        series: decays.map((decay) => ({ name: nameOf(decay), values: decay.norms })),
      },
      text(words(FLOW_STEPS, String(FLOW_FACTORS.vanishing), String(FLOW_FACTORS.exploding))),
      {
        kind: 'table',
        caption: table.caption,
        head: [table.model, ...SHOWN.map((N) => `N = ${N}`), table.word(FLOW_STEPS)],
        rows: decays.map((decay) => [
          nameOf(decay),
          ...SHOWN.map((N) => figure(decay.norms[N - 1]!)),
          texts.flow[decay.flow],
        ]),
        numeric: [1, 2, 3],
      },
    ],
  };
}

const nameOf = ({ cell, forgetBias }: Decay): string =>
  forgetBias === null ? cell.toUpperCase() : `${cell.toUpperCase()}, --forget-bias ${forgetBias}`;
