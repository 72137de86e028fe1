import { z } from 'zod';
import { flag, integer, oneOf, text } from '../config/fields.ts';
import { backend, type Layer, PRESET_NAMES, parseLayers, sampling, threads } from '../config/index.ts';
import { reading } from '../config/texts.ts';
import { RnnError } from '../errors.ts';
import type { Cancelable } from './api.ts';

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

export const readingSchema = z.strictObject(reading);

/** Settings as a program gives them, for `parseLayers`. */
export const fromProgram = (values: object): Layer => ({
  values: values as Record<string, unknown>,
  name: (key) => key,
  remedy: (key) => `drop ${key}`,
});

/** What is wrong with a value that no schema looks at. */
export const misfit = (what: string, expected: string, got: unknown): RnnError =>
  new RnnError('usage', what, {
    expected,
    got: got === null ? 'null' : Array.isArray(got) ? 'a list' : typeof got,
  });

/** @throws RnnError where a program gives something else */
export function requireText(what: string, value: unknown): void {
  if (typeof value !== 'string') throw misfit(what, 'a string', value);
}

function requireObject(options: object): void {
  if (options === null || typeof options !== 'object' || Array.isArray(options))
    throw misfit('the options', 'an object of settings', options);
}

/** The settings of a call, and its signal apart. @throws RnnError where they are something else */
export function splitOptions<T extends Cancelable>(options: T): [Omit<T, 'signal'>, AbortSignal | undefined] {
  requireObject(options);
  const { signal, ...settings } = options;
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    throw misfit('signal', 'an AbortSignal', signal);
  return [settings, signal];
}

/** @throws RnnError naming every setting that is wrong */
export function check<S extends z.ZodObject>(schema: S, values: object): z.output<S> {
  requireObject(values);
  return parseLayers(schema, [fromProgram(values)]);
}
