import { CELL_ANALYSES, type LagRow } from '../../../inspect/index.ts';
import { digits } from '../../numbers.ts';
import { logRange } from '../../terminal/plot.ts';
import { scriptData } from '../document.ts';
import { both } from '../languages.ts';
import { band, chart, line, niceTicks, type Point, type Range } from '../svg.ts';
import type { CurveData } from './data.ts';
import { legend, numbers, type Section, section, thinned } from './parts.ts';
import { each, said } from './phrases.ts';
import { type PageSubject, type Subjects, seriesOf } from './subject.ts';

const MAX_TABLE_ROWS = 200;
const FIELDS = ['median', 'mean', 'low', 'high', 'bound', 'stepBound'] as const;

/** The gradient over lags: a static SVG; with JavaScript it becomes an interactive chart. */
export function curveSection(subjects: Subjects): Section {
  const range = logRange(subjects.flatMap(({ inspection }) => inspection.lags));
  const data: CurveData = {
    range: [range.bottom, range.top],
    subjects: subjects.map((subject) => ({
      name: subjects.length < 2 ? '' : subject.name,
      seqLength: subject.inspection.seqLength,
      ...(Object.fromEntries(
        FIELDS.map((field) => [field, rowsOf(subject).map((row) => rounded(row[field]))]),
      ) as Record<(typeof FIELDS)[number], (number | null)[]>),
    })),
  };
  return section({
    id: 'curve',
    title: both('The gradient on its way back through time', '시간을 거슬러 가는 기울기'),
    body: `${legend(subjects)}
<ul class="legend"><li><i class="key median"></i> ${both('median over the anchors', '기준점들의 중앙값')}</li><li><i class="key fine"></i> ${both('mean', '평균')}</li> <li><i class="key area"></i> ${both('5 to 95 % of them', '5–95 %')}</li>
${BOUNDS.filter(({ field }) => isSeen(subjects, field, range.top))
  .map(({ key, name }) => `<li><i class="key ${key}"></i> ${name}</li>`)
  .join('')}</ul>
<div class="panel"><div id="curve-chart">${staticCurve(subjects, [range.bottom, range.top])}</div>
<p id="curve-readout" class="readout" aria-live="polite">${both('The numbers stand in the table below; with JavaScript, point at the curve or use the arrow keys.', '숫자는 아래 표에 있습니다. JavaScript가 있으면 곡선을 가리키거나 화살표 키를 쓰십시오.')}</p></div>
<script type="application/json" id="curve-data">${scriptData(data)}</script>
${table(subjects)}`,
    what: both(
      `How strongly one loss still depends on the state k steps before it: φ(k) = ‖∂L<sub>s</sub>/∂h<sub>s−k</sub>‖, on a
logarithmic scale, so that a straight line is a steady decay. In an rnn of one layer no gradient can exceed
(γ·σ<sub>max</sub>(Whh))<sup>k</sup>·φ(0), γ = max f′ = 1; with the slopes f′ that were measured (1 − h² of tanh),
∏<sub>t</sub> σ<sub>max</sub>(Whh)·max<sub>j</sub> f′<sub>t,j</sub> is tighter; for gated cells only a bound of that second kind
exists. Both are drawn as the 95 % quantile over the anchors, the upper edge of the band, which never crosses them. A mean far above the
median comes from few anchors. The mark is the window of training: what lies
beyond it was never learnt from.`,
      `손실 하나가 k단계 전의 상태에 아직 얼마나 달려 있는지입니다. φ(k) = ‖∂L<sub>s</sub>/∂h<sub>s−k</sub>‖를 로그 눈금으로 그렸으므로 직선은 일정하게 줄어드는 것입니다. 한 층짜리 rnn에서 기울기는 (γ·σ<sub>max</sub>(Whh))<sup>k</sup>·φ(0), γ = max f′ = 1을 넘을 수 없습니다. 실제로 잰 f′(tanh는 1 − h²)을 쓴 ∏<sub>t</sub> σ<sub>max</sub>(Whh)·max<sub>j</sub> f′<sub>t,j</sub>는 더 빡빡한 한계이고, 게이트가 있는 셀에는 이런 한계만 있습니다. 둘 다 기준점들의 95 % 분위수, 곧 띠의 위쪽 끝으로 그렸고, 띠는 이 선을 넘지 않습니다. 평균이 중앙값보다 훨씬 크면 몇 안 되는 기준점에서 온 것입니다. 표시는 학습의 창입니다. 그 너머에서는 아무것도 배우지 않았습니다.`,
    ),
    source: both(
      'Pascanu, Mikolov &amp; Bengio 2013 (arXiv 1211.5063), eq. 6 and 7; one loss at a time as in Aicher, Foti &amp; Fox 2019 (arXiv 1905.07473)',
      'Pascanu, Mikolov &amp; Bengio 2013(arXiv 1211.5063), 식 6과 7; 손실을 하나씩 보는 것은 Aicher, Foti &amp; Fox 2019(arXiv 1905.07473)',
    ),
  });
}

