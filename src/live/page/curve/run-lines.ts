import type { RunRecord } from '../../protocol.ts';
import { type Line, smoothed } from './lines.ts';

/** The lines of a run over the characters that it has read. */
export interface RunLines {
  raw: Line;
  smooth: Line;
  validation: Line;
  learningRate: Line;
  gradientNorm: Line;
  clipRate: Line;
}

/** Of a run that is known by its evaluations alone these stand for its steps. */
export function linesOf({ columns, history, charactersPerStep }: RunRecord): RunLines {
  const over = (steps: readonly number[]) => Float64Array.from(steps, (step) => step * charactersPerStep);
  const hasSteps = columns.step.length > 0;
  const evaluated = over(history.map(({ step }) => step));
  const x = hasSteps ? over(columns.step) : evaluated;
  const bpc = hasSteps ? columns.bpc : history.map(({ trainBpc }) => trainBpc);
  return {
    raw: { x, y: bpc },
    smooth: { x, y: hasSteps ? smoothed(bpc) : bpc },
    validation: { x: evaluated, y: history.map(({ validationBpc }) => validationBpc) },
    learningRate: { x: hasSteps ? x : [], y: columns.learningRate },
    gradientNorm: { x, y: hasSteps ? columns.gradientNorm : history.map(({ gradientNorm }) => gradientNorm) },
    clipRate: { x, y: hasSteps ? smoothed(columns.clipRate) : history.map(({ clipRate }) => clipRate) },
  };
}
