import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serialize } from '../../src/checkpoint/index.ts';
import { createRandom } from '../../src/random.ts';
import type { Start } from '../../src/train/index.ts';
import { temporaryFolder } from '../support/cli.ts';
import { type CommandLine, measure, partOf, pick, randomText, trainBy, writeTexts } from '../support/runs.ts';

/** How many command lines; more with RUNS=400. */
const RUNS = Number(process.env.RUNS ?? 40);

const silence = vi.spyOn(process.stderr, 'write');
beforeAll(() => void silence.mockReturnValue(true));
afterAll(() => silence.mockRestore());

/** A command line with anything that decides which text is trained on, measured, or kept for the end. */
function randomLine(seed: number): CommandLine {
  const random = createRandom(seed, 'parts');
  const folder = temporaryFolder();
  const length = () => 20 + Math.floor(random.next() ** 2 * 900);
  const texts = Array.from({ length: pick(random, [1, 1, 2, 3]) }, () => randomText(random, length()));
  const flags = {
    hidden: 5,
    cell: pick(random, ['rnn', 'gru'] as const),
    unit: pick(random, ['codepoint', 'grapheme', 'byte'] as const),
    split: pick(random, ['tail', 'striped'] as const),
    batchSize: pick(random, [1, 3, 8, 64, 100]),
    seqLength: pick(random, [2, 7, 60]),
    validationFraction: pick(random, [0, 0.01, 0.1, 0.3]),
    testFraction: pick(random, [0, 0.01, 0.2]),
    average: pick(random, [0, 0.9]),
    carryState: pick(random, [true, true, false]),
    evalEvery: pick(random, [2, 1000]),
    schedule: 'constant' as const,
    steps: 3,
  };
  const own = pick(random, [false, false, true]);
  const measured = Array.from({ length: pick(random, [1, 2]) }, () => randomText(random, length()));
  const [validation] = own ? writeTexts(random, join(folder, 'valid'), measured) : [];
  return {
    texts: writeTexts(random, join(folder, 'train'), texts),
    flags: validation === undefined ? flags : { ...flags, validation },
  };
}

/** Where every third of them starts: the weights of a model that knows other characters. */
async function startOf(seed: number, { flags }: CommandLine): Promise<Start> {
  if (seed % 3 > 0) return { kind: 'fresh' };
  const random = createRandom(seed, 'start');
  const texts = writeTexts(random, temporaryFolder(), [randomText(random, 90)]);
  const { split, batchSize, seqLength, validationFraction, testFraction, validation, ...model } = flags;
  const { checkpoint } = await trainBy({ texts, flags: model });
  return { kind: 'weights', checkpoint };
}

const none = (part: string) =>
  `--part ${part}: this run kept no ${part} text, since --${part}-fraction was 0 or the text too short for it; drop --part`;

describe('what a run is trained and measured on', () => {
  it.each(Array.from({ length: RUNS }, (_, i) => i))(
    'command line %i: eval --part equals the run’s own measurement; the same line goes on exactly',
    async (seed) => {
      const line = randomLine(seed);
      const { texts, flags } = line;
      const start = await startOf(seed, line);
      const { plan, checkpoint, totals } = await trainBy(line, start);
      expect(await partOf(checkpoint, texts, 'train')).toEqual([...plan.train]);
      const measured = flags.validation === undefined ? texts : [flags.validation];
      for (const part of ['validation', 'test'] as const) {
        const found = partOf(checkpoint, part === 'test' ? texts : measured, part);
        if (plan[part].length > 0) expect(await found).toEqual([...plan[part]]);
        else await expect(found).rejects.toThrow(none(part));
      }
      if (totals.validationBpc !== null)
        expect(measure(checkpoint, [...plan.validation])).toBeCloseTo(totals.validationBpc, 9);
      const whole = await trainBy({ texts, flags: { ...flags, steps: 6 } }, start);
      const again = { ...checkpoint.config, steps: 6 };
      const resumed = await trainBy(
        { texts, flags: { ...flags, steps: 6 } },
        { kind: 'resume', checkpoint: { ...checkpoint, config: again } },
      );
      expect(resumed.plan.notes).toEqual([]);
      expect(serialize(resumed.checkpoint)).toBe(serialize(whole.checkpoint));
    },
  );
});
