import { digits } from '../numbers.ts';
import { type Bilingual, labelOf, wordsSvg } from './languages.ts';

export type Range = readonly [from: number, to: number];
/** A value → its coordinate. */
export type Scale = (value: number) => number;

export interface Axis {
  range: Range;
  label: string | Bilingual;
  ticks?: readonly number[];
  format?: (value: number) => string | Bilingual;
}

export interface Chart {
  x: Axis;
  y: Axis;
  /** alternative text for screen readers */
  summary: string | Bilingual;
  shape?: keyof typeof SIZES;
}

/** Width and height; the drawing area of `square` is one. */
const SIZES = { wide: [420, 270], square: [366, 332], whole: [840, 360] } as const;
const [LEFT, RIGHT, TOP, BOTTOM] = [74, 12, 10, 42];
/** Far outside of any chart; larger coordinates are of no use. */
const FAR = 1e5;

/** A chart with two linear axes, as SVG; what is drawn outside of them is cut off. */
export function chart(
  { x, y, summary, shape = 'wide' }: Chart,
  draw: (px: Scale, py: Scale) => string,
): string {
  const [width, height] = SIZES[shape];
  const [right, bottom] = [width - RIGHT, height - BOTTOM];
  const px = scale(x.range, [LEFT, right]);
  const py = scale(y.range, [bottom, TOP]);
  const [w, h] = [right - LEFT, bottom - TOP];
  return [
    `<svg class="chart ${shape}" viewBox="0 0 ${width} ${height}" role="img" ${labelOf(summary)}>`,
    ...ticksOf(x).map(
      (value) =>
        `<path class="grid" d="M${px(value)} ${TOP}V${bottom}"/><text x="${px(value)}" y="${bottom + 16}" text-anchor="middle">${label(x, value)}</text>`,
    ),
    ...ticksOf(y).map(
      (value) =>
        `<path class="grid" d="M${LEFT} ${py(value)}H${right}"/><text x="${LEFT - 6}" y="${py(value) + 4}" text-anchor="end">${label(y, value)}</text>`,
    ),
    `<svg x="${LEFT}" y="${TOP}" width="${w}" height="${h}" viewBox="${LEFT} ${TOP} ${w} ${h}">${draw(px, py)}</svg>`,
    `<text x="${(LEFT + right) / 2}" y="${height - 6}" text-anchor="middle">${wordsSvg(x.label)}</text>`,
    `<text transform="translate(12 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">${wordsSvg(y.label)}</text>`,
    '</svg>',
  ].join('');
}

const ticksOf = ({ ticks, range }: Axis): readonly number[] => ticks ?? niceTicks(range);
const label = ({ format = digits }: Axis, value: number): string => wordsSvg(format(value));

function scale([from, to]: Range, [start, end]: Range): Scale {
  return (value) => {
    const at = start + ((value - from) / (to - from)) * (end - start);
    return Math.round(Math.max(-FAR, Math.min(FAR, at)) * 10) / 10;
  };
}

/** Round numbers within a range, about five of them. */
export function niceTicks([from, to]: Range): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step + 1e-9) - first;
  return Array.from({ length: count + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The range of all finite values with a little room, or of `otherwise` when there are none. */
export function rangeOf(values: Iterable<number | null>, otherwise: Range = [0, 1]): Range {
  let [from, to] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  if (from > to) return otherwise;
  const room = (to - from) * 0.04 || Math.abs(from) * 0.1 || 0.1;
  return [from - room, to + room];
}

export type Point = readonly [x: number, y: number | null];

/** The points as coordinates; what is not finite is left out. */
function* placed(points: Iterable<Point>, px: Scale, py: Scale): Generator<[number, number] | null> {
  for (const [x, y] of points)
    yield y !== null && Number.isFinite(x) && Number.isFinite(y) ? [px(x), py(y)] : null;
}

/** A line through the points, broken where one is not finite. */
export function line(points: Iterable<Point>, px: Scale, py: Scale, className: string): string {
  let [d, pen] = ['', false];
  for (const at of placed(points, px, py)) {
    if (at !== null) d += pen ? `L${at[0]} ${at[1]}` : `M${at[0]} ${at[1]}h0`;
    pen = at !== null;
  }
  return `<path class="line ${className}" d="${d}"/>`;
}

/** Dots, as lines of no length with wide ends: a dozen bytes each. */
export function dots(points: Iterable<Point>, px: Scale, py: Scale, className: string): string {
  let d = '';
  for (const at of placed(points, px, py)) if (at !== null) d += `M${at[0]} ${at[1]}h0`;
  return `<path class="dots ${className}" d="${d}"/>`;
}

/** The area between two lines over the same x. */
export function band(
  low: readonly Point[],
  high: readonly Point[],
  px: Scale,
  py: Scale,
  className: string,
): string {
  const outline = [...placed(high, px, py), ...placed(low.toReversed(), px, py)].filter((at) => at !== null);
  if (outline.length === 0) return '';
  return `<path class="band ${className}" d="M${outline.map((at) => at.join(' ')).join('L')}z"/>`;
}

export const SVG_STYLE = `
.chart { display: block; width: 100%; height: auto; }
.chart text { font-size: 13px; }
.grid { stroke: var(--line); fill: none; }
.line, .dots, .rule { fill: none; }
.rule { stroke: var(--quiet); stroke-width: 1.5; }
.line { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.thin { stroke-width: 1; opacity: .75; }
.line.b { stroke-dasharray: 7 5; }
.line.bound { stroke-dasharray: 3 4; }
.line.dotted { stroke-dasharray: 1 5; }
.dots { stroke-width: 5; stroke-linecap: round; opacity: .8; }
.dots.b { stroke-linecap: square; }
.band { stroke: none; }
.band.a { fill: var(--band); } .band.b { fill: var(--warm); opacity: .16; }
.a { stroke: var(--accent); } .b { stroke: var(--warm); }
.bar.a { fill: var(--accent); } .bar.b { fill: var(--warm); }
`;
