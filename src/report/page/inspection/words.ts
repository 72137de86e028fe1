import { visible } from '../../characters.ts';
import type { Language } from '../languages.ts';

/*
 * What the page says of what is pointed at, in both languages. This file also runs in the browser.
 */

export interface Words {
  names: Readonly<Record<string, string>>;
  lag: (lag: number) => string;
  slider: string;
  notMeasured: string;
  /** of one subject at a lag; null where nothing is bounded by the weights alone */
  curve: (
    figures: Readonly<Record<'median' | 'mean' | 'low' | 'high' | 'stepBound', string>>,
    bound: string | null,
  ) => string;
  cell: (unit: number, character: string, place: number, state: string, gradient: string) => string;
  notNumber: string;
  below: (value: string) => string;
  about: (value: string) => string;
  distance: (back: number) => string;
  /** of a prediction; null where the text's own next character is not known or the same */
  prediction: (context: string, predicted: string, p: string, driven: string, truth: string) => string;
  driven: (drivers: readonly string[]) => string;
  goesOn: string;
  goesOnWith: (character: string) => string;
}

const en: Words = {
  names: { ' ': 'space', '\n': 'newline', '\t': 'tab', '\r': 'carriage return' },
  lag: (lag) => `Lag ${lag}`,
  slider: 'Lag of which the gradient is read out',
  notMeasured: 'not measured',
  curve: ({ median, mean, low, high, stepBound }, bound) =>
    `median ${median}, mean ${mean}, 5 to 95 % of anchors ${low} to ${high}; bound${bound === null ? '' : ` from the weights ${bound},`} with the slopes ${stepBound}`,
  cell: (unit, character, place, state, gradient) =>
    `Unit ${unit} after ${character}, character ${place}: state ${state}, gradient ${gradient}.`,
  notNumber: 'not a number',
  below: (value) => `below ${value}`,
  about: (value) => `about ${value}`,
  distance: (back) => (back === 0 ? 'just read' : `${back} back`),
  prediction: (context, predicted, p, driven, truth) =>
    `After “${context}” the model expects ${predicted} (p = ${p}), ${driven}${truth}.`,
  driven: (drivers) =>
    drivers.length === 0 ? 'driven by nothing that was measured' : `driven most by ${drivers.join(', ')}`,
  goesOn: '; so the text goes on',
  goesOnWith: (character) => `; the text goes on with ${character}`,
};

const ko: Words = {
  names: { ' ': '빈칸', '\n': '줄 바꿈', '\t': '탭', '\r': '캐리지 리턴' },
  lag: (lag) => `${lag}단계 앞`,
  slider: '기울기를 읽을 단계',
  notMeasured: '재지 않음',
  curve: ({ median, mean, low, high, stepBound }, bound) =>
    `중앙값 ${median}, 평균 ${mean}, 기준점의 5–95 % ${low}에서 ${high}; 한계${bound === null ? '' : ` 가중치 ${bound},`} 기울기까지 ${stepBound}`,
  cell: (unit, character, place, state, gradient) =>
    `${place}번 문자 ${character} 뒤의 유닛 ${unit}: 상태 ${state}, 기울기 ${gradient}.`,
  notNumber: '수가 아님',
  below: (value) => `${value}보다 작음`,
  about: (value) => `약 ${value}`,
  distance: (back) => (back === 0 ? '방금 읽음' : `${back}자 앞`),
  prediction: (context, predicted, p, driven, truth) =>
    `“${context}” 다음에 모델은 ${predicted}을(를) 기대합니다(p = ${p}). ${driven}${truth}.`,
  driven: (drivers) =>
    drivers.length === 0
      ? '잰 것 가운데 이끄는 것이 없습니다'
      : `가장 많이 이끄는 문자: ${drivers.join(', ')}`,
  goesOn: '; 글도 그렇게 이어집니다',
  goesOnWith: (character) => `; 글은 ${character}(으)로 이어집니다`,
};

export const WORDS: Readonly<Record<Language, Words>> = { en, ko };

/** One character in a sentence: what cannot be seen has a name. */
export const spoken = (character: string, { names }: Words): string =>
  names[character] ?? `“${visible(character)}”`;
