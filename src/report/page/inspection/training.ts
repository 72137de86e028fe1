import type { FlowRow } from '../../../checkpoint/index.ts';
import { digits, grouped } from '../../numbers.ts';
import { type Bilingual, both, wordsHtml } from '../languages.ts';
import { chart, dots, line, type Point, rangeOf } from '../svg.ts';
import { dataTable, figures, legend, numbers, type Section, section } from './parts.ts';
import { said } from './phrases.ts';
import { type PageSubject, type Subjects, seriesOf } from './subject.ts';

export const tensorSection = (subjects: Subjects): Section =>
  section({
    id: 'tensors',
    title: both('Gradients and updates by tensor', '텐서별 기울기와 갱신'),
    body: `${dataTable(
      { en: 'Gradients and updates', ko: '기울기와 갱신' },
      {
        first: { en: 'tensor', ko: '텐서' },
        rest: [
          { en: 'gradient / parameter', ko: '기울기 / 매개변수' },
          { en: 'update / parameter', ko: '갱신 / 매개변수' },
        ],
        subjects,
      },
      tensorRows(subjects),
    )}
${subjects.map(rate).join('\n')}
${subjects.map(clipping).join('\n')}`,
    what: both(
      `The norm of the gradient, and of one step of the optimizer, relative to the norm of what they change: ‖dW‖/‖W‖ and ‖ΔW‖/‖W‖.
The step is the one that the run would make next, with the learning rate its schedule has there, on a window of the text measured
here that begins from h = 0. Updates around 1e-3 of a tensor are a rule of thumb; far larger ones make training jump, far smaller ones make it stand still.
Clipping scales the whole gradient down to --clip-norm when it is longer, so that one steep step can't throw the weights far away.`,
      `기울기의 크기와 최적화기 한 단계의 크기를 그것이 바꾸는 것의 크기로 나눈 값, ‖dW‖/‖W‖와 ‖ΔW‖/‖W‖입니다. 이 단계는 학습을 이어 간다면 다음에 올 단계로, 그때의 학습률로, h = 0에서 시작하는 글의 창 하나에서 쟀습니다. 갱신이 텐서의 1e-3쯤이면 경험에 맞습니다. 훨씬 크면 학습이 튀고 훨씬 작으면 제자리에 있습니다. 클리핑은 기울기가 --clip-norm보다 길면 전체를 그만큼 줄입니다. 가파른 한 단계가 가중치를 멀리 던져 버리지 않게 합니다.`,
    ),
    source: both(
      'CS231n notes (neural networks 3); Pascanu, Mikolov &amp; Bengio 2013, algorithm 1',
      'CS231n 강의 노트(신경망 3); Pascanu, Mikolov &amp; Bengio 2013, 알고리즘 1',
    ),
  });

function tensorRows(subjects: Subjects): string[][] {
  const columns = subjects.map(
    ({ inspection }) => new Map(inspection.tensors.map((tensor) => [tensor.name, tensor])),
  );
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return names.map((name) => [
    name,
    ...columns.flatMap((column) => [
      digits(column.get(name)?.gradientToParameter),
      digits(column.get(name)?.updateToParameter),
    ]),
  ]);
}

const rate = ({ name, inspection: { nextUpdate } }: PageSubject): string =>
  `<p>${wordsHtml(said((words) => words.updateRate(name, nextUpdate)))}</p>`;

const clipping = ({ name, inspection: { clipping, model } }: PageSubject): string =>
  `<p>${wordsHtml(said((words) => words.clipping(name, clipping, model.step)))}</p>`;

