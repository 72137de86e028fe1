import { visible } from '../../report/characters.ts';
import { inLanguage } from './language.ts';

/** One character as it stands alone: a space has a sign too. */
export const sign = (character: string): string => (character === ' ' ? '␣' : visible(character));

const NAMES = inLanguage<Record<string, string>>(
  { ' ': 'space', '\n': 'newline', '\t': 'tab', '\r': 'carriage return' },
  { ' ': '빈칸', '\n': '줄 바꿈', '\t': '탭', '\r': '캐리지 리턴' },
);

/** One character in a sentence: what cannot be seen has a name. */
export const spoken = (character: string): string => NAMES.value[character] ?? `“${visible(character)}”`;
