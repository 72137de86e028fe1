import { z } from 'zod';

/** Number fields whose every violation reads `expected …`; the caller adds where and what was got. */
export const wholeNumber = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

export const numberFrom = (min: number, max: number) => {
  const error = `expected a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

export const numberAbove = (above: number, max: number) => {
  const error = `expected a number above ${above}, at most ${max}`;
  return z.number({ error }).gt(above, { error }).max(max, { error });
};

/** At least `min` and below `limit`. */
export const numberBelow = (min: number, limit: number) => {
  const error = `expected a number from ${min} to below ${limit}`;
  return z.number({ error }).min(min, { error }).lt(limit, { error });
};

export const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, { error: `expected ${names.join(', ')}` });

export const text = (what: string) => z.string({ error: `expected ${what}` });

export const flag = () => z.boolean({ error: 'expected true or false' });
