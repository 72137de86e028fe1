import { z } from 'zod';
import { encodingOf } from './encodings.ts';

/** Number fields whose every violation reads `expected …`; the caller adds where and what was got. */
export const integer = (min: number, max: number) => {
  const error = `expected an integer from ${min} to ${max}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

export const numberFrom = (min: number, max: number) => {
  const error = `expected a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

/** @param instead what serves where such a number does not */
export const numberAbove = (above: number, max: number, instead = '') => {
  const error = `expected a number above ${above}, at most ${max}${instead}`;
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

/** A name of a file or folder, which an empty one is not. */
export const fileName = (what: string, placeholder = 'file') =>
  text(what)
    .min(1, { error: `expected ${what}` })
    .meta({ placeholder });

export const flag = () => z.boolean({ error: 'expected true or false' });

/** A label of a text encoding, kept under its standard name. */
export const encodingName = () =>
  z
    .string({ error: ENCODINGS })
    .refine((label) => encodingOf(label) !== undefined, { error: ENCODINGS })
    .overwrite((label) => encodingOf(label) ?? label)
    .meta({ placeholder: 'label' });

const ENCODINGS = 'expected an encoding such as utf-8, utf-16le, windows-1252, gbk, shift_jis or euc-kr';

/** Headings of --help and docs/flags.md, in their order. */
export const HEADINGS = [
  'Start',
  'Text',
  'Model',
  'Training',
  'Regularization',
  'Optimizer and learning rate',
  'Evaluation and saving',
  'What is written',
  'How each character is chosen',
  'What is measured',
  'Which models and texts',
  'What is reported',
  'How it runs',
] as const;

/** Fields under one heading. */
export const group = <S extends Record<string, z.ZodType>>(
  heading: (typeof HEADINGS)[number],
  fields: S,
): S =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, field.meta({ ...field.meta(), group: heading })]),
  ) as S;
