import {
  type Answers,
  type Inspection,
  type LayerInspection,
  predictionFault,
  QUESTIONS,
} from '../../../inspect/index.ts';
import { decimals, digits, grouped, percentage } from '../../numbers.ts';
import { comparisonOf, modelText, type Subject } from '../../terminal/answers.ts';
import { formatCheck } from '../../terminal/gradient-check.ts';
import { horizonText, type ShortHistory } from '../../terminal/horizon.ts';
import type { Bilingual, Language } from '../languages.ts';
import { answerInKorean, KOREAN_DIFFERENCES, KOREAN_QUESTIONS } from './answers-korean.ts';

/*
 * What the page says of what was measured, each sentence in both languages: of figures, and of charts to those who hear them.
 */

type Layer = LayerInspection;
type Kind = 'replaced' | 'cut';

export interface Phrases {
  question: (key: keyof Answers) => string;
  answer: (key: keyof Answers, inspection: Inspection) => string;
  /** null where there is one subject, or nothing to compare */
  difference: (key: keyof Answers, subjects: readonly Subject[]) => string | null;
  model: (inspection: Inspection) => string;
  /** null of a model that beats a guess */
  fault: (inspection: Inspection) => string | null;
  measured: (inspection: Inspection) => string;
  /** names of both subjects in a title */
  names: (names: readonly string[]) => string;

  steps: (value: number | null) => string;
  halfLife: (value: number | null) => string;
  nats: (value: number | null | undefined) => string;
  stepFactors: (factors: Inspection['stepFactors']) => string;
  horizon: (history: ShortHistory) => string;
  check: (inspection: Inspection) => string;
  forever: string;
  updateRate: (name: string, update: Inspection['nextUpdate']) => string;
  clipping: (name: string, clipping: Inspection['clipping'], steps: number) => string;

  layer: (l: number) => string;
  block: (l: number, gate: string) => string;
  gate: (l: number, gate: string) => string;
  lagTable: (shown: number, all: number) => string;
  axes: Readonly<Record<'history' | 'window' | 'real' | 'imaginary', string>>;

  /* summaries of charts; `none` stands for a subject that lacks what is drawn */
  none: string;
  noGates: string;
  curve: (each: string) => string;
  curveOf: (inspection: Inspection) => string;
  history: (kind: Kind, each: string) => string;
  bias: (each: string) => string;
  biasOf: (rows: Inspection['truncationBias']) => string;
  spectrum: (spectrum: Layer['recurrent'][number]) => string;
  fan: (lag: number, largest: string) => string;
  exponents: (lyapunov: Layer['lyapunov']) => string;
  histogram: (each: string) => string;
  histogramOf: (name: string, saturation: Inspection['saturation']) => string;
  gateUnits: (gate: Layer['gates'][number]) => string;
  timescale: (path: NonNullable<Layer['cellPath']>) => string;
  statesMap: (units: number, characters: number) => string;
  gradientsMap: (units: number, characters: number, largest: string) => string;
  heatMaps: (name: string, units: number, characters: number) => string;
  drivers: (name: string) => string;
}