const BOUNDS = [
  { field: 'bound', key: 'dash', name: both('bound from the weights, 95 %', '가중치에서 나온 한계, 95 %') },
  {
    field: 'stepBound',
    key: 'dot',
    name: both('bound from weights and slopes, 95 %', '가중치와 기울기에서 나온 한계, 95 %'),
  },
] as const;

/** Whether a bound lies in the chart beyond lag 0, where it is the measurement itself. */
const isSeen = (subjects: Subjects, field: 'bound' | 'stepBound', top: number): boolean =>
  subjects.some((subject) => rowsOf(subject).some((row) => row.lag > 0 && row[field] <= 10 ** top));

/** Weights alone bound nothing in a gated cell. */
const rowsOf = ({ inspection: { model, lags } }: PageSubject): LagRow[] =>
  CELL_ANALYSES[model.cell].boundedByWeights ? lags : lags.map((row) => ({ ...row, bound: Number.NaN }));

/** Six digits; null for what JSON can't say. */
const rounded = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toPrecision(6)) : null;

function staticCurve(subjects: Subjects, range: Range): string {
  const most = Math.max(1, ...subjects.map(({ inspection }) => inspection.lags.length - 1));
  const step = Math.max(1, Math.ceil((range[1] - range[0]) / 8));
  const ticks = niceTicks(range).filter(Number.isInteger);
  const points = (rows: readonly LagRow[], field: (typeof FIELDS)[number], below: number) =>
    rows.map((row): Point => {
      const log = Math.log10(row[field]);
      return [row.lag, log < range[0] ? below : log];
    });
  // a band ends at the edge of the chart; a line leaves it, since along the edge it would seem to level off
  const edge = (rows: readonly LagRow[], field: 'low' | 'high') => points(rows, field, range[0]);
  const curve = (rows: readonly LagRow[], field: (typeof FIELDS)[number]) => points(rows, field, Number.NaN);
  return chart(
    {
      shape: 'whole',
      x: { range: [0, most], label: { en: 'lag k: steps back', ko: '거슬러 간 단계 k' } },
      y: {
        range,
        label: '‖∂L/∂h‖',
        ticks: step === 1 ? ticks : ticks.filter((tick) => tick % step === 0),
        format: (log) => `1e${log}`,
      },
      summary: said((words) =>
        words.curve(each(subjects, ({ name, inspection }) => `${name}: ${words.curveOf(inspection)}`)),
      ),
    },
    (px, py) =>
      subjects
        .map((subject, i) => {
          const series = seriesOf(i);
          const lags = rowsOf(subject);
          return [
            band(edge(lags, 'low'), edge(lags, 'high'), px, py, series),
            line(curve(lags, 'bound'), px, py, `thin bound ${series}`),
            line(curve(lags, 'stepBound'), px, py, `thin dotted ${series}`),
            line(curve(lags, 'mean'), px, py, `thin ${series}`),
            line(curve(lags, 'median'), px, py, series),
            `<path class="rule" d="M${px(subject.inspection.seqLength)} ${py(range[0])}v-14"/>`,
          ].join('');
        })
        .join(''),
  );
}

function table(subjects: Subjects): string {
  const columns = subjects.map(rowsOf);
  const longest = columns.reduce((a, b) => (b.length > a.length ? b : a));
  const shown = thinned(longest, MAX_TABLE_ROWS);
  const rows = shown.map(({ lag }) => [
    String(lag),
    ...columns.flatMap((rows) => FIELDS.map((field) => digits(rows[lag]?.[field]))),
  ]);
  const caption = said((words) => words.lagTable(shown.length, longest.length));
  return numbers(
    caption,
    {
      first: { en: 'lag', ko: '거슬러 간 단계' },
      rest: [
        { en: 'median', ko: '중앙값' },
        { en: 'mean', ko: '평균' },
        '5 %',
        '95 %',
        { en: 'bound, weights, 95 %', ko: '한계, 가중치, 95 %' },
        { en: 'bound, weights and slopes, 95 %', ko: '한계, 가중치와 기울기, 95 %' },
      ],
      subjects,
    },
    rows,
  );
}
