import { z } from 'zod';
import { flag, integer, oneOf, text } from '../config/fields.ts';
import {
  backend,
  EXPORT_FORMATS,
  type Layer,
  PRESET_NAMES,
  parseLayers,
  sampling,
  threads,
} from '../config/index.ts';

/* What a program may ask for, beside the settings of a run. */

const { rngSeed, greedy, ...shaping } = sampling;

export const computeSchema = z.strictObject({ backend, threads });
export const runSchema = computeSchema.extend({ preset: oneOf(PRESET_NAMES).optional() });

export const sampleSchema = z.strictObject({
  ...shaping,
  greedy,
  rngSeed,
  seed: text('seed text').default(''),
  length: integer(0, 1e12).default(200),
  stop: text('a string').default(''),
  echo: flag().default(true),
  unknown: oneOf(['error', 'skip']).default('error'),
});

export const choiceSchema = z.strictObject({ ...shaping, top: integer(1, 0x110000).optional() });

export const exportSchema = z.strictObject({ format: oneOf(EXPORT_FORMATS) });

/** Settings as a program gives them, for `parseLayers`. */
export const fromProgram = (values: object): Layer => ({
  values: values as Record<string, unknown>,
  name: (key) => key,
  remedy: (key) => `drop ${key}`,
});

/** @throws RnnError naming every setting that is wrong */
export const check = <S extends z.ZodObject>(schema: S, values: object): z.output<S> =>
  parseLayers(schema, [fromProgram(values)]);
