import type { Matrix, Vector } from './algebra.ts';
import { addParameters, type BackwardStep, goBack, lossOf, type RnnParameters, read } from './steps.ts';

/** A text read in two windows, as in truncated back-propagation through time. */
export interface CutText {
  /** whether a word of one step is read twice, so that there is something to cut */
  twice: boolean;
  inputs: number[];
  /** steps of the first window */
  border: number;
  /** the state that the second window begins with */
  carried: Vector;
  /** of the second window, after that state and after zeros */
  loss: { carried: number; reset: number };
  /** Whhᵀ·dz of its first step, which goes no further */
  cut: Vector;
  /** gradient of the last state before the border, over all steps and within its window */
  dh: { whole: Vector; window: Vector };
  /** ∂L/∂Whh over all steps, and the sum of both windows */
  gradient: { whole: Matrix; windows: Matrix };
  /** ‖difference‖/‖whole‖ of these two */
  missed: number;
}

export function cutText(
  weights: RnnParameters,
  word: readonly number[],
  answers: readonly number[],
): CutText {
  const twice = word.length === 1;
  const [inputs, targets] = twice
    ? [
        [...word, ...word],
        [...answers, ...answers],
      ]
    : [[...word], [...answers]];
  const border = Math.floor(inputs.length / 2);
  const steps = read(weights, inputs);
  const back = goBack(weights, steps, targets);
  const first = goBack(weights, steps.slice(0, border), targets.slice(0, border));
  const second = goBack(weights, steps.slice(border), targets.slice(border));
  const later = inputs.slice(border);
  const [whole, windows] = [sumOfShares(back).Whh, sumOfShares([...first, ...second]).Whh];
  const difference = windows.flat().map((value, i) => value - whole.flat()[i]!);
  return {
    twice,
    inputs,
    border,
    carried: steps[border - 1]!.h,
    loss: {
      carried: lossOf(steps.slice(border), targets.slice(border)),
      reset: lossOf(read(weights, later), targets.slice(border)),
    },
    cut: second.at(-1)!.toPast,
    dh: { whole: back.find(({ t }) => t === border)!.dh, window: first[0]!.dh },
    gradient: { whole, windows },
    missed: Math.hypot(...difference) / Math.hypot(...whole.flat()),
  };
}

function sumOfShares(steps: readonly BackwardStep[]): RnnParameters {
  const [first, ...others] = steps.map(({ share }) => share);
  return addParameters(first!, ...others);
}