const FLOW: { title: Bilingual; label: string | Bilingual; of: (row: FlowRow) => number | null }[] = [
  {
    title: { en: 'Gradient left at the end of the window', ko: '창의 끝에 남은 기울기' },
    label: { en: 'log10 of the fraction kept', ko: '남은 비율의 log10' },
    of: ({ kept }) => (kept !== null && kept > 0 ? Math.log10(kept) : null),
  },
  {
    title: { en: 'Gradient kept per step', ko: '단계마다 남는 기울기' },
    label: { en: 'factor', ko: '배율' },
    of: ({ decayPerStep }) => decayPerStep,
  },
  {
    title: { en: 'Largest Lyapunov exponent', ko: '가장 큰 랴푸노프 지수' },
    label: { en: 'nats a step', ko: '단계당 nat' },
    of: ({ largestLyapunov }) => largestLyapunov,
  },
  {
    title: { en: 'Largest singular value of Whh', ko: 'Whh의 최대 특잇값' },
    label: 'σ',
    of: ({ largestSingularValue }) => largestSingularValue,
  },
  {
    title: { en: 'Spectral radius of Whh', ko: 'Whh의 스펙트럼 반지름' },
    label: 'ρ',
    of: ({ spectralRadius }) => spectralRadius,
  },
  {
    title: { en: 'Large states, |h| > 0.99', ko: '큰 상태, |h| > 0.99' },
    label: { en: 'share', ko: '비율' },
    of: ({ shareAbove99 }) => shareAbove99,
  },
];

export function flowSection(subjects: Subjects): Section {
  const recorded = subjects.some(({ inspection }) => inspection.flow.length > 0);
  return section({
    id: 'flow',
    title: both('How the flow changed during training', '학습하는 동안 흐름의 변화'),
    body: recorded
      ? `${legend(subjects)}${figures(FLOW.map(({ title, label, of }) => ({ title, svg: overSteps(subjects, title, label, of) })))}${subjects.map(flowTable).join('')}`
      : `<p>${both(
          'Nothing was recorded during training: <code>rnn train --inspect-every 500</code> records these numbers every 500 steps.',
          '학습하는 동안 기록된 것이 없습니다. <code>rnn train --inspect-every 500</code>은 500단계마다 이 숫자를 기록합니다.',
        )}</p>`,
    what: both(
      `The main numbers of this page, measured again and again during training. φ(T)/φ(0) is the fraction of the gradient that is left at
the far end of a window of T steps.`,
      `이 페이지의 주된 숫자를 학습하는 동안 거듭 잰 것입니다. φ(T)/φ(0)은 T단계 창의 끝에 남은 기울기의 비율입니다.`,
    ),
    source: 'rnn train --inspect-every',
  });
}

function overSteps(
  subjects: Subjects,
  title: Bilingual,
  label: string | Bilingual,
  of: (row: FlowRow) => number | null,
): string {
  const curves = subjects.map(({ inspection }) => inspection.flow.map((row): Point => [row.step, of(row)]));
  const [last] = curves.map((points) => points.at(-1)?.[1]);
  return chart(
    {
      x: {
        range: rangeOf(curves.flat().map(([step]) => step)),
        label: { en: 'step', ko: '단계' },
        format: grouped,
      },
      y: { range: rangeOf(curves.flat().map(([, value]) => value)), label },
      summary: {
        en: `${title.en} over training, at last ${digits(last)}`,
        ko: `학습하는 동안: ${title.ko}, 마지막에 ${digits(last)}`,
      },
    },
    (px, py) =>
      curves
        .map((points, i) => line(points, px, py, seriesOf(i)) + dots(points, px, py, seriesOf(i)))
        .join(''),
  );
}

const flowTable = ({ name, inspection }: PageSubject): string =>
  inspection.flow.length === 0
    ? ''
    : numbers(
        { en: `during training, ${name}`, ko: `학습하는 동안, ${name}` },
        {
          first: { en: 'step', ko: '단계' },
          rest: [
            { en: 'kept', ko: '남음' },
            { en: 'kept per step', ko: '단계마다 남음' },
            { en: 'advised seq-length', ko: '권하는 seq-length' },
            { en: 'largest exponent', ko: '가장 큰 지수' },
            'σ',
            'ρ',
            '|h| > 0.99',
          ],
          subjects: [],
        },
        inspection.flow.map((row) => [
          grouped(row.step),
          ...[
            row.kept,
            row.decayPerStep,
            row.recommendedSeqLength,
            row.largestLyapunov,
            row.largestSingularValue,
            row.spectralRadius,
            row.shareAbove99,
          ].map(digits),
        ]),
      );