const en: Phrases = {
  question: (key) => QUESTIONS[key],
  answer: (key, { answers }) => `${answers[key].text}.`,
  difference: (key, subjects) => {
    const found: Partial<Record<keyof Answers, { text: string }>> = comparisonOf(subjects);
    return found[key] ? `${found[key].text}.` : null;
  },
  model: modelText,
  fault: predictionFault,
  measured: ({ parameters, seqLength, horizon, measuredOn }) => {
    const { text, characters, charactersRead, anchors, warmUp, precision, rngSeed } = measuredOn;
    return `${grouped(parameters)} parameters, trained with windows of ${seqLength} characters. Measured at ${grouped(anchors)} anchors in ${grouped(characters)} characters of ${text} (states on the first ${grouped(charactersRead)}; ${grouped(horizon.places)} places for the past), ${grouped(warmUp)} characters of warm-up, ${precision}, seed ${rngSeed}.`;
  },
  names: (names) => names.join(' and '),

  steps: (value) => (value === null ? 'none within the lags' : `${digits(value)} steps`),
  halfLife: (value) => (value === null ? 'never: it does not shrink' : `${digits(value)} steps`),
  nats: (value) => `${digits(value)} nats a step`,
  stepFactors: (factors) =>
    factors === null
      ? '– (gates: see below)'
      : `weights × ${digits(factors.weights)}, slopes × ${digits(factors.saturation)}`,
  horizon: horizonText,
  check: formatCheck,
  forever: 'forever',
  updateRate: (name, { step, learningRate }) =>
    `${name}: the update is number ${grouped(step)}, with a learning rate of ${digits(learningRate)}.`,
  clipping: (name, clipping, steps) => {
    if (clipping === null) return `${name}: clipping was not recorded.`;
    const { rate, shrink } = clipping;
    const by = shrink === null ? '' : `, to × ${digits(shrink)} of its length on average`;
    return `${name}: the gradient was clipped in ${percentage(rate)} of ${grouped(steps)} steps${by}.`;
  },

  layer: (l) => `Layer ${l}`,
  block: (l, gate) => `Layer ${l}, Whh${gate === 'h' ? '' : ` of gate ${gate}`}`,
  gate: (l, gate) => `Layer ${l}, gate ${gate}`,
  lagTable: (shown, all) => `gradient by lag${shown === all ? '' : `, ${shown} of ${all} lags`}`,
  axes: {
    history: 'characters of history',
    window: 'window K, steps',
    real: 'real part',
    imaginary: 'imaginary part',
  },

  none: 'none',
  noGates: 'no gates',
  curve: (each) => `Gradient norm over lag. ${each}`,
  curveOf: ({ lags }) =>
    `${digits(lags[0]?.median)} at lag 0, ${digits(lags.at(-1)?.median)} at lag ${lags.length - 1}`,
  history: (kind, each) => `Loss over the length of history, the rest ${kind}. ${each}`,
  bias: (each) => `Truncation bias over the window. ${each}`,
  biasOf: (rows) => rows.map(({ steps, bias }) => `${digits(bias)} at ${steps}`).join(', ') || 'not measured',
  spectrum: ({ eigenvalues, spectralRadius }) =>
    `${eigenvalues.length} eigenvalues, spectral radius ${digits(spectralRadius)}`,
  fan: (lag, largest) => `the largest singular value over ${lag} steps is e to the ${largest}`,
  exponents: ({ exponents, complete, steps }) =>
    `${exponents.length}${complete ? '' : ' largest'} exponents over ${steps} steps, from ${digits(exponents[0])} to ${digits(exponents.at(-1))}`,
  histogram: (each) => `Histogram of |h| in ten bins: ${each}`,
  histogramOf: (name, { histogramTop, histogram }) =>
    `${name}, up to ${digits(histogramTop)}: ${histogram.map(percentage).join(', ')}`,
  gateUnits: ({ units, mean }) => `${units.length} units, mean ${digits(mean)}`,
  timescale: ({ gate, timescales: [longest] }) =>
    `gate ${gate}, the longest timescale is ${longest === null ? 'forever' : `${digits(longest)} steps`}`,
  statesMap: (units, characters) => `States of ${units} units over ${characters} characters`,
  gradientsMap: (units, characters, largest) =>
    `Gradients of ${units} units over ${characters} characters, the largest ${largest}`,
  heatMaps: (name, units, characters) =>
    `Heat maps of ${name}: ${units} units by ${characters} characters. Arrow keys choose a unit and a character`,
  drivers: (name) => `Text of ${name}, one button a character`,
};

