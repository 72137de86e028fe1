import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serialize } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { temporaryFolder } from '../support/cli.ts';
import { measure, partOf, trainBy } from '../support/runs.ts';

const silence = vi.spyOn(process.stderr, 'write');
beforeAll(() => void silence.mockReturnValue(true));
afterAll(() => silence.mockRestore());

/** What is learned first, and what after it: with characters more, fewer, others, none in common, in another order. */
const PAIRS = [
  ['abc cab bca\n', 'abc Abc BAD\ncab '],
  ['abc cab bca\n', 'ab ba bba\n'],
  ['abc cab bca\n', 'cba bac acb\n'],
  ['abc cab bca\n', 'zyx yzx '],
  ['abc cab bca\n', 'aé한b👍c '],
  ['가나 다나 가다 ', '나가 다라 가나 e\u0301'],
  ['👨‍👩‍👧a👍🏽b', '👍🏽👨‍👩‍👧b👨a\u0301'],
] as const;
const UNITS = ['codepoint', 'grapheme', 'byte'] as const;
const CASES = UNITS.flatMap((unit) => PAIRS.map(([first, second]) => ({ unit, first, second })));

function textFile(text: string): string[] {
  const path = join(temporaryFolder(), 'text.txt');
  writeFileSync(path, text.repeat(20));
  return [path];
}

describe('a fine-tuned run', () => {
  it.each(CASES)('$unit: $first then $second: N and N resumed steps equal 2N, to the byte', async (pair) => {
    const model = { unit: pair.unit, hidden: 6, batchSize: 2, seqLength: 5, schedule: 'constant' } as const;
    const learned = await trainBy({ texts: textFile(pair.first), flags: { ...model, steps: 8 } });
    const start = { kind: 'weights', checkpoint: learned.checkpoint } as const;
    const texts = textFile(pair.second);
    const until = (steps: number): PartialConfig => ({ ...model, steps, evalEvery: 3 });
    const whole = await trainBy({ texts, flags: until(14) }, start);
    const half = await trainBy({ texts, flags: until(7) }, start);
    const rest = await trainBy({ texts, flags: until(14) }, { kind: 'resume', checkpoint: half.checkpoint });
    expect(serialize(rest.checkpoint)).toBe(serialize(whole.checkpoint));
    const ids = await partOf(whole.checkpoint, texts, 'validation');
    expect(measure(rest.checkpoint, ids)).toBeCloseTo(whole.totals.validationBpc!, 9);
    const { units } = learned.checkpoint.vocabulary;
    expect(whole.checkpoint.vocabulary.units.slice(0, units.length)).toEqual(units);
  });
});
