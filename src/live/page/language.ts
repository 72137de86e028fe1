import { computed, type ReadonlySignal } from '@preact/signals';
import { address } from './address.ts';

export type Language = 'en' | 'ko';

let first: Language = 'en';
/** The language of a page whose address names none. */
export const beginIn = (language: Language): void => {
  first = language;
};

/** The reader's language: that of the address. */
export const language: ReadonlySignal<Language> = computed(() => {
  const { lang } = address.value;
  return lang === 'en' || lang === 'ko' ? lang : first;
});

/** Words in the reader's language; the type of the English ones holds for the Korean ones, so that neither can lack one. */
export const inLanguage = <Words>(en: Words, ko: NoInfer<Words>): ReadonlySignal<Words> =>
  computed(() => (language.value === 'ko' ? ko : en));