const ko: Phrases = {
  question: (key) => KOREAN_QUESTIONS[key],
  answer: answerInKorean,
  difference: (key, [first, second]) =>
    key === 'loss' || !first || !second
      ? null
      : KOREAN_DIFFERENCES[key]([first.inspection, second.inspection], [first.name, second.name]),
  model: ({ model: { cell, layers, hidden, step }, prediction: { nats, uniformNats } }) => {
    const bits = (value: number) => decimals(value / Math.LN2, 2);
    const loss = Number.isFinite(nats) ? `문자당 ${bits(nats)}비트` : '손실이 유한하지 않음';
    return `${cell}, ${layers}층, 층마다 유닛 ${grouped(hidden)}개, ${grouped(step)}단계; ${loss}(고르게 짐작하면 ${bits(uniformNats)})`;
  },
  fault: ({ prediction: { nats, uniformNats } }) => {
    if (!Number.isFinite(nats)) return '손실이 유한하지 않습니다. 답이 무엇이든 이 모델은 망가져 있습니다.';
    if (nats < uniformNats) return null;
    const [own, uniform] = [nats, uniformNats].map((value) => (value / Math.LN2).toFixed(3));
    return `고르게 짐작하는 것보다 잘 예측하지 못합니다(문자당 ${own}비트 대 ${uniform}비트). 이 글에서 아무것도 배우지 않았습니다.`;
  },
  measured: ({ parameters, seqLength, horizon, measuredOn }) => {
    const { text, characters, charactersRead, anchors, warmUp, precision, rngSeed } = measuredOn;
    const what = KOREAN_TEXTS[text] ?? text;
    return `매개변수 ${grouped(parameters)}개, ${seqLength}자의 창으로 학습했습니다. ${what} ${grouped(characters)}자의 기준점 ${grouped(anchors)}곳에서 쟀습니다(상태는 처음 ${grouped(charactersRead)}자, 과거는 ${grouped(horizon.places)}곳). 준비 ${grouped(warmUp)}자, ${precision}, 난수 시드 ${rngSeed}.`;
  },
  names: (names) => names.join(', '),

  steps: (value) => (value === null ? '잰 범위 안에 없음' : `${digits(value)}단계`),
  halfLife: (value) => (value === null ? '없음: 줄어들지 않습니다' : `${digits(value)}단계`),
  nats: (value) => `단계당 ${digits(value)} nat`,
  stepFactors: (factors) =>
    factors === null
      ? '– (게이트: 아래를 보십시오)'
      : `가중치 × ${digits(factors.weights)}, 비선형 함수의 기울기 × ${digits(factors.saturation)}`,
  horizon: ({ rows, contextHorizon, noHorizon }) => {
    if (!rows.every(({ extraNats }) => Number.isFinite(extraNats))) return '손실이 유한하지 않습니다';
    if (contextHorizon !== null) return `${grouped(contextHorizon)}자부터 0.01 nat보다 적게 잃습니다`;
    const longest = grouped(rows.at(-1)?.characters ?? 0);
    return noHorizon === 'cannot tell'
      ? `글이 짧아 ${longest}자에서 0.01 nat을 잃는지 알 수 없습니다`
      : `${longest}자에서도 0.01 nat보다 많이 잃습니다`;
  },
  check: ({ gradientCheck, parameters }) => {
    if (gradientCheck === null) return '하지 않음';
    const { maxRelativeError, passed, tensors } = gradientCheck;
    const sum = (key: 'checked' | 'tooSmall' | 'atKinks') =>
      tensors.reduce((total, tensor) => total + tensor[key], 0);
    const small =
      sum('tooSmall') > 0 ? `; ${sum('tooSmall')}개는 반올림 오차보다 작아 검사하지 못했습니다` : '';
    const kinks = sum('atKinks') > 0 ? `; ${sum('atKinks')}개는 ReLU가 바뀌는 곳에 있습니다` : '';
    return `${passed ? '통과' : '실패'}: 유한 차분과의 최대 상대 오차 ${maxRelativeError.toExponential(1)}, 매개변수 ${grouped(parameters)}개 가운데 ${sum('checked')}개${small}${kinks}`;
  },
  forever: '영원히',
  updateRate: (name, { step, learningRate }) =>
    `${name}: ${grouped(step)}번째 갱신, 학습률 ${digits(learningRate)}.`,
  clipping: (name, clipping, steps) => {
    if (clipping === null) return `${name}: 클리핑이 기록되지 않았습니다.`;
    const { rate, shrink } = clipping;
    const by = shrink === null ? '' : `, 길이는 평균 × ${digits(shrink)}로 줄였습니다`;
    return `${name}: ${grouped(steps)}단계의 ${percentage(rate)}에서 기울기를 잘랐습니다${by}.`;
  },

  layer: (l) => `층 ${l}`,
  block: (l, gate) => `층 ${l}, ${gate === 'h' ? '' : `게이트 ${gate}의 `}Whh`,
  gate: (l, gate) => `층 ${l}, 게이트 ${gate}`,
  lagTable: (shown, all) =>
    `거슬러 간 단계에 따른 기울기${shown === all ? '' : `, ${all}단계 가운데 ${shown}단계`}`,
  axes: { history: '과거의 문자 수', window: '창 K, 단계', real: '실수부', imaginary: '허수부' },

  none: '없음',
  noGates: '게이트 없음',
  curve: (each) => `거슬러 간 단계에 따른 기울기의 크기. ${each}`,
  curveOf: ({ lags }) =>
    `0단계에서 ${digits(lags[0]?.median)}, ${lags.length - 1}단계에서 ${digits(lags.at(-1)?.median)}`,
  history: (kind, each) =>
    `과거의 길이에 따른 손실, 나머지는 ${kind === 'cut' ? '잘라 냄' : '바꿈'}. ${each}`,
  bias: (each) => `창에 따른 절단 편향. ${each}`,
  biasOf: (rows) =>
    rows.map(({ steps, bias }) => `${steps}단계에서 ${digits(bias)}`).join(', ') || '재지 않음',
  spectrum: ({ eigenvalues, spectralRadius }) =>
    `고윳값 ${eigenvalues.length}개, 스펙트럼 반지름 ${digits(spectralRadius)}`,
  fan: (lag, largest) => `${lag}단계의 최대 특잇값은 e의 ${largest}제곱`,
  exponents: ({ exponents, complete, steps }) =>
    `${steps}단계에서 잰 ${complete ? '' : '가장 큰 '}지수 ${exponents.length}개, ${digits(exponents[0])}에서 ${digits(exponents.at(-1))}까지`,
  histogram: (each) => `열 칸으로 나눈 |h|의 분포: ${each}`,
  histogramOf: (name, { histogramTop, histogram }) =>
    `${name}, ${digits(histogramTop)}까지: ${histogram.map(percentage).join(', ')}`,
  gateUnits: ({ units, mean }) => `유닛 ${units.length}개, 평균 ${digits(mean)}`,
  timescale: ({ gate, timescales: [longest] }) =>
    `게이트 ${gate}, 가장 긴 시간 척도는 ${longest === null ? '영원' : `${digits(longest)}단계`}`,
  statesMap: (units, characters) => `문자 ${characters}개에 걸친 유닛 ${units}개의 상태`,
  gradientsMap: (units, characters, largest) =>
    `문자 ${characters}개에 걸친 유닛 ${units}개의 기울기, 가장 큰 것은 ${largest}`,
  heatMaps: (name, units, characters) =>
    `${name}의 열지도: 유닛 ${units}개, 문자 ${characters}개. 화살표 키로 유닛과 문자를 고릅니다`,
  drivers: (name) => `${name}의 글, 문자마다 단추 하나`,
};

