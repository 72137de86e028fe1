import { digits } from '../../numbers.ts';
import { type Bilingual, both } from '../languages.ts';
import { type Axis, band, chart, dots, line, type Point, rangeOf } from '../svg.ts';
import { figures, legend, numbers, type Section, section } from './parts.ts';
import { each, said } from './phrases.ts';
import { type PageSubject, type Subjects, seriesOf } from './subject.ts';

/** How far back the model looks, measured without any gradient; and what a short window leaves out. */
export const reachSection = (subjects: Subjects): Section =>
  section({
    id: 'reach',
    title: both('How far back it matters', '얼마나 먼 과거까지 중요한가'),
    body: `${legend(subjects)}${figures([
      {
        title: {
          en: 'Loss with other text before the last k characters',
          ko: '마지막 k자 앞에 다른 글이 있을 때의 손실',
        },
        svg: horizon(subjects, 'replaced'),
      },
      {
        title: {
          en: 'Loss with nothing before the last k characters',
          ko: '마지막 k자 앞에 아무것도 없을 때의 손실',
        },
        svg: horizon(subjects, 'cut'),
      },
      {
        title: {
          en: 'What a window of K steps leaves out of the gradient',
          ko: 'K단계의 창이 기울기에서 빠뜨리는 것',
        },
        svg: bias(subjects),
      },
    ])}
${(['replaced', 'cut'] as const)
  .map((kind) =>
    numbers(
      { en: `loss with history ${kind}`, ko: kind === 'cut' ? '과거를 잘라 낸 손실' : '과거를 바꾼 손실' },
      {
        first: { en: 'characters', ko: '문자 수' },
        rest: [
          { en: 'nats a character lost', ko: '문자당 잃은 nat' },
          { en: 'from', ko: '부터' },
          { en: 'to', ko: '까지' },
        ],
        subjects,
      },
      rowsBy(subjects, 3, (subject) => pointsOf(subject, kind)),
    ),
  )
  .join('')}
${numbers(
  { en: 'truncation bias', ko: '절단 편향' },
  { first: { en: 'window, steps', ko: '창, 단계' }, rest: ['δ(K)'], subjects },
  rowsBy(subjects, 1, ({ inspection }) => inspection.truncationBias.map(({ steps, bias }) => [steps, bias])),
)}`,
    what: both(
      `First: the loss of the model when another part of the text stands before the last k characters, minus its loss with the true
history: no gradient is involved, so it shows what the model <em>uses</em>, where the curve above shows what it could still
<em>learn</em>. Second: the same from the zero state, where a part of the loss is that of a cold start. The
band is the 95 % confidence interval. Third: the relative bias δ(K) = E(K) / max<sub>K′</sub>(Σ<sub>k&lt;K′</sub> φ(k) − E(K′)) of a gradient cut after K steps, where E(K) =
Σ<sub>k≥K</sub> φ(k), with a geometric tail, is what is left out, and φ the mean over the anchors. Nothing is drawn where the tail does not
decay.`,
      `첫째: 마지막 k자 앞에 글의 다른 부분을 놓았을 때의 손실에서 진짜 앞부분이 있을 때의 손실을 뺀 값입니다. 기울기를 쓰지 않으므로 모델이 과거를 얼마나 <em>쓰는지</em> 보여 주고, 위의 곡선은 얼마나 더 <em>배울 수 있는지</em> 보여 줍니다. 둘째: 같은 것을 0 상태에서 시작한 값인데, 손실의 일부는 차가운 출발 때문입니다. 띠는 95 % 신뢰 구간입니다. 셋째: K단계에서 자른 기울기의 상대 편향 δ(K) = E(K) / max<sub>K′</sub>(Σ<sub>k&lt;K′</sub> φ(k) − E(K′))입니다. E(K) = Σ<sub>k≥K</sub> φ(k)는 기하급수 꼬리를 포함해 빠뜨린 양이고, φ는 기준점들의 평균입니다. 꼬리가 줄어들지 않으면 아무것도 그리지 않습니다.`,
    ),
    source: 'Khandelwal et al. 2018 (arXiv 1805.04623); Aicher, Foti &amp; Fox 2019 (arXiv 1905.07473)',
  });

