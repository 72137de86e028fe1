/*
 * What the schemas here use of zod, for browsers: the same schemas, the same messages, a twentieth of the size. The bundle for
 * browsers has it in zod's place; test/config/zod.test.ts compares the two.
 */

import {
  type Issue,
  isMisfit,
  issue,
  misfit,
  NEVER,
  parsedType,
  type Read,
  Schema,
  saying,
  type Words,
} from './zod-schema.browser.ts';

class NumberSchema extends Schema {
  int(words?: Words): this {
    const most = Number.MAX_SAFE_INTEGER;
    return this.and(
      Number.isInteger,
      saying(words, 'Invalid input: expected int, received number'),
      'invalid_type',
    )
      .and(
        (value: number) => value <= most,
        saying(words, `Too big: expected int to be <=${most}`),
        'too_big',
      )
      .and(
        (value: number) => value >= -most,
        saying(words, `Too small: expected int to be >=-${most}`),
        'too_small',
      );
  }

  min(least: number, words?: Words): this {
    return this.and(
      (value: number) => value >= least,
      saying(words, `Too small: expected number to be >=${least}`),
      'too_small',
    );
  }

  max(most: number, words?: Words): this {
    return this.and(
      (value: number) => value <= most,
      saying(words, `Too big: expected number to be <=${most}`),
      'too_big',
    );
  }

  gt(limit: number, words?: Words): this {
    return this.and(
      (value: number) => value > limit,
      saying(words, `Too small: expected number to be >${limit}`),
      'too_small',
    );
  }

  lt(limit: number, words?: Words): this {
    return this.and(
      (value: number) => value < limit,
      saying(words, `Too big: expected number to be <${limit}`),
      'too_big',
    );
  }
}

class SizedSchema extends Schema {
  readonly kind: [string, string] = ['string', 'characters'];

  min(least: number, words?: Words): this {
    const [kind, parts] = this.kind;
    return this.and(
      ({ length }: { length: number }) => length >= least,
      saying(words, `Too small: expected ${kind} to have >=${least} ${parts}`),
      'too_small',
    );
  }

  max(most: number, words?: Words): this {
    const [kind, parts] = this.kind;
    return this.and(
      ({ length }: { length: number }) => length <= most,
      saying(words, `Too big: expected ${kind} to have <=${most} ${parts}`),
      'too_big',
    );
  }
}

class StringSchema extends SizedSchema {
  regex(pattern: RegExp, words?: Words): this {
    return this.and(
      (value: string) => pattern.test(value),
      saying(words, `Invalid string: must match pattern ${pattern}`),
      'invalid_format',
    );
  }
}

class ArraySchema extends SizedSchema {
  override readonly kind: [string, string] = ['array', 'items'];
}

type Shape = Record<string, Schema>;

class ObjectSchema extends Schema {
  readonly shape: Shape;

  constructor(shape: Shape) {
    super((value, issues) => readObject(shape, value, issues));
    this.shape = shape;
  }

  required(keys: Record<string, true>): ObjectSchema {
    const required = Object.keys(keys).map((key) => [key, this.shape[key]!.nonoptional()]);
    return new ObjectSchema({ ...this.shape, ...Object.fromEntries(required) });
  }

  omit(keys: Record<string, true>): ObjectSchema {
    return new ObjectSchema(Object.fromEntries(Object.entries(this.shape).filter(([key]) => !(key in keys))));
  }

  extend(more: Shape): ObjectSchema {
    return new ObjectSchema({ ...this.shape, ...more });
  }
}

function readObject(shape: Shape, value: unknown, issues: Issue[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return misfit(issues, 'object', value);
  const given = value as Record<string, unknown>;
  const data: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const field = Object.hasOwn(given, key) ? given[key] : undefined;
    const found = inside(key, issues, (own) => schema.read(field, own));
    if (found !== undefined || Object.hasOwn(given, key)) data[key] = found;
  }
  const keys = Object.keys(given).filter((key) => !Object.hasOwn(shape, key));
  if (keys.length > 0) {
    const named = keys.map((key) => JSON.stringify(key)).join(', ');
    issue(issues, `Unrecognized key${keys.length > 1 ? 's' : ''}: ${named}`, {
      code: 'unrecognized_keys',
      keys,
    });
  }
  return data;
}

/** Reads a part of a value; what is wrong with it gets its place. */
function inside(key: string | number, issues: Issue[], read: (own: Issue[]) => unknown): unknown {
  const own: Issue[] = [];
  const found = read(own);
  for (const one of own) issues.push({ ...one, path: [key, ...one.path] });
  return found;
}

const typed = (type: string, words?: Words): Read => {
  return (value, issues) => (parsedType(value) === type ? value : misfit(issues, type, value, words));
};

function oneOf(values: readonly unknown[], words?: Words): Schema {
  const quoted = values.map((value) => JSON.stringify(value));
  const message =
    values.length === 1
      ? `Invalid input: expected ${quoted[0]}`
      : `Invalid option: expected one of ${quoted.join('|')}`;
  return new Schema((value, issues) =>
    values.includes(value) ? value : issue(issues, saying(words, message), { code: 'invalid_value', values }),
  );
}

export const z = {
  NEVER,
  number: (words?: Words) => new NumberSchema(typed('number', words)),
  string: (words?: Words) => new StringSchema(typed('string', words)),
  boolean: (words?: Words) => new Schema(typed('boolean', words)),
  unknown: () => new Schema((value) => value, true),
  enum: (values: readonly string[], words?: Words) => oneOf(values, words),
  literal: (value: unknown) => oneOf(Array.isArray(value) ? value : [value]),
  strictObject: (shape: Shape) => new ObjectSchema({ ...shape }),
  array(entry: Schema) {
    return new ArraySchema((value, issues) =>
      Array.isArray(value)
        ? value.map((part, i) => inside(i, issues, (own) => entry.read(part, own)))
        : misfit(issues, 'array', value),
    );
  },
  union: (schemas: readonly Schema[], words?: Words) =>
    new Schema((value, issues) => {
      const results = schemas.map((schema) => schema.safeParse(value));
      const right = results.find(({ success }) => success);
      if (right?.success) return right.data;
      // of the right type in one of them alone: what that one says
      const near = results.flatMap((result) =>
        result.success || isMisfit(result) ? [] : [result.error.issues],
      );
      if (near.length === 1) {
        issues.push(...near[0]!);
        return NEVER;
      }
      return issue(issues, saying(words, 'Invalid input'), { code: 'invalid_union' });
    }),
};
