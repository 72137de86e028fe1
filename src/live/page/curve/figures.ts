import { decimals } from '../../../report/numbers.ts';

/** A loss in bits per character, where there is one. */
export const bits = (value: number | null): string => (value === null ? '–' : decimals(value, 3));