/** Texts that the program names itself; any other has the name of its file. */
const KOREAN_TEXTS: Readonly<Record<string, string>> = {
  "the checkpoint's excerpt of its corpus": '체크포인트에 든 말뭉치의 일부',
  "the model's excerpt of its corpus": '모델에 든 말뭉치의 일부',
};

const PHRASES: Readonly<Record<Language, Phrases>> = { en, ko };

/** The same said in both languages. */
export const said = (say: (phrases: Phrases) => string): Bilingual => ({
  en: say(PHRASES.en),
  ko: say(PHRASES.ko),
});

/** The same where there may be nothing to say. */
export function saidIfAny(say: (phrases: Phrases) => string | null): Bilingual | null {
  const [en, ko] = [say(PHRASES.en), say(PHRASES.ko)];
  return en === null || ko === null ? null : { en, ko };
}

/** What is said of a chart, after its title. */
export const titled = ({ en, ko }: Bilingual, say: (phrases: Phrases) => string): Bilingual => ({
  en: `${en}: ${say(PHRASES.en)}`,
  ko: `${ko}: ${say(PHRASES.ko)}`,
});

/** What is said of each subject, as one sentence. */
export const each = <T>(subjects: readonly T[], say: (subject: T, i: number) => string): string =>
  subjects.map(say).join('; ');
