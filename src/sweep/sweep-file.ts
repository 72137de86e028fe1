import { z } from 'zod';
import { trainSchema } from '../config/config.ts';
import { fileName, flag, integer } from '../config/fields.ts';
import { readSettings } from '../config/load.ts';
import { runSchema } from '../config/options.ts';
import { type Layer, parseLayers, show, violations } from '../config/parse.ts';
import { RnnError } from '../errors.ts';

/*
 * The file of `rnn sweep`: settings of `rnn train` with one value, with several, or with a range to draw from, and what
 * is done with them.
 */

const SEEDS = `expected a list of different integers from 0 to ${Number.MAX_SAFE_INTEGER}`;
const CORPUS_NAMES = 'the name of a text, or a list of names';
const CORPUS = `expected ${CORPUS_NAMES}`;

/** Everything in the file that is no setting of a run. */
const sweepFileSchema = z.strictObject({
  corpus: z
    .union([fileName(CORPUS_NAMES), z.array(fileName(CORPUS_NAMES)).min(1, { error: CORPUS })], {
      error: CORPUS,
    })
    .transform((names) => (typeof names === 'string' ? [names] : names))
    .refine((names) => !names.includes('-'), {
      error: `${CORPUS} (each trial reads it, which standard input allows once)`,
    }),
  validation: runSchema.shape.validation,
  preset: runSchema.shape.preset,
  initFrom: runSchema.shape.initFrom,
  backend: runSchema.shape.backend.unwrap().optional(),
  seeds: z
    .array(integer(0, Number.MAX_SAFE_INTEGER), { error: SEEDS })
    .min(1, { error: SEEDS })
    .refine((seeds) => new Set(seeds).size === seeds.length, { error: SEEDS })
    .default([1]),
  trials: integer(1, 10_000).optional(),
  rungs: z.unknown().optional(),
});

const rungsSchema = z.strictObject({
  reduction: integer(2, 100).default(3),
  first: integer(1, 1e12),
});

const bound = z.number({ error: 'expected a number' });
const rangeSchema = z.strictObject({ min: bound, max: bound, log: flag().default(false) });

export type Value = string | number | boolean;

/** A setting that trials differ in, and what they have there. */
export type Varied = { key: string; values: readonly Value[] } | Range;
export interface Range {
  key: string;
  min: number;
  max: number;
  log: boolean;
  integer: boolean;
}

/** Definition of a sweep, as its file gives it. */
export interface SweepDefinition {
  corpus: readonly string[];
  /** options of `rnn train` that all trials share */
  options: Readonly<Partial<Record<'validation' | 'preset' | 'initFrom' | 'backend', string>>>;
  /** settings that all trials share */
  base: Readonly<Record<string, Value>>;
  varied: readonly Varied[];
  seeds: readonly number[];
  /** how many configurations are drawn; all combinations of the lists where there is none */
  trials?: number;
  rungs?: Readonly<z.output<typeof rungsSchema>>;
}

/** Settings that the sweep itself gives each trial, and what to write in the file instead, if anything. */
const REFUSED: Record<string, string> = {
  rngSeed: 'expected seeds, a list with the random seeds of each configuration',
  config: 'expected the settings themselves',
  out: 'expected --out on the command line',
  threads: 'expected --threads on the command line',
  json: 'expected --json on the command line',
  resume: 'a sweep resumes its own trials; take it out',
  findLr: 'a sweep trains; take it out',
};

/**
 * Reads the file of a sweep.
 * @throws RnnError naming every violation of the schema of `rnn train` and of the sweep's own, before anything starts
 */
