import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { type CommandLine, type Ended, refusal, trainBy } from '../support/runs.ts';

const folder = temporaryFolder();
const write = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const text = write('text.txt', someText(300));
const yaml = write('run.yaml', 'hidden: 6\nbatchSize: 90\nsteps: 3\n');
const short = write('short.txt', 'abcab');

const lineOf = (flags: CommandLine['flags'], from = text): CommandLine => ({ texts: [from], flags });
const resume = (line: CommandLine, { checkpoint }: Ended) => trainBy(line, { kind: 'resume', checkpoint });

describe('--resume compares what was asked for', () => {
  it.each([
    lineOf({ hidden: 6, batchSize: 100, seqLength: 60, steps: 3 }),
    lineOf({ hidden: 6, seqLength: 900, steps: 3 }),
    lineOf({ hidden: 6, batchSize: 40, split: 'striped', validationFraction: 0.05, steps: 3 }),
    lineOf({ hidden: 6, batchSize: 70, split: 'striped', testFraction: 0.3, steps: 3 }),
    lineOf({ hidden: 6, steps: 3 }, short),
    lineOf({ hidden: 6, validationFraction: 0.1, testFraction: 0.1, steps: 3 }, short),
    lineOf({ preset: 'hello', steps: 3 }),
    lineOf({ preset: 'small', hidden: 6, steps: 3 }),
    lineOf({ config: yaml }),
    lineOf({ hidden: 6, optimizer: 'sgd', steps: 3 }),
  ])('the same command line is accepted: $flags', async (line) => {
    const first = await trainBy(line);
    const { plan } = await resume(line, first);
    expect(plan.config).toEqual(first.checkpoint.config);
    expect(plan.notes).toEqual([]);
    expect([plan.train, plan.validation, plan.test]).toEqual([
      first.plan.train,
      first.plan.validation,
      first.plan.test,
    ]);
  });

  it('another one is refused by the name of where it stands', async () => {
    const first = await trainBy(lineOf({ hidden: 6, steps: 3 }));
    const anew = 'or start anew from these weights with --init-from';
    expect(await refusal(resume(lineOf({ hidden: 7 }), first))).toBe(
      `--hidden 7: the run being resumed has 6; drop --hidden, ${anew}`,
    );
    expect(await refusal(resume(lineOf({ preset: 'small' }), first))).toBe(
      `preset small: hidden 128: the run being resumed has 6; drop the preset, ${anew}`,
    );
    const other = write('other.yaml', 'hidden: 8\n');
    expect(await refusal(resume(lineOf({ config: other }), first))).toBe(
      `${other}: hidden 8: the run being resumed has 6; take hidden out of ${other}, ${anew}`,
    );
    // the flag wins over preset and file, so it is not in the way
    const { plan } = await resume(lineOf({ config: other, hidden: 6, steps: 5 }), first);
    expect(plan.config).toEqual({ ...first.checkpoint.config, steps: 5 });
  });

  it.each([
    { epochs: 700 },
    { learningRate: 0.1 },
    { schedule: 'cosine' },
    { schedule: 'plateau', decayPatience: 0, decayFactor: 0.1, minLearningRate: 1e-5 },
    { schedule: 'step', decayEvery: 2, warmupSteps: 9 },
    { momentum: 0.5, nesterov: true },
    { weightDecay: 0.1 },
    { dropout: 0.3, variational: true },
    { weightDrop: 0.3 },
    { clipNorm: 0, clipValue: 0.01 },
    { evalEvery: 1, patience: 50, sampleEvery: 1, inspectEvery: 3, saveEvery: 1 },
  ] as const)('%o may change: the run goes on with it', async (changed) => {
    const settings = { hidden: 6, optimizer: 'sgd', steps: 4 } as const;
    const first = await trainBy(lineOf(settings));
    const { checkpoint, totals } = await resume(lineOf({ ...settings, ...changed, steps: 12 }), first);
    expect(totals).toMatchObject({ reason: 'finished', step: 12 });
    expect(checkpoint.config).toEqual({ ...first.checkpoint.config, ...changed, steps: 12 });
  });

  it('--init-from says it the same way', async () => {
    const { checkpoint } = await trainBy(lineOf({ hidden: 6, steps: 3 }));
    expect(await refusal(trainBy(lineOf({ preset: 'small' }), { kind: 'weights', checkpoint }))).toBe(
      'preset small: hidden 128: the model of --init-from has 6; drop the preset',
    );
  });

  it('a run split by an older version, in another way, is refused', async () => {
    const { checkpoint } = await trainBy(lineOf({ hidden: 6, steps: 3 }));
    const excerpt = checkpoint.excerpt.slice(1);
    const older = { kind: 'resume', checkpoint: { ...checkpoint, excerpt } } as const;
    expect(await refusal(trainBy(lineOf({}), older))).toBe(
      'the run being resumed was split by an older rnn, in a way that is not known; start anew from its weights with --init-from',
    );
  });
});
