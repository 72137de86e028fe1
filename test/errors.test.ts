import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { lockRun } from '../src/checkpoint/index.ts';
import * as config from '../src/config/index.ts';
import { flagName } from '../src/config/index.ts';
import { encodeText } from '../src/corpus/index.ts';
import { RnnError } from '../src/errors.ts';
import { createKernels } from '../src/kernels/index.ts';
import { giveLecture } from '../src/lecture/index.ts';
import { planTraining, Trainer } from '../src/train/index.ts';
import { configOf, corpusOf, readString, someText } from './support/models.ts';
import { refusalOf } from './support/refusal.ts';
import { withoutComments } from './support/sources.ts';

const errorOf = refusalOf(RnnError);

const plan = (settings: config.PartialConfig, text = someText(200)) =>
  planTraining(configOf(settings), corpusOf(text));
const { vocabulary } = corpusOf('abc');
const latin1 = () =>
  readString('', {
    stdin: (async function* () {
      yield Uint8Array.of(0x61, 0xe9, 0x62);
    })(),
  });

/** code, what is refused, in the words of a program, in those of the command line, details */
const REFUSED: [string, () => unknown, string, string, Partial<RnnError>][] = [
  [
    'config',
    () => plan({ cell: 'gru', nonlinearity: 'relu' }),
    'nonlinearity relu: expected a cell that has it (rnn), got gru; drop it, or take cell rnn',
    '--nonlinearity relu: expected a cell that has it (rnn), got gru; drop it, or take --cell rnn',
    {
      setting: 'nonlinearity',
      expected: 'a cell that has it (rnn)',
      got: 'gru',
      hint: 'drop it, or take cell rnn',
    },
  ],
  [
    'corpus',
    latin1,
    'standard input: byte 0xe9 at offset 1 (line 1) is not utf-8; it looks like windows-1252: add encoding windows-1252, or use invalid replace or unit byte',
    'standard input: byte 0xe9 at offset 1 (line 1) is not utf-8; it looks like windows-1252: add --encoding windows-1252, or use --invalid replace or --unit byte',
    { setting: 'encoding' },
  ],
  [
    'seed',
    () => encodeText(vocabulary, 'z', 'error', 'seed'),
    'seed: the model does not know "z"; leave them out, or add unknown skip',
    'seed: the model does not know "z"; leave them out, or add --unknown skip',
    { hint: 'leave them out, or add unknown skip' },
  ],
  [
    'diverged',
    () => {
      const trainer = new Trainer(plan({ epochs: 1, hidden: 5 }), createKernels('reference'), undefined, 1);
      trainer.weights.data.fill(Number.NaN);
      trainer.weights.refresh();
      for (const event of trainer.run()) if (event.event === 'step') return;
    },
    'training diverged at step 0: expected finite weights, got NaN; first tensor that went bad: weights of layers.0.Wxh; try learningRate 0.00075',
    'training diverged at step 0: expected finite weights, got NaN; first tensor that went bad: weights of layers.0.Wxh; try --learning-rate 0.00075',
    { expected: 'finite weights', got: Number.NaN },
  ],
  [
    'usage',
    () => giveLecture('a word that is too long', 1),
    '"a word that is too long": expected a word of 2 to 12 characters, got 23',
    '"a word that is too long": expected a word of 2 to 12 characters, got 23',
    { expected: 'a word of 2 to 12 characters', got: 23 },
  ],
];

describe('an error', () => {
  it.each(REFUSED)('%s: names settings as its reader does', async (code, work, message, line, details) => {
    const error = await errorOf(work);
    expect(error.code).toBe(code);
    expect(error.message).toBe(message);
    expect(error.lines(flagName)).toEqual([line]);
    expect(error).toMatchObject(details);
    expect(error.stack).toContain(message);
  });

  it('the writer of a run is named, and what to do', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'rnn-errors-')), 'x.json');
    const lock = lockRun(path);
    const error = await errorOf(() => lockRun(path));
    lock.release();
    expect(error.hint).toBe('wait for it, stop it, or use another out');
    expect(error.lines(flagName)[0]).toMatch(/; wait for it, stop it, or use another --out$/);
  });

  it('several things that are wrong are a line each', () => {
    const error = new RnnError('config', ['one', (name) => `two ${name('batchSize')}`]);
    expect(error.message).toBe('one\ntwo batchSize');
    expect(error.lines(flagName)).toEqual(['one', 'two --batch-size']);
  });
});

describe('flags', () => {
  const src = fileURLToPath(new URL('../src/', import.meta.url));
  /** Where a person is spoken to. */
  const ROOMS = /^(cli|config|report|sweep|live|lecture\/(texts|scenes))\//;
  const schemas = Object.entries(config).filter(([name]) => name.endsWith('Schema'));
  const keys = schemas.flatMap(([, schema]) => Object.keys((schema as z.ZodObject).shape));
  const flag = new RegExp(`(?<![\\w-]|var\\()(${[...new Set(keys)].map(flagName).join('|')})(?![\\w-])`);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );

  it('are known to the command line alone', () => {
    expect(schemas.length).toBeGreaterThan(5);
    expect(flag.test('lower --batch-size')).toBe(true);
    const users = files.filter((name) => flag.test(withoutComments(readFileSync(src + name, 'utf8'))));
    expect(users).toContain('cli/train.ts');
    expect(users.filter((name) => !ROOMS.test(name))).toEqual([]);
  });
});
