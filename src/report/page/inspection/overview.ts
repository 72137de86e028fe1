import type { Answers, Inspection } from '../../../inspect/index.ts';
import { FLOW_DEFINITIONS, FLOW_FACTORS, FLOW_STEPS } from '../../../vanishing.ts';
import { harmlessLine } from '../../escape.ts';
import { digits, percentage } from '../../numbers.ts';
import { ORDER as ANSWERS } from '../../terminal/answers.ts';
import { escapeHtml } from '../document.ts';
import { type Bilingual, both, wordsHtml } from '../languages.ts';
import { dataTable, type Section } from './parts.ts';
import { said, saidIfAny } from './phrases.ts';
import type { PageSubject, Subjects } from './subject.ts';

/** The three answers first, then what was measured. */
export const overview = (subjects: Subjects): string => `
<div class="answers">${ANSWERS.map((key, i) => question(subjects, key, i + 1)).join('\n')}</div>
<div class="models">${subjects.map(model).join('\n')}</div>`;

const FIGURES_TITLE = both('Main figures', '주된 숫자');

/** The main figures in one table, for who has seen the curve. */
export const figuresSection = (subjects: Subjects): Section => ({
  id: 'figures',
  title: FIGURES_TITLE,
  html: `
<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">${FIGURES_TITLE}</h2>
${dataTable({ en: 'Figures of the whole text', ko: '글 전체의 숫자' }, { first: { en: 'figure', ko: '항목' }, rest: [{ en: 'value', ko: '값' }], subjects }, rows(subjects))}
</section>`,
});

const EXPLAINED: Record<keyof Answers, string> = {
  travel: both(
    `Of the network's steps alone, whatever the loss: largest singular values of products of Jacobians. <em>Vanishing</em> means that
${FLOW_DEFINITIONS.vanishing}, <em>exploding</em> that ${FLOW_DEFINITIONS.exploding}.`,
    `손실과 상관없이 신경망의 단계만 봅니다. 야코비 행렬의 곱의 최대 특잇값입니다. 가장 덜 줄어드는 방향에서 ${FLOW_STEPS}단계 동안 ${FLOW_FACTORS.vanishing}배보다 적게 남으면 <em>소실</em>, ${FLOW_FACTORS.exploding}배보다 커질 수 있으면 <em>폭발</em>입니다.`,
  ),
  loss: both(
    'Of single losses of this text. A model that knows the answer sends no gradient for it, so this does not say how good it is.',
    '이 글의 손실을 하나씩 봅니다. 답을 아는 모델은 그 답에 기울기를 보내지 않으므로, 모델이 얼마나 좋은지를 말하지는 않습니다.',
  ),
  past: both(
    'Without gradients: what is lost when another part of the text stands before the last characters.',
    '기울기를 쓰지 않습니다. 마지막 문자들 앞에 글의 다른 부분이 오면 무엇을 잃는지 봅니다.',
  ),
};

function question(subjects: Subjects, key: keyof Answers, number: number): string {
  const answers = subjects.map(({ name, inspection }) => {
    const who = subjects.length > 1 ? `<b>${escapeHtml(name)}:</b> ` : '';
    return `<p>${who}${wordsHtml(said((words) => harmlessLine(words.answer(key, inspection))))}</p>`;
  });
  const difference = saidIfAny((words) => words.difference(key, subjects));
  const compared = difference === null ? '' : `<p><strong>${wordsHtml(difference)}</strong></p>`;
  return `<article class="answer" id="answer-${key}">
<h2 id="answer-${key}-title">${number}. ${wordsHtml(said((words) => words.question(key)))}</h2>
${answers.join('\n')}${compared}
<p class="quiet">${EXPLAINED[key]}</p>
</article>`;
}

function model({ name, inspection }: PageSubject): string {
  const fault = saidIfAny((words) => words.fault(inspection));
  const broken = fault === null ? '' : ` <strong>${wordsHtml(fault)}</strong>`;
  return `<p class="quiet">${escapeHtml(name)}: ${wordsHtml(said((words) => `${words.model(inspection)}.`))}${broken} ${wordsHtml(said((words) => harmlessLine(words.measured(inspection))))}</p>`;
}

const FIGURES: [name: Bilingual, of: (inspection: Inspection) => string | Bilingual][] = [
  [
    { en: 'gradient kept per step', ko: '단계마다 남는 기울기' },
    ({ decayPerStep }) => `× ${digits(decayPerStep)}`,
  ],
  [
    { en: 'halves every', ko: '반으로 줄어드는 단계' },
    ({ halfLife }) => said((words) => words.halfLife(halfLife)),
  ],
  [
    { en: 'memory length −1/ln(kept per step)', ko: '기억 길이 −1/ln(단계마다 남는 비율)' },
    ({ memoryLength }) => steps(memoryLength),
  ],
  [{ en: 'seq-length it was trained with', ko: '학습에 쓴 seq-length' }, ({ seqLength }) => steps(seqLength)],
  [
    { en: 'shortest seq-length with a bias below 10 %', ko: '편향이 10 %보다 작은 가장 짧은 seq-length' },
    ({ recommendedSeqLength }) => steps(recommendedSeqLength),
  ],
  [
    { en: 'past replaced by other text', ko: '과거를 다른 글로 바꾸면' },
    ({ horizon }) => said((words) => words.horizon(horizon.replaced)),
  ],
  [
    { en: 'past cut off', ko: '과거를 잘라 내면' },
    ({ horizon }) => said((words) => words.horizon(horizon.cut)),
  ],
  [
    { en: 'factors of a step in the top layer', ko: '맨 위 층 한 단계의 인자' },
    ({ stepFactors }) => said((words) => words.stepFactors(stepFactors)),
  ],
  [
    { en: 'largest Lyapunov exponent', ko: '가장 큰 랴푸노프 지수' },
    ({ lyapunov }) => said((words) => words.nats(lyapunov[0])),
  ],
  [
    { en: 'spectral radius ρ(Whh), top layer', ko: '스펙트럼 반지름 ρ(Whh), 맨 위 층' },
    ({ spectralRadius }) => digits(spectralRadius),
  ],
  [
    { en: 'largest singular value σ(Whh), top layer', ko: '최대 특잇값 σ(Whh), 맨 위 층' },
    ({ largestSingularValue }) => digits(largestSingularValue),
  ],
  [
    { en: 'mean slope of the nonlinearity', ko: '비선형 함수의 평균 기울기' },
    ({ saturation }) => digits(saturation.meanDerivative),
  ],
  [
    { en: 'flat slopes (|tanh| > 0.99, ReLU off)', ko: '평평한 곳(|tanh| > 0.99, 꺼진 ReLU)' },
    ({ saturation }) => percentage(saturation.shareFlat),
  ],
  [
    { en: '|h| above 0.9 / above 0.99', ko: '|h|가 0.9 / 0.99보다 큰 비율' },
    ({ saturation }) => `${percentage(saturation.shareAbove90)} / ${percentage(saturation.shareAbove99)}`,
  ],
  [
    { en: 'stuck units / dead units', ko: '굳은 유닛 / 죽은 유닛' },
    ({ saturation }) => `${saturation.stuckUnits} / ${saturation.deadUnits}`,
  ],
  [{ en: 'gradient check', ko: '기울기 검사' }, (inspection) => said((words) => words.check(inspection))],
];

const steps = (value: number | null): Bilingual => said((words) => words.steps(value));

const rows = (subjects: Subjects): (string | Bilingual)[][] =>
  FIGURES.map(([name, of]) => [name, ...subjects.map(({ inspection }) => of(inspection))]);
