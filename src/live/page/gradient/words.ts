import { FLOW_FACTORS, FLOW_STEPS, type Flow } from '../../../vanishing.ts';
import { inLanguage } from '../language.ts';

interface Words {
  title: string;
  during: string;
  none: (every: number) => string;
  row: string;
  rowAt: (step: string) => string;
  verdict: Record<Flow, (factor: string, exponent: string) => string>;
  definition: string;
  left: (kept: string, steps: number) => string;
  advised: (seqLength: number | null, own: number) => string;
  more: (decay: string, sigma: string, rho: string, large: string) => string;
  charts: {
    exponent: string;
    exponentAxis: string;
    kept: string;
    keptAxis: string;
    decay: string;
    decayAxis: string;
  };
  stepAxis: string;
  numbers: string;
  columns: { step: string; exponent: string; factor: string; kept: string; decay: string; advised: string };
  curve: string;
  curveAxis: string;
  curveSummary: (first: string, last: string, lags: number) => string;
  curveText: (step: string, anchors: number) => string;
  curveFigures: (decay: string, own: number, advised: number | null) => string;
  short: string;
  measuring: string;
  measure: string;
  seqLength: (T: number) => string;
}

const { vanishing, exploding } = FLOW_FACTORS;

const en: Words = {
  title: 'The gradient on its way back',
  during: 'During training',
  none: (every) =>
    `Nothing was recorded. A run that begins with --inspect-every ${every} looks at the gradient’s flow every ${every} steps.`,
  row: 'Look at step',
  rowAt: (step) => `step ${step}`,
  verdict: {
    vanishing: (factor, exponent) =>
      `Vanishing: over ${FLOW_STEPS} steps ${factor} is left (λ₁ ${exponent}).`,
    carried: (factor, exponent) => `Carried: over ${FLOW_STEPS} steps ${factor} (λ₁ ${exponent}).`,
    exploding: (factor, exponent) => `Exploding: over ${FLOW_STEPS} steps ${factor} (λ₁ ${exponent}).`,
  },
  definition: `In the direction that shrinks least: below ×${vanishing} over ${FLOW_STEPS} steps vanishing, above ×${exploding} exploding.`,
  left: (kept, steps) => `Of the gradient of one loss ${kept} is left one window (${steps} steps) back.`,
  advised: (seqLength, own) =>
    seqLength === null
      ? `No measured window misses less than 10 % of it; the run has --seq-length ${own}.`
      : `--seq-length ${seqLength} would miss less than 10 % of it; the run has ${own}.`,
  more: (decay, sigma, rho, large) =>
    `It keeps ${decay} per step. Whh: largest singular value ${sigma}, spectral radius ${rho}. |h| > 0.99 in ${large}.`,
  charts: {
    exponent: 'Largest Lyapunov exponent λ₁',
    exponentAxis: 'nats a step',
    kept: 'Of the gradient of one loss left one window back',
    keptAxis: 'log10 of the fraction',
    decay: 'Kept per step',
    decayAxis: 'factor',
  },
  stepAxis: 'step',
  numbers: 'The numbers',
  columns: {
    step: 'step',
    exponent: 'λ₁',
    factor: `over ${FLOW_STEPS} steps`,
    kept: 'left',
    decay: 'per step',
    advised: 'advised window',
  },
  curve: 'The chosen model: gradient over lag',
  curveAxis: 'lag k: steps back',
  curveSummary: (first, last, lags) => `Gradient over lag: ${first} at lag 0, ${last} at lag ${lags}`,
  curveText: (step, anchors) =>
    `φ(k) = ‖∂L/∂h‖ k steps before a loss, after step ${step}: median and 5 to 95 % of ${anchors} losses, measured here on text of the corpus. The mark is the window of training.`,
  curveFigures: (decay, own, advised) =>
    `It keeps ${decay} per step; ${advised === null ? `no window up to here misses less than 10 %` : `a window of ${advised} steps misses less than 10 %`}; the run has ${own}.`,
  short:
    'The model comes with too little text to measure on. An exported page leaves the text out; rnn ui measures it.',
  measuring: 'It is being measured …',
  measure: 'Measure it (the page may stand still for some seconds)',
  seqLength: (T) => `seq-length ${T}`,
};

