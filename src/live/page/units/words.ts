import { inLanguage } from '../language.ts';
import type { Ranking } from './responses.ts';

interface Words {
  title: string;
  none: string;
  loading: string;
  tooShort: string;
  text: string;
  texts: { seed: string; preview: (step: string) => string; excerpt: string };
  rank: string;
  rankings: Record<Ranking, string>;
  never: string;
  unit: string;
  previous: string;
  next: string;
  colours: (largest: string) => string;
  textLabel: string;
  map: (units: number, characters: number) => string;
  mapText: string;
  value: (unit: string, character: string, place: number, value: string) => string;
  help: string;
}

const en: Words = {
  title: 'Units',
  none: 'There is no checkpoint yet.',
  loading: 'The model reads the text …',
  tooShort: 'A text of at least two characters is needed.',
  text: 'Text',
  texts: {
    seed: 'the seed text',
    preview: (step) => `the preview of step ${step}`,
    excerpt: 'a stretch of the corpus',
  },
  rank: 'Units that',
  rankings: {
    change: 'change most in this text',
    'line position': 'follow the position in the line',
    'inside quotes': 'follow quotes',
    'inside brackets': 'follow brackets',
    'after a space': 'follow spaces',
    'upper case': 'follow upper case',
  },
  never: 'This never changes in this text.',
  unit: 'Unit',
  previous: 'Previous unit',
  next: 'Next unit',
  colours: (largest) =>
    `Colours: the unit after each character, red near −${largest}, blue near +${largest}.`,
  textLabel: 'The text in the colours of the unit; arrow keys move from character to character',
  map: (units, characters) => `States of ${units} units after ${characters} characters`,
  mapText: 'All units, a row each, over the text; press on it to choose a unit and a character.',
  value: (unit, character, place, value) => `Unit ${unit} after ${character}, character ${place}: ${value}.`,
  help: 'Numbers beside units are standard deviations, or correlations r with the property. A short text proves little: a unit that follows quotes should do so in other texts too.',
};

const ko: Words = {
  title: '유닛',
  none: '아직 체크포인트가 없습니다.',
  loading: '모델이 글을 읽는 중입니다 …',
  tooShort: '두 글자 이상의 글이 필요합니다.',
  text: '글',
  texts: {
    seed: '시드 텍스트',
    preview: (step) => `${step}단계의 미리 보기`,
    excerpt: '말뭉치의 한 부분',
  },
  rank: '유닛 순서',
  rankings: {
    change: '이 글에서 가장 많이 바뀌는 유닛',
    'line position': '줄 안의 위치를 따르는 유닛',
    'inside quotes': '따옴표를 따르는 유닛',
    'inside brackets': '괄호를 따르는 유닛',
    'after a space': '빈칸을 따르는 유닛',
    'upper case': '대문자를 따르는 유닛',
  },
  never: '이 글에서는 바뀌지 않습니다.',
  unit: '유닛',
  previous: '이전 유닛',
  next: '다음 유닛',
  colours: (largest) => `색: 문자를 읽은 뒤 유닛의 값. 빨강은 −${largest}, 파랑은 +${largest}에 가깝습니다.`,
  textLabel: '유닛의 색으로 칠한 글. 화살표 키로 문자를 옮겨 갑니다',
  map: (units, characters) => `문자 ${characters}개 뒤 유닛 ${units}개의 상태`,
  mapText: '모든 유닛을 한 줄씩, 글을 따라 그렸습니다. 누르면 유닛과 문자를 고릅니다.',
  value: (unit, character, place, value) => `${place}번 문자 ${character} 뒤의 유닛 ${unit}: ${value}.`,
  help: '유닛 옆의 수는 표준 편차, 또는 속성과의 상관 계수 r입니다. 짧은 글로는 많은 것을 알 수 없습니다. 따옴표를 따르는 유닛이라면 다른 글에서도 그래야 합니다.',
};

export const WORDS = inLanguage<Words>(en, ko);
