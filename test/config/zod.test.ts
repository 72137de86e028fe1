import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as node from '../../src/checkpoint/index.ts';
import { trainSchema } from '../../src/config/index.ts';
import { damagedFiles } from '../support/mutations.ts';

/** The same modules as a bundle for browsers has them. */
let browser: typeof node;
let browserSchema: typeof trainSchema;
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('zod', () => import('../../src/config/zod.browser.ts'));
  vi.doMock('../../src/bytes.ts', () => import('../../src/bytes.browser.ts'));
  browser = await import('../../src/checkpoint/index.ts');
  browserSchema = (await import('../../src/config/index.ts')).trainSchema;
});
afterAll(() => {
  vi.doUnmock('zod');
  vi.doUnmock('../../src/bytes.ts');
  vi.resetModules();
});

const outcome = ({ deserialize, serialize }: typeof node, text: string): string => {
  try {
    return serialize(deserialize(text, 'a file'));
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the schemas in a browser', () => {
  it('are not those of zod', () => {
    expect(browserSchema.constructor).not.toBe(trainSchema.constructor);
  });

  it('take the same checkpoints as in Node, and refuse others in the same words', () => {
    const outcomes = new Set<string>();
    for (const text of damagedFiles(400)) {
      const expected = outcome(node, text);
      expect(outcome(browser, text)).toBe(expected);
      outcomes.add(expected);
    }
    expect(outcomes.size).toBeGreaterThan(200);
  });

  const settings: unknown[] = [
    ...[{}, null, [], 5, 'text', { hidden: 7 }, { hidden: undefined }, { hidden: 0 }, { hidden: 1.5 }],
    ...[{ hidden: '7' }, { hidden: Number.NaN }, { hidden: Number.POSITIVE_INFINITY }, { hidden: null }],
    ...[
      { cell: 'gruu' },
      { cell: 3 },
      { variational: 1 },
      { dropout: 1 },
      { dropout: -0.1 },
      { decayFactor: 0 },
    ],
    ...[{ encoding: 'latin1' }, { encoding: 'nothing' }, { encoding: 5 }, { nothing: 1, other: 2 }],
    { hidden: 0, cell: 'x', layers: 99, momentum: 1, other: 1 },
  ];
  it.each(settings)('take the same settings, and name the same faults: %j', (given) => {
    const faults = (schema: typeof trainSchema) => {
      const { success, data, error } = schema.safeParse(given);
      return success ? data : error!.issues.map(({ message, path, code }) => ({ message, path, code }));
    };
    expect(faults(browserSchema)).toEqual(faults(trainSchema));
  });
});