type Kind = 'replaced' | 'cut';

const pointsOf = ({ inspection }: PageSubject, kind: Kind) =>
  inspection.horizon[kind].rows.map(
    ({ characters, extraNats, low, high }): [number, number, number | null, number | null] => [
      characters,
      extraNats,
      low,
      high,
    ],
  );

function horizon(subjects: Subjects, kind: Kind): string {
  const values = subjects.flatMap((subject) => pointsOf(subject, kind));
  return pointsAndLines(subjects, (subject) => pointsOf(subject, kind), {
    x: logAxis(
      said(({ axes }) => axes.history),
      values.map(([characters]) => characters),
    ),
    y: {
      range: rangeOf([0, ...values.flatMap(([, ...losses]) => losses)]),
      label: { en: 'nats a character lost', ko: '문자당 잃은 nat' },
    },
    summary: said((words) =>
      words.history(
        kind,
        each(subjects, ({ name, inspection }) => `${name}: ${words.horizon(inspection.horizon[kind])}`),
      ),
    ),
  });
}

function bias(subjects: Subjects): string {
  const values = subjects.flatMap(({ inspection }) => inspection.truncationBias);
  return pointsAndLines(
    subjects,
    ({ inspection }) => inspection.truncationBias.map(({ steps, bias }) => [steps, bias]),
    {
      x: logAxis(
        said(({ axes }) => axes.window),
        values.map(({ steps }) => steps),
      ),
      y: {
        range: rangeOf([0, 1, ...values.map(({ bias }) => Math.min(bias, 2))]),
        label: { en: 'bias δ(K)', ko: '편향 δ(K)' },
      },
      summary: said((words) =>
        words.bias(
          each(subjects, ({ name, inspection }) => `${name}: ${words.biasOf(inspection.truncationBias)}`),
        ),
      ),
    },
  );
}

/** More dots than this run into each other. */
const MAX_DOTS = 20;

/** Positions are powers of two, so that 1, 2, 4 … stand at even distances; 0 stands before 1. */
const place = (value: number): number => Math.log2(Math.max(value, 0.5));

function logAxis(label: Bilingual, values: readonly number[]): Axis {
  const last = Math.max(1, ...values);
  const first = Math.min(last, ...values);
  const powers = Array.from(
    { length: Math.floor(place(last)) - Math.max(0, Math.ceil(place(first))) + 1 },
    (_, i) => Math.max(0, Math.ceil(place(first))) + i,
  );
  const ticks = powers.filter((power) => power % Math.ceil(powers.length / 8) === 0);
  return {
    label,
    range: rangeOf([place(first), place(last)]),
    ticks: first < 1 ? [-1, ...ticks] : ticks,
    format: (log) => (log < 0 ? '0' : String(2 ** log)),
  };
}

function pointsAndLines(
  subjects: Subjects,
  pointsOf: (subject: PageSubject) => [x: number, y: number, low?: number | null, high?: number | null][],
  frame: { x: Axis; y: Axis; summary: Bilingual },
): string {
  return chart(frame, (px, py) =>
    subjects
      .map((subject, i) => {
        const rows = pointsOf(subject);
        const column = (c: 1 | 2 | 3) => rows.map((row): Point => [place(row[0]), row[c] ?? null]);
        const marks = rows.length > MAX_DOTS ? '' : dots(column(1), px, py, seriesOf(i));
        const spread = band(column(2), column(3), px, py, seriesOf(i));
        return spread + line(column(1), px, py, seriesOf(i)) + marks;
      })
      .join(''),
  );
}

/** One row for every x that any subject has; @param width how many values stand beside it */
function rowsBy(
  subjects: Subjects,
  width: number,
  pointsOf: (subject: PageSubject) => [number, ...(number | null)[]][],
): string[][] {
  const columns = subjects.map(
    (subject) => new Map(pointsOf(subject).map(([x, ...values]) => [x, values] as const)),
  );
  const all = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  const cells = Array.from({ length: width }, (_, i) => i);
  return all.map((x) => [
    String(x),
    ...columns.flatMap((column) => cells.map((i) => digits(column.get(x)?.[i]))),
  ]);
}
