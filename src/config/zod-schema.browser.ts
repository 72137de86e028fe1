/* What all schemas of zod.browser.ts have in common. */

/** One thing that is wrong, as zod says it. */
export interface Issue {
  code: string;
  message: string;
  path: (string | number)[];
  values?: readonly unknown[];
  keys?: string[];
}

export interface Failure {
  success: false;
  error: { issues: Issue[] };
}
export type Result = { success: true; data: unknown } | Failure;

/** Message of a failed check, in its own words or in zod's. */
export type Words = string | { error?: string } | undefined;
export const saying = (words: Words, otherwise: string): string =>
  (typeof words === 'string' ? words : words?.error) ?? otherwise;

export const NEVER = Symbol('never');

/** Turns a value into what it becomes; what is wrong goes to `issues`. */
export type Read = (value: unknown, issues: Issue[]) => unknown;

export function issue(issues: Issue[], message: string, more: Partial<Issue> = {}): typeof NEVER {
  issues.push({ code: 'custom', path: [], ...more, message });
  return NEVER;
}

export const parsedType = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : typeof value;
};

export const misfit = (issues: Issue[], expected: string, value: unknown, words?: Words) => {
  const message = `Invalid input: expected ${expected}, received ${parsedType(value)}`;
  return issue(issues, saying(words, message), { code: 'invalid_type' });
};

export const isMisfit = ({ error }: Failure): boolean =>
  error.issues.some(({ code }) => code === 'invalid_type');

export class Schema {
  readonly read: Read;
  readonly isOptional: boolean;

  constructor(read: Read, isOptional = false) {
    this.read = read;
    this.isOptional = isOptional;
  }

  safeParse(value: unknown): Result {
    const issues: Issue[] = [];
    const data = this.read(value, issues);
    return issues.length === 0 ? { success: true, data } : { success: false, error: { issues } };
  }

  parse(value: unknown): unknown {
    const result = this.safeParse(value);
    if (result.success) return result.data;
    throw new Error(result.error.issues.map(({ message }) => message).join('\n'));
  }

  describe(): this {
    return this;
  }

  meta(): this {
    return this;
  }

  optional(): Schema {
    return new Schema((value, issues) => (value === undefined ? undefined : this.read(value, issues)), true);
  }

  /** Undoes `optional`. */
  nonoptional(): Schema {
    return new Schema((value, issues) =>
      value === undefined && this.isOptional
        ? misfit(issues, 'nonoptional', value)
        : this.read(value, issues),
    );
  }

  default(standard: unknown): Schema {
    return new Schema((value, issues) => (value === undefined ? standard : this.read(value, issues)), true);
  }

  nullable(): Schema {
    return new Schema((value, issues) => (value === null ? null : this.read(value, issues)), this.isOptional);
  }

  /** One check more of what was right so far. */
  protected and(test: (value: never) => boolean, message: string, code = 'custom'): this {
    return this.#then((value, issues) => (test(value as never) ? value : issue(issues, message, { code })));
  }

  refine(test: (value: never) => boolean, words?: Words): this {
    return this.and(test, saying(words, 'Invalid input'));
  }

  overwrite(change: (value: never) => unknown): this {
    return this.#then((value) => change(value as never));
  }

  transform(change: (value: never, context: { issues: Issue[] }) => unknown): this {
    return this.#then((value, issues) => change(value as never, { issues }));
  }

  #then(more: Read): this {
    const read: Read = (value, issues) => {
      const before = issues.length;
      const found = this.read(value, issues);
      return issues.length > before ? NEVER : more(found, issues);
    };
    return new (this.constructor as new (read: Read, isOptional: boolean) => this)(read, this.isOptional);
  }
}
