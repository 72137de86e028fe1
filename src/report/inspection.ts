import type { Inspection } from '../inspect/index.ts';
import { harmlessLine } from './harmless.ts';
import { grouped } from './numbers.ts';
import { type Palette, plotCurve } from './plot.ts';
import { table } from './table.ts';

export interface InspectionFormat {
  width: number;
  ascii: boolean;
  color: Palette;
}

const CHART_HEIGHT = 13;
const BAR_WIDTH = 30;

/** The report of `rnn inspect-gradients` for a terminal: verdict, curve, figures, histogram, check. */
export function formatInspection(inspection: Inspection, { width, ascii, color }: InspectionFormat): string {
  const { verdict, seqLength, lags, saturation } = inspection;
  const chart = plotCurve(lags, {
    width,
    height: CHART_HEIGHT,
    mark: seqLength,
    markLabel: `seq-length ${seqLength}`,
    ascii,
    color,
  });
  return [
    color.bold(verdict.text),
    '',
    `  gradient of one loss with respect to the state k steps before it (norm, log scale)`,
    ...chart,
    '',
    table(figures(inspection)).trimEnd(),
    '',
    '  size of the states |h|',
    ...histogram(saturation.histogram, ascii, color),
    '',
  ].join('\n');
}

function figures(inspection: Inspection): [string, string][] {
  const { decayPerStep, halfLife, recommendedSeqLength, lyapunov, blame, saturation, measuredOn } =
    inspection;
  const { text, characters, anchors, warmUp } = measuredOn;
  const number = (value: number) => String(Number(value.toPrecision(3)));
  return [
    [
      'decay per step',
      `x${decayPerStep.toFixed(3)}${halfLife === null ? '' : `, halves every ${number(halfLife)} steps`}`,
    ],
    [
      'seq-length that keeps 90 %',
      recommendedSeqLength === null
        ? 'none: the gradient does not decay within the lags'
        : String(recommendedSeqLength),
    ],
    ['factors per step', `weights x${blame.weights.toFixed(3)}, tanh' x${blame.saturation.toFixed(3)}`],
    ...inspection.layers.map(({ largestSingularValue, spectralRadius }, l): [string, string] => [
      `Whh of layer ${l}`,
      `largest singular value ${number(largestSingularValue)}, spectral radius ${number(spectralRadius)} (the radius alone proves nothing for tanh)`,
    ]),
    [
      'Lyapunov exponents',
      `${lyapunov.map((value) => value.toFixed(3)).join(' ')} nats a step (top layer, largest first)`,
    ],
    [
      'tanh',
      `mean derivative ${saturation.meanDerivative.toFixed(3)}, |h| > 0.99 in ${percentage(saturation.shareAbove99)}, stuck units ${saturation.stuckUnits}`,
    ],
    ['gradient check', check(inspection)],
    [
      'measured on',
      `${anchors} anchors in ${grouped(characters)} characters of ${harmlessLine(text)}, ${warmUp} characters of warm-up, float64`,
    ],
  ];
}

const percentage = (share: number): string => `${(share * 100).toFixed(1)} %`;

function check({ gradientCheck, parameters }: Inspection): string {
  if (gradientCheck === null) return 'not made';
  const { maxRelativeError, passed, tensors } = gradientCheck;
  const checked = tensors.reduce((sum, tensor) => sum + tensor.checked, 0);
  return `${passed ? 'passed' : 'FAILED'}: back-propagation against finite differences, largest relative error ${maxRelativeError.toExponential(1)} over ${checked} of ${grouped(parameters)} parameters`;
}

function histogram(shares: readonly number[], ascii: boolean, color: Palette): string[] {
  const most = Math.max(...shares);
  return shares.map((share, i) => {
    const bar = (ascii ? '#' : '█').repeat(Math.round((share / most) * BAR_WIDTH));
    const from = (i / shares.length).toFixed(1);
    const to = ((i + 1) / shares.length).toFixed(1);
    return `  ${from}-${to} ${color.cyan(bar.padEnd(BAR_WIDTH))} ${percentage(share).padStart(7)}`;
  });
}
