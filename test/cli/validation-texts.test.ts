import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serialize } from '../../src/checkpoint/index.ts';
import { temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { type Ended, measure, partOf, refusal, trainBy } from '../support/runs.ts';

const silence = vi.spyOn(process.stderr, 'write');
beforeAll(() => void silence.mockReturnValue(true));
afterAll(() => silence.mockRestore());

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
for (const name of ['train', 'valid', 'mixed']) mkdirSync(at(name));
const TEXT = someText(900);
const FILES: Record<string, string> = {
  'train/a.txt': TEXT.slice(0, 300),
  'train/b.txt': TEXT.slice(300, 600),
  'valid/v1.txt': TEXT.slice(600, 700),
  'valid/v2.txt': TEXT.slice(700, 900),
  'copy.txt': TEXT.slice(0, 600),
  'empty.txt': '',
  'one.txt': 'e',
};
for (const [name, text] of Object.entries(FILES)) writeFileSync(at(name), text);
linkSync(at('train/b.txt'), at('mixed/hard.txt'));
symlinkSync(at('train/b.txt'), at('soft.txt'));

const SMALL = { hidden: 6, batchSize: 3, seqLength: 5, schedule: 'constant', steps: 4 } as const;
const trainWith = (validation: string, texts = [at('train')]): Promise<Ended> =>
  trainBy({ texts, flags: { ...SMALL, validation: at(validation) } });

describe('train --validation', () => {
  it.each([
    ['a folder', 'valid', 300],
    ['a glob', 'valid/*.txt', 300],
    ['a file', 'valid/v2.txt', 200],
  ])('%s: all of it is measured, none of it trained on', async (_, name, characters) => {
    const { plan, checkpoint, totals } = await trainWith(name);
    expect(plan.corpus.vocabulary.decode(plan.train)).toBe(TEXT.slice(0, 600));
    expect(plan.corpus.vocabulary.decode(plan.validation)).toBe(TEXT.slice(900 - characters));
    const ids = await partOf(checkpoint, [at(name)], 'validation');
    expect(measure(checkpoint, ids)).toBeCloseTo(totals.validationBpc!, 9);
  });

  it.each([
    ['train/b.txt', 'train/b.txt'],
    ['train', 'train/a.txt'],
    ['mixed', 'mixed/hard.txt'],
    ['soft.txt', 'soft.txt'],
    ['train/../train/./a.txt', 'train/../train/./a.txt'],
    ['copy.txt', 'copy.txt'],
  ])('%s holds what is trained on and is refused', async (name, found) => {
    expect(await refusal(trainWith(name))).toBe(
      `--validation: ${at(found)} is trained on as well; name a text that is not`,
    );
  });

  it('an empty text and one of a single character measure nothing and are refused', async () => {
    await expect(trainWith('empty.txt')).rejects.toThrow(/empty\.txt: expected text to learn from, got none/);
    await expect(trainWith('one.txt')).rejects.toThrow(
      'the validation text: expected at least 2 characters, of which one can be predicted, got 1; name a longer one',
    );
  });

  it('is named again to resume, and the same', async () => {
    const first = await trainWith('valid');
    const start = { kind: 'resume', checkpoint: first.checkpoint } as const;
    const flags = { ...SMALL, steps: 8 };
    const texts = [at('train')];
    const rest = await trainBy({ texts, flags: { ...flags, validation: at('valid') } }, start);
    const whole = await trainBy({ texts, flags: { ...flags, validation: at('valid') } });
    expect(serialize(rest.checkpoint)).toBe(serialize(whole.checkpoint));
    expect(await refusal(trainBy({ texts, flags }, start))).toBe(
      'the run being resumed has a validation text of its own; name it again with --validation',
    );
    const other = { ...flags, validation: at('valid/v1.txt') };
    expect(await refusal(trainBy({ texts, flags: other }, start))).toMatch(
      /^this --validation text is not the one of the run being resumed \(sha256 [0-9a-f]{12}…, expected [0-9a-f]{12}…\); give the same text, or start anew from its weights with --init-from$/,
    );
    expect(await refusal(trainBy({ texts: [at('train'), at('valid')], flags }, start))).toMatch(
      /^this corpus is not the one of the run being resumed \(sha256 /,
    );
  });

  it('is nothing that a run without one can be resumed with', async () => {
    const { checkpoint } = await trainBy({ texts: [at('train')], flags: SMALL });
    const flags = { ...SMALL, validation: at('valid') };
    const start = { kind: 'resume', checkpoint } as const;
    expect(await refusal(trainBy({ texts: [at('train')], flags }, start))).toBe(
      '--validation: the run being resumed has no validation text of its own, or was saved by an older rnn, which kept no record of it; drop --validation, or start anew from its weights with --init-from',
    );
  });
});

describe('eval --part', () => {
  it('names the text that it needs', async () => {
    const { checkpoint } = await trainWith('valid');
    await expect(partOf(checkpoint, [at('train')], 'validation')).rejects.toThrow(
      /^--part validation: expected the --validation text this run was measured on, got 2 files \(sha256 [0-9a-f]{12}…, expected [0-9a-f]{12}…\); name that text, or drop --part$/,
    );
    await expect(partOf(checkpoint, [at('valid')], 'train')).rejects.toThrow(
      /^--part train: expected the text this model was trained on, got 2 files \(sha256 /,
    );
    expect(await partOf(checkpoint, [at('train')], 'train')).toHaveLength(600);
    await expect(partOf(checkpoint, [at('train')], 'test')).rejects.toThrow(
      '--part test: this run kept no test text, since --test-fraction was 0 or the text too short for it; drop --part',
    );
  });

  it('takes any number of texts, in order', async () => {
    const { checkpoint } = await trainWith('valid');
    const { vocabulary } = checkpoint;
    const all = await partOf(checkpoint, [at('valid/v2.txt'), at('train')], 'all');
    expect(vocabulary.decode(all)).toBe(TEXT.slice(700) + TEXT.slice(0, 600));
  });
});

describe('a folder that holds its own checkpoints', () => {
  it('is the same text after a run as before', async () => {
    const { checkpoint } = await trainWith('valid');
    writeFileSync(at('train/a.json'), serialize(checkpoint));
    writeFileSync(at('train/a.json.tmp-1-0123456789abcdef'), serialize(checkpoint).slice(0, 999));
    const again = await trainWith('valid');
    expect(serialize(again.checkpoint)).toBe(serialize(checkpoint));
    expect(silence.mock.calls.flat()).toContain(
      `note: left out ${at('train/a.json')} and 1 more: a checkpoint is no text\n`,
    );
    await expect(trainWith('valid', [at('train/a.json')])).rejects.toThrow(
      /a\.json: expected a text, got a checkpoint of a model$/,
    );
  });
});
