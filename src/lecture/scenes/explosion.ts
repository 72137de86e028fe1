import { figure, type Scene, text } from '../blocks.ts';
import type { Stage } from './stage.ts';

/** A gradient that explodes, and what clipping makes of it. */
export function explosionScene({ lecture, texts }: Stage): Scene {
  const { hidden, rngSeed, gains, clipNorm, windows, step } = lecture.explosion;
  const { title, idea, curves, factor, table, clip, length, slope } = texts.explosion;
  return {
    id: 'explosion',
    title,
    blocks: [
      text(idea(hidden, gains.at(-1)!.initGain, rngSeed)),
      {
        kind: 'curves',
        caption: curves,
        series: gains.map(({ initGain, norms }) => ({ name: `--init-gain ${initGain}`, values: norms })),
      },
      text(
        gains
          .map(({ initGain, norms, flow }) =>
            factor(initGain, norms.length, figure(norms.at(-1)!), texts.flow[flow]),
          )
          .join(' '),
      ),
      {
        kind: 'table',
        ...table,
        rows: windows.map(({ steps, norm, factor }) => [steps, norm, factor, norm * factor].map(figure)),
        numeric: [0, 1, 2, 3],
      },
      text(clip(clipNorm)),
      text(
        length(
          figure(step.weights),
          String(step.learningRate),
          figure(step.length.unclipped),
          figure(step.length.clipped),
        ),
      ),
      text(slope(figure(step.slope.before), figure(step.slope.unclipped), figure(step.slope.clipped))),
    ],
  };
}
