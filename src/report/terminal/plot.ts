import { displayWidth, padStart } from './width.ts';

/** A point of the curve: x is its place in the array. */
export interface CurvePoint {
  median: number;
  low: number;
  high: number;
  bound: number;
  stepBound: number;
  /** the median of a second model, where one is compared */
  other?: number;
}

/** Colours as functions of text, so that no colour at all is the identity. */
export interface Palette {
  bold(text: string): string;
  dim(text: string): string;
  cyan(text: string): string;
  yellow(text: string): string;
}

export interface PlotOptions {
  width: number;
  height: number;
  /** places on the axis that get a tick */
  ticks: readonly { at: number; label: string }[];
  /** of the models whose medians are drawn */
  names: readonly string[];
  ascii: boolean;
  color: Palette;
}

const SYMBOLS = {
  unicode: {
    median: '●',
    other: '○',
    band: '░',
    bound: '┄',
    stepBound: '·',
    axis: '┤',
    corner: '└',
    line: '─',
    mark: '▲',
  },
  ascii: {
    median: '*',
    other: 'o',
    band: ':',
    bound: '-',
    stepBound: '.',
    axis: '|',
    corner: '+',
    line: '-',
    mark: '^',
  },
};
const LABEL_WIDTH = 8;
/** No chart spans more powers of ten than this; what lies below sits on the floor. */
const MAX_DECADES = 16;

type Mark = 'median' | 'other' | 'band' | 'bound' | 'stepBound';

/** Named is only what can be seen. */
const LEGEND: [Mark, (names: readonly string[]) => string][] = [
  ['median', ([name, other]) => (other === undefined ? 'median' : `median of ${name}`)],
  ['band', (names) => `5-95 %${ofFirst(names)}`],
  ['other', ([, other]) => `median of ${other}`],
  ['bound', (names) => `bound by weights, 95 %${ofFirst(names)}`],
  ['stepBound', (names) => `bound by slopes, 95 %${ofFirst(names)}`],
];

/** Of two models only the first has a band and bounds. */
const ofFirst = ([name, other]: readonly string[]): string => (other === undefined ? '' : ` of ${name}`);

/** A curve with its band and a bound over a logarithmic axis, as lines of text. */
export function plotCurve(points: readonly CurvePoint[], options: PlotOptions): string[] {
  const { width, height, ascii, color } = options;
  const symbols = ascii ? SYMBOLS.ascii : SYMBOLS.unicode;
  const columns = Math.min(width - LABEL_WIDTH - 1, points.length);
  const { bottom, top } = logRange(points);
  const rowOf = (value: number) => {
    const share = (Math.log10(Math.max(value, 10 ** bottom)) - bottom) / (top - bottom);
    return height - 1 - Math.round(share * (height - 1));
  };
  const grid = Array.from({ length: height }, () => new Array<Mark | undefined>(columns).fill(undefined));
  for (let column = 0; column < columns; column++) {
    const point = points[pointAt(column, columns, points.length)]!;
    const { median, low, high, other } = point;
    for (let row = Math.max(0, rowOf(high)); row <= rowOf(low); row++) grid[row]![column] = 'band';
    const draw = (mark: Mark, value: number) => {
      const row = grid[rowOf(value)];
      if (row) row[column] = mark;
    };
    // at lag 0 the bounds are the measurement itself
    if (column > 0) for (const mark of ['bound', 'stepBound'] as const) draw(mark, point[mark]);
    draw('median', median);
    if (other !== undefined) draw('other', other);
  }
  const paint: Record<Mark, string> = {
    median: color.cyan(symbols.median),
    band: color.dim(symbols.band),
    bound: color.yellow(symbols.bound),
    stepBound: color.yellow(symbols.stepBound),
    other: color.bold(symbols.other),
  };
  const lines = grid.map((row, i) => {
    const exponent = top - (i / (height - 1)) * (top - bottom);
    const label = i % 3 === 0 || i === height - 1 ? `1e${Math.round(exponent)}` : '';
    return `${label.padStart(LABEL_WIDTH)}${symbols.axis}${row.map((mark) => (mark ? paint[mark] : ' ')).join('')}`;
  });
  const drawn = new Set(grid.flat());
  const named = LEGEND.filter(([mark]) => drawn.has(mark)).map(
    ([mark, label]) => `${paint[mark]} ${label(options.names)}`,
  );
  return [
    ...lines,
    ...xAxis(points.length, columns, options, symbols),
    ...inLines(named, width - LABEL_WIDTH - 1).map((line) => ' '.repeat(LABEL_WIDTH + 1) + line),
  ];
}

const pointAt = (column: number, columns: number, count: number): number =>
  columns === 1 ? 0 : Math.round((column * (count - 1)) / (columns - 1));

/** Whole powers of ten around the measured values; the bound may leave the chart at its top. */
export function logRange(points: readonly Omit<CurvePoint, 'bound' | 'stepBound'>[]): {
  bottom: number;
  top: number;
} {
  const values = points
    .flatMap(({ low, median, high, other }) => [low, median, high, other ?? 0])
    .filter((value) => value > 0 && value < Infinity);
  const logs = values.map(Math.log10);
  const top = Math.ceil(Math.max(...logs, -300));
  const bottom = Math.max(Math.floor(Math.min(...logs, 300)), top - MAX_DECADES);
  return { bottom: Math.min(bottom, top - 1), top };
}

function xAxis(
  count: number,
  columns: number,
  { width, ticks, color }: PlotOptions,
  symbols: (typeof SYMBOLS)['unicode'],
): string[] {
  const indent = ' '.repeat(LABEL_WIDTH);
  const line = `${indent}${symbols.corner}${symbols.line.repeat(columns)}`;
  const last = String(count - 1);
  const ends = `0${last.padStart(columns - 1)}`;
  const scale = `${'lag'.padStart(LABEL_WIDTH)} ${ends}`;
  const marked = ticks
    .filter(({ at }) => at < count)
    .map(({ at, label }) => {
      const column = count === 1 ? 0 : Math.round((at * (columns - 1)) / (count - 1));
      const fits = column + displayWidth(label) + 2 <= width - LABEL_WIDTH - 1;
      const tick = fits
        ? `${' '.repeat(column)}${symbols.mark} ${label}`
        : padStart(`${label} ${symbols.mark}`, column + 1);
      return `${indent} ${color.bold(tick)}`;
    });
  return [line, scale, ...marked];
}

/** Items beside each other, none cut in two. */
export function inLines(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const longer = [...lines.slice(-1), item].join('   ');
    if (displayWidth(longer) <= width) lines.splice(-1, 1, longer);
    else lines.push(item);
  }
  return lines;
}
