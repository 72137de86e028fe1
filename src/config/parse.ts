import type { z } from 'zod';
import { RnnError } from '../errors.ts';
import { nearName } from './near.ts';

/** camelCase key → flag, as on the command line. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** One source of values for a schema; `name` says in messages where a key stands, `remedy` how to be rid of it. */
export interface Layer {
  values: Readonly<Record<string, unknown>>;
  name: (key: string) => string;
  remedy: (key: string) => string;
}

export function fromFlags(values: Record<string, unknown>): Layer {
  // the only flags that give false are those that begin with --no-
  const name = (key: string) =>
    values[key] === false ? flagName(key).replace('--', '--no-') : flagName(key);
  return { values, name, remedy: (key) => `drop ${name(key)}` };
}
export const fromFile = (values: Record<string, unknown>, file: string): Layer => ({
  values,
  name: (key) => `${file}: ${key}`,
  remedy: (key) => `take ${key} out of ${file}`,
});

/** How many violations are named. */
const MAX_NAMED = 10;

/**
 * Merges layers (later wins) and validates once.
 * @param names that an unknown one may be meant for
 * @throws RnnError naming every violation, one line each: where, expected, got
 */
export function parseLayers<S extends z.ZodObject>(
  schema: S,
  layers: readonly Layer[],
  names: readonly string[] = Object.keys(schema.shape),
): z.output<S> {
  const merged: Record<string, unknown> = {};
  const origin = new Map<string, Layer>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer.values)) {
      if (value === undefined) continue;
      Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true });
      origin.set(key, layer);
    }
  }
  const result = schema.safeParse(merged);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => describeIssue(issue, merged, origin, names));
  const lines = new Set(errors.map(({ message }) => message));
  throw lines.size === 1 ? errors[0]! : violations([...lines]);
}

/** One error of all that is wrong, a line each. */
export function violations(lines: readonly string[]): RnnError {
  const named = [...new Set(lines)];
  const more = named.splice(MAX_NAMED).length;
  return new RnnError('config', more > 0 ? [...named, `and ${more} more`] : named);
}

function describeIssue(
  issue: z.core.$ZodIssue,
  merged: Record<string, unknown>,
  origin: Map<string, Layer>,
  names: readonly string[],
): RnnError[] {
  const where = (key: string) => origin.get(key)?.name(key) ?? key;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((setting) => {
      const near = nearName(setting, names);
      const hint = near ? `did you mean ${near}?` : 'docs/flags.md lists them all';
      return new RnnError('config', `${where(setting)}: no such setting`, { setting, hint });
    });
  }
  const setting = String(issue.path[0] ?? '');
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const near = nearName(String(merged[setting]), values);
  const [got, expected] = [show(merged[setting]), issue.message.replace(/^expected /, '')];
  const hint = near === undefined ? {} : { hint: `did you mean ${near}?` };
  return [new RnnError('config', where(setting), { setting, expected, got, ...hint })];
}

/** A value as an error message quotes it. */
export function show(value: unknown): string {
  const shown = typeof value === 'number' ? String(value) : (jsonOf(value) ?? String(value));
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}

/** Undefined of what has no JSON: a function, a bigint, an object within itself. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** A flag's text as a value: plain decimal numbers become numbers, all else stays text for the schema to judge. */
export function flagValue(text: string): string | number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
