import type { FlowRow } from '../../../checkpoint/index.ts';
import { digits, grouped } from '../../../report/numbers.ts';
import { band, chart, dots, line, type Point, rangeOf } from '../../../report/page/svg.ts';
import { FLOW_FACTORS, FLOW_STEPS } from '../../../vanishing.ts';
import type { LagCurve } from './lag-curve.ts';

interface Labels {
  title: string;
  /** of the vertical axis */
  axis: string;
  step: string;
}

interface OverSteps extends Labels {
  of: (row: FlowRow) => number | null;
  /** values that are marked by a line */
  marks?: readonly number[];
}

/** λ₁ at which a gradient vanishes and explodes. */
export const LIMITS = [FLOW_FACTORS.vanishing, FLOW_FACTORS.exploding].map(
  (factor) => Math.log(factor) / FLOW_STEPS,
);

/** A figure over the steps of a run, with a mark at the chosen one. */
export function overSteps(
  rows: readonly FlowRow[],
  chosen: number,
  { title, axis, step, of, marks = [] }: OverSteps,
): string {
  const points = rows.map((row): Point => [row.step, of(row)]);
  return chart(
    {
      x: { range: rangeOf(points.map(([x]) => x)), label: step, format: grouped },
      y: { range: rangeOf([...points.map(([, y]) => y), ...marks]), label: axis },
      summary: `${title}: ${digits(points.find(([x]) => x === chosen)?.[1])}`,
    },
    (px, py) =>
      [
        ...marks.map((mark) => `<path class="line thin bound b" d="M0 ${py(mark)}H1000"/>`),
        `<path class="rule" d="M${px(chosen)} 0V1000"/>`,
        line(points, px, py, 'a'),
        dots(points, px, py, 'a'),
      ].join(''),
  );
}

/** Decades below the largest value that are drawn. */
const DECADES = 8;

interface CurveLabels {
  lag: string;
  seqLength: string;
  summary: (first: string, last: string, lags: number) => string;
}

/** The gradient over lags, on a logarithmic scale, with the window of training marked. */
export function lagChart(curve: LagCurve, { lag, seqLength, summary }: CurveLabels): string {
  const { median, low, high } = curve;
  const most = median.length - 1;
  const top = Math.ceil(Math.log10(Math.max(Number.MIN_VALUE, ...high)));
  const least = Math.min(...median.filter((value) => value > 0));
  const bottom = Math.max(top - DECADES, Math.min(top - 1, Math.floor(Math.log10(least))));
  // a band ends at the edge of the chart; a line leaves it, since along the edge it would seem to level off
  const points = (values: readonly number[], below: number): Point[] =>
    values.map((value, k) => {
      const log = Math.log10(value);
      return [k, log < bottom ? below : log];
    });
  return chart(
    {
      shape: 'whole',
      x: { range: [0, most], label: lag },
      y: { range: [bottom, top], label: '‖∂L/∂h‖', ticks: decades(bottom, top), format: (log) => `1e${log}` },
      summary: summary(digits(median[0]), digits(median[most]), most),
    },
    (px, py) => {
      const right = curve.seqLength > most / 2;
      return [
        band(points(low, bottom), points(high, bottom), px, py, 'a'),
        line(points(median, Number.NaN), px, py, 'a'),
        `<path class="rule" d="M${px(curve.seqLength)} 0V1000"/>`,
        `<text x="${px(curve.seqLength) + (right ? -6 : 6)}" y="${py(top) + 16}" text-anchor="${right ? 'end' : 'start'}">${seqLength}</text>`,
      ].join('');
    },
  );
}

const decades = (bottom: number, top: number): number[] =>
  Array.from({ length: top - bottom + 1 }, (_, i) => bottom + i);