const ko: Words = {
  title: '거슬러 가는 기울기',
  during: '학습하는 동안',
  none: (every) =>
    `기록된 것이 없습니다. --inspect-every ${every}으로 시작한 학습은 ${every}단계마다 기울기의 흐름을 기록합니다.`,
  row: '볼 단계',
  rowAt: (step) => `${step}단계`,
  verdict: {
    vanishing: (factor, exponent) => `소실: ${FLOW_STEPS}단계를 지나면 ${factor} 남습니다(λ₁ ${exponent}).`,
    carried: (factor, exponent) => `유지: ${FLOW_STEPS}단계를 지나면 ${factor}입니다(λ₁ ${exponent}).`,
    exploding: (factor, exponent) => `폭발: ${FLOW_STEPS}단계를 지나면 ${factor}입니다(λ₁ ${exponent}).`,
  },
  definition: `가장 덜 줄어드는 방향에서 ${FLOW_STEPS}단계 동안 ${vanishing}배보다 적게 남으면 소실, ${exploding}배보다 커지면 폭발입니다.`,
  left: (kept, steps) => `손실 하나의 기울기는 한 창(${steps}단계) 앞에 ${kept} 남습니다.`,
  advised: (seqLength, own) =>
    seqLength === null
      ? `잰 창 가운데 10 %보다 적게 놓치는 것이 없습니다. 이 학습의 --seq-length는 ${own}입니다.`
      : `--seq-length ${seqLength}이면 10 %보다 적게 놓칩니다. 이 학습은 ${own}입니다.`,
  more: (decay, sigma, rho, large) =>
    `단계마다 ${decay}배가 남습니다. Whh의 최대 특잇값 ${sigma}, 스펙트럼 반지름 ${rho}. |h| > 0.99인 상태 ${large}.`,
  charts: {
    exponent: '가장 큰 랴푸노프 지수 λ₁',
    exponentAxis: '단계당 nat',
    kept: '한 창 앞에 남은 손실 하나의 기울기',
    keptAxis: '비율의 log10',
    decay: '단계마다 남는 비율',
    decayAxis: '배율',
  },
  stepAxis: '단계',
  numbers: '숫자',
  columns: {
    step: '단계',
    exponent: 'λ₁',
    factor: `${FLOW_STEPS}단계 동안`,
    kept: '남은 비율',
    decay: '단계마다',
    advised: '권하는 창',
  },
  curve: '고른 모델: 거슬러 간 단계에 따른 기울기',
  curveAxis: '거슬러 간 단계 k',
  curveSummary: (first, last, lags) =>
    `거슬러 간 단계에 따른 기울기: 0단계에서 ${first}, ${lags}단계에서 ${last}`,
  curveText: (step, anchors) =>
    `${step}단계 모델에서 손실 k단계 전의 φ(k) = ‖∂L/∂h‖입니다. 손실 ${anchors}개의 중앙값과 5–95 %를 말뭉치의 글에서 여기서 쟀습니다. 표시는 학습의 창입니다.`,
  curveFigures: (decay, own, advised) =>
    `단계마다 ${decay}배가 남습니다. ${advised === null ? '여기까지의 어떤 창도 10 %보다 적게 놓치지 않습니다' : `${advised}단계의 창은 10 %보다 적게 놓칩니다`}. 이 학습의 창은 ${own}단계입니다.`,
  short: '모델과 함께 온 글이 모자라 잴 수 없습니다. 내보낸 페이지에는 글이 없으니 rnn ui에서 재십시오.',
  measuring: '재는 중입니다 …',
  measure: '재기 (몇 초 동안 페이지가 멈출 수 있습니다)',
  seqLength: (T) => `seq-length ${T}`,
};

export const WORDS = inLanguage<Words>(en, ko);