export async function loadSweep(path: string): Promise<SweepDefinition> {
  const file = await readSettings(path);
  const isOwn = (key: string) => Object.hasOwn(sweepFileSchema.shape, key);
  const own = Object.fromEntries(Object.entries(file).filter(([key]) => isOwn(key)));
  const settings = Object.entries(file).filter(([key]) => !isOwn(key));
  const lines: string[] = [];
  const parse = <S extends z.ZodObject>(schema: S, values: Record<string, unknown>, place = '') =>
    collect(lines, `${path}: ${place}`, () =>
      parseLayers(schema, [layerOf(values, `${path}: ${place}`)], NAMES),
    );
  const parsed = parse(sweepFileSchema, own);
  const rungs = own.rungs === undefined ? undefined : parseMap(own.rungs, 'rungs');
  const base: Record<string, Value> = {};
  const varied: Varied[] = [];
  for (const [key, value] of settings) {
    if (Object.hasOwn(REFUSED, key)) lines.push(`${path}: ${key}: ${REFUSED[key]}`);
    else if (Array.isArray(value)) addList(key, value);
    else if (typeof value === 'object' && value !== null) addRange(key, value);
    else {
      parse(trainSchema, { [key]: value });
      base[key] = value as Value;
    }
  }
  if (parsed && varied.some((one) => 'min' in one) && parsed.trials === undefined)
    lines.push(`${path}: trials: expected how many configurations to draw, since there is a range, got none`);
  if (lines.length > 0) throw violations(lines);
  const { corpus, seeds, trials, rungs: _, ...options } = parsed!;
  return {
    corpus,
    options: options as SweepDefinition['options'],
    base,
    varied,
    seeds,
    ...(trials === undefined ? {} : { trials }),
    ...(rungs === undefined ? {} : { rungs }),
  };

  function parseMap(value: unknown, key: string) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return parse(rungsSchema, value as Record<string, unknown>, `${key}.`);
    lines.push(`${path}: ${key}: expected a map such as {reduction: 3, first: 100}, got ${show(value)}`);
    return undefined;
  }

  function addList(key: string, values: unknown[]): void {
    for (const value of values) parse(trainSchema, { [key]: value });
    if (values.length === 0 || new Set(values).size < values.length)
      lines.push(`${path}: ${key}: expected a list of different values, got ${show(values)}`);
    varied.push({ key, values: values as Value[] });
  }

  function addRange(key: string, value: object): void {
    const type = TYPES[key];
    if (type !== undefined && type !== 'number' && type !== 'integer') {
      lines.push(`${path}: ${key}: expected a value or a list of values, got a range ${show(value)}`);
      return;
    }
    const range = parse(rangeSchema, { ...value }, `${key}.`);
    if (!range) return;
    const { min, max, log } = range;
    for (const end of type === undefined ? [min] : [min, max]) parse(trainSchema, { [key]: end });
    if (min >= max) lines.push(`${path}: ${key}: expected min below max, got ${show(value)}`);
    else if (log && min <= 0)
      lines.push(`${path}: ${key}: expected a min above 0 with log, got ${show(value)}`);
    varied.push({ key, ...range, integer: type === 'integer' });
  }
}

/** Known name that an unknown one may be meant for. */
const NAMES = [
  ...Object.keys(sweepFileSchema.shape),
  ...Object.keys(trainSchema.shape),
  ...Object.keys(rungsSchema.shape),
  ...Object.keys(rangeSchema.shape),
];

const { properties: PROPERTIES = {} } = z.toJSONSchema(trainSchema, { io: 'input' });
const TYPES: Record<string, string | undefined> = Object.fromEntries(
  Object.entries(PROPERTIES).map(([key, property]) => [key, (property as { type?: string }).type]),
);

const layerOf = (values: Record<string, unknown>, place: string): Layer => ({
  values,
  name: (key) => `${place}${key}`,
  remedy: (key) => `take ${key} out`,
});

/** Result of the work; undefined where settings are wrong, with the complaints added to `lines`. */
function collect<T>(lines: string[], place: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RnnError)) throw error;
    // of what is missing the parser does not know where it should stand
    for (const line of error.lines((name) => name))
      lines.push(line.endsWith('got undefined') ? `${place}${line.replace(/undefined$/, 'none')}` : line);
    return undefined;
  }
}
