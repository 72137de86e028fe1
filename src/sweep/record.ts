import { z } from 'zod';
import { RnnError } from '../errors.ts';
import type { SweepDefinition } from './sweep-file.ts';
import type { Trial } from './trials.ts';

/*
 * What a sweep knows of its trials, as it stands in the file sweep.json: what was asked for, and how far each has come.
 * Checkpoints hold the rest.
 */

const FORMAT = 'rnn-sweep';
const VERSION = 1;

/** An evaluation of a run: on the validation text, or where there is none on the training text. */
const point = z.tuple([z.number(), z.number()]);
export type CurvePoint = z.output<typeof point>;

export const progress = z.strictObject({
  /**
   * `waiting` for its first step, `unfinished` with a checkpoint to go on from, `stopped` at a rung, `finished`, or `failed`,
   * to be tried again
   */
  state: z.enum(['waiting', 'unfinished', 'stopped', 'finished', 'failed']),
  /** made so far */
  step: z.number(),
  /** of the whole run */
  steps: z.number(),
  best: z.strictObject({ step: z.number(), bpc: z.number() }).nullable(),
  /** bits per character at each rung that was reached */
  rungs: z.array(z.number()),
  /** step and bits per character over the run */
  curve: z.array(point),
  /** why it failed */
  error: z.string().nullable(),
  /** milliseconds since 1970 */
  started: z.number().nullable(),
  ended: z.number().nullable(),
});
/** How far a trial has come. */
export type Progress = z.output<typeof progress>;
/** A trial, and how far it has come. */
export type TrialRecord = Trial & Progress;

export const isOver = ({ state }: Pick<Progress, 'state'>): boolean =>
  state === 'finished' || state === 'stopped';

/** A configuration that a sampler was asked for. */
const asked = z.strictObject({
  /** the sampler's */
  number: z.number(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** whether the sampler knows what came of it */
  told: z.boolean(),
});
export type Asked = z.output<typeof asked>;

const recordSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  definition: z.looseObject({
    options: z.looseObject({}),
    base: z.looseObject({}),
    varied: z.array(z.looseObject({ key: z.string() })),
  }),
  trials: z.array(progress),
  asked: z.array(asked).optional(),
});

/** The configurations that a sampler was asked for, according to sweep.json; undefined where none was. */
export const readAsked = (text: string): Asked[] | undefined =>
  recordSchema.safeParse(jsonOf(text)).data?.asked;

/** The content of sweep.json. @param sampled where a sampler chooses */
export function writeRecord(
  definition: SweepDefinition,
  trials: readonly TrialRecord[],
  sampled?: readonly Asked[],
): string {
  const rows = trials.map(progressOf);
  return `${JSON.stringify({ format: FORMAT, version: VERSION, definition, trials: rows, asked: sampled })}\n`;
}

export function progressOf({
  number: _n,
  configuration: _c,
  settings: _s,
  seed: _r,
  ...rest
}: TrialRecord): Progress {
  return rest;
}

export const newProgress = (steps: number): Progress => ({
  state: 'waiting',
  step: 0,
  steps,
  best: null,
  rungs: [],
  curve: [],
  error: null,
  started: null,
  ended: null,
});

/** Names of a sweep, for messages. */
export interface SweepNames {
  /** the file that says what to try */
  file: string;
  /** the record's */
  record: string;
  /** the directory that both mean */
  directory: string;
}

/**
 * What sweep.json knows; trials that a larger number of draws has added are new.
 * @param trials those of the definition as it is now; @param steps of each
 * @throws RnnError when it is no record, or one of another definition
 */
export function readRecord(
  text: string,
  definition: SweepDefinition,
  trials: readonly Trial[],
  steps: readonly number[],
  names: SweepNames,
): TrialRecord[] {
  const parsed = recordSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw new RnnError('usage', `${names.record}: expected the record of a sweep, got something else`, {
      hint: (name) => `name another directory with ${name('out')}`,
    });
  }
  const known = parsed.data.trials;
  const was = parsed.data.definition;
  // more draws begin with those of fewer, and a sampler is asked for more
  const more =
    [was.trials, definition.trials].every(Number) &&
    (known.length < trials.length || parsed.data.asked !== undefined);
  const changed = differences(was, definition).filter((key) => !(more && key === 'trials'));
  if (changed.length > 0) {
    throw new RnnError(
      'usage',
      `${names.file} has changed since this sweep was begun (${changed.join(', ')})`,
      {
        hint: (name) =>
          `put it back to go on with ${names.directory}, or name another directory with ${name('out')}`,
      },
    );
  }
  return trials.map((trial, i) => ({ ...trial, ...(known[i] ?? newProgress(steps[i]!)) }));
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Definition = z.output<typeof recordSchema>['definition'];

/** Differences between two definitions, by the names in the file. */
function differences(was: Definition, now: SweepDefinition): string[] {
  // as it would be read back
  const asRead = JSON.parse(JSON.stringify(now)) as Definition;
  const [before, after] = [flat(was), flat(asRead)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  if (changed.length > 0) return changed;
  // which numbers the trials by
  const order = ({ varied }: Definition) => varied.map(({ key }) => key).join();
  return order(was) === order(asRead) ? [] : ['the order of its settings'];
}

const flat = ({ options, base, varied, ...rest }: Definition): Record<string, unknown> => ({
  ...rest,
  ...options,
  ...base,
  ...Object.fromEntries(varied.map((one) => [one.key, one])),
});
