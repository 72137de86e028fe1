import type uPlotClass from 'uplot';
import { digits } from '../../../numbers.ts';
import { languageOf } from '../../shared/client/tools.ts';
import type { CurveData } from '../data.ts';
import { WORDS, type Words } from '../words.ts';

/** Inlined before this script. */
declare const uPlot: typeof uPlotClass;

type Curve = CurveData['subjects'][number];
/** Half a screen, so that the words below can be seen with it. */
const height = (): number => Math.round(Math.max(260, Math.min(620, innerHeight / 2)));
/** In the order of drawing; the band lies between the first two. */
const FIELDS = ['high', 'low', 'bound', 'stepBound', 'mean', 'median'] as const;

/** Replaces the drawing by a chart that can be asked: by pointing at it, or with the arrow keys as a slider. */
export function showCurve(
  element: HTMLElement,
  readout: HTMLElement,
  { range, subjects }: CurveData,
): () => void {
  const most = Math.max(...subjects.map(({ median }) => median.length)) - 1;
  const color = (name: string) => () => getComputedStyle(element).getPropertyValue(name).trim();
  const logs = (values: Curve['median'], field: (typeof FIELDS)[number]) =>
    Array.from({ length: most + 1 }, (_, lag) => {
      const value = values[lag] ?? null;
      if (value === null) return null;
      const log = Math.log10(value);
      if (log >= range[0]) return log;
      // the band ends at the edge of the chart; a line leaves it, since along the edge it would seem to level off
      return field === 'high' || field === 'low' ? range[0] : null;
    });
  element.replaceChildren();
  const axis = {
    stroke: color('--ink'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
    font: '13px system-ui',
  };
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: height(),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      scales: { x: { time: false, range: [0, Math.max(1, most)] }, y: { range } },
      axes: [
        { ...axis, label: 'k', labelFont: '13px system-ui', labelSize: 22 },
        {
          ...axis,
          size: 58,
          incrs: [1, 2, 5, 10, 20, 50, 100],
          values: (_, splits) => splits.map((log) => `1e${log}`),
        },
      ],
      series: [{}, ...subjects.flatMap((_, i) => seriesOf(color(i === 0 ? '--accent' : '--warm'), i))],
      bands: subjects.map((_, i) => ({
        series: [1 + FIELDS.length * i, 2 + FIELDS.length * i] as [number, number],
        fill: translucent(color(i === 0 ? '--accent' : '--warm')),
      })),
      hooks: {
        draw: [(u) => drawWindows(u, subjects, color('--ink')())],
        setCursor: [({ cursor: { idx } }) => typeof idx === 'number' && tell(idx)],
      },
    },
    [
      Array.from({ length: most + 1 }, (_, lag) => lag),
      ...subjects.flatMap((subject) => FIELDS.map((field) => logs(subject[field], field))),
    ],
    element,
  );

  let lag = 0;
  const tell = (newLag: number) => {
    lag = newLag;
    element.setAttribute('aria-valuenow', String(lag));
    const words = WORDS[languageOf()];
    element.setAttribute('aria-label', words.slider);
    element.setAttribute('aria-valuetext', words.lag(lag));
    readout.textContent = [words.lag(lag), ...subjects.map((subject) => sentence(subject, lag, words))].join(
      '\n',
    );
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(most, to));
    chart.setCursor({ left: chart.valToPos(next, 'x'), top: 0 });
    tell(next);
  };
  element.tabIndex = 0;
  for (const [name, value] of Object.entries({
    role: 'slider',
    'aria-valuemin': 0,
    'aria-valuemax': most,
  }))
    element.setAttribute(name, String(value));
  element.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.round(most / 10));
    const to = {
      ArrowLeft: lag - 1,
      ArrowDown: lag - 1,
      ArrowRight: lag + 1,
      ArrowUp: lag + 1,
      PageDown: lag - page,
      PageUp: lag + page,
      Home: 0,
      End: most,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: height() })).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw());
  tell(0);
  return () => tell(lag);
}

type Color = () => string;
/** Variables of the page are colours of six digits; two more make them translucent. */
const translucent =
  (color: Color): Color =>
  () =>
    `${color()}26`;

function seriesOf(stroke: Color, subject: number): uPlotClass.Series[] {
  const points = { show: false };
  return FIELDS.map((field) => {
    if (field === 'median') return { stroke, points, width: 2.5, ...(subject === 1 && { dash: [8, 5] }) };
    if (field === 'mean') return { stroke, points, width: 1 };
    if (field === 'bound') return { stroke, points, width: 1, dash: [4, 4] };
    if (field === 'stepBound') return { stroke, points, width: 1.5, dash: [1, 4] };
    return { points, width: 0 };
  });
}

/** A mark at the end of the window of training. */
function drawWindows({ ctx, bbox, valToPos }: uPlotClass, subjects: readonly Curve[], ink: string): void {
  ctx.save();
  ctx.fillStyle = ink;
  ctx.font = `${13 * devicePixelRatio}px system-ui`;
  const windows = new Set(subjects.map(({ seqLength }) => seqLength));
  for (const [i, seqLength] of [...windows].entries()) {
    const x = valToPos(seqLength, 'x', true);
    if (x > bbox.left + bbox.width) continue;
    const right = x < bbox.left + bbox.width / 2;
    ctx.textAlign = right ? 'left' : 'right';
    ctx.fillRect(x, bbox.top, 1.5 * devicePixelRatio, bbox.height);
    const y = bbox.top + bbox.height - (8 + 18 * i) * devicePixelRatio;
    ctx.fillText(`seq-length ${seqLength}`, x + (right ? 6 : -6), y);
  }
  ctx.restore();
}

function sentence({ name, ...columns }: Curve, lag: number, words: Words): string {
  const who = name && `${name}: `;
  if (lag >= columns.median.length) return `${who}${words.notMeasured}`;
  const at = (field: (typeof FIELDS)[number]) => digits(columns[field][lag]);
  const figures = {
    median: at('median'),
    mean: at('mean'),
    low: at('low'),
    high: at('high'),
    stepBound: at('stepBound'),
  };
  return `${who}${words.curve(figures, columns.bound[lag] == null ? null : at('bound'))}`;
}
