import type { Property } from '../../../inspect/index.ts';
import { visible } from '../../characters.ts';
import type { Language } from '../languages.ts';

/*
 * What the page says of units, in both languages. This file also runs in the browser.
 */

/** A property of a text that a unit may follow, with the correlation. */
export type Followed = readonly [property: string, correlation: string];

export interface Words {
  properties: Readonly<Record<Property, string>>;
  names: Readonly<Record<string, string>>;
  note: (followed: readonly Followed[]) => string;
  unit: (name: string, note: string, highest: string, lowest: string) => string;
  character: (character: string, place: number, unit: string, value: string) => string;
  point: string;
}

const en: Words = {
  properties: {
    'line position': 'line position',
    'inside quotes': 'inside quotes',
    'inside brackets': 'inside brackets',
    'after a space': 'after a space',
    'upper case': 'upper case',
  },
  names: { ' ': 'space', '\n': 'newline', '\t': 'tab', '\r': 'carriage return' },
  note: (followed) =>
    followed.length === 0
      ? 'in none of the lists'
      : `correlates with ${followed.map(([property, r]) => `“${property}” (${r})`).join(', ')}`,
  unit: (name, note, highest, lowest) =>
    `Unit ${name}: ${note}. Highest on average after ${highest}; lowest after ${lowest}.`,
  character: (character, place, unit, value) =>
    `After ${character}, character ${place}: unit ${unit} is ${value}.`,
  point: 'Point at a character, or move with the arrow keys, to read the value after it.',
};

const ko: Words = {
  properties: {
    'line position': '줄 안의 위치',
    'inside quotes': '따옴표 안',
    'inside brackets': '괄호 안',
    'after a space': '빈칸 뒤',
    'upper case': '대문자',
  },
  names: { ' ': '빈칸', '\n': '줄 바꿈', '\t': '탭', '\r': '캐리지 리턴' },
  note: (followed) =>
    followed.length === 0
      ? '어느 목록에도 없습니다'
      : `${followed.map(([property, r]) => `“${property}”(${r})`).join(', ')}와 상관이 있습니다`,
  unit: (name, note, highest, lowest) =>
    `유닛 ${name}: ${note}. 평균이 가장 높은 문자 ${highest}, 가장 낮은 문자 ${lowest}.`,
  character: (character, place, unit, value) =>
    `${place}번 문자 ${character} 뒤: 유닛 ${unit}의 값은 ${value}.`,
  point: '문자를 가리키거나 화살표 키로 옮겨 가면 그 뒤의 값을 읽습니다.',
};

export const WORDS: Readonly<Record<Language, Words>> = { en, ko };

/** One character in a sentence: what cannot be seen has a name. */
export const spoken = (character: string, { names }: Words): string =>
  names[character] ?? `“${visible(character)}”`;
