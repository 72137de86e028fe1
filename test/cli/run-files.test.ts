import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serialize } from '../../src/checkpoint/index.ts';
import { versionOf } from '../../src/cli/file-identity.ts';
import { claimRunFiles, resumedRunFiles } from '../../src/cli/run-files.ts';
import { corpus, jsonLines, rnn, temporaryFolder } from '../support/cli.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const run = lastCheckpoint(eventsOf(trainerOf({ steps: 8 })));

/** A new folder with files: best checkpoints of that run, others hold their own names. */
function folderOf(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name.endsWith('.best.json') ? serialize(run) : name);
  }
  return folder;
}

async function claim(folder: string, name = 't'): Promise<string[]> {
  const { last, best, lock } = await claimRunFiles(folder, name);
  lock.release();
  return [last, best].map((path) => path.slice(folder.length + 1));
}

async function resume(folder: string, name: string, out?: string): Promise<[string, string, boolean]> {
  const path = join(folder, name);
  const into = out === undefined ? undefined : join(folder, out);
  const { last, best, inPlace, lock } = await resumedRunFiles(path, into, run, await versionOf(path));
  lock.release();
  return [last.slice(folder.length + 1), best.slice(folder.length + 1), inPlace];
}

describe('a new run', () => {
  it('takes a name of which neither the last nor the best file is there', async () => {
    expect(await claim(folderOf())).toEqual(['t.json', 't.best.json']);
    expect(await claim(folderOf('t.json'))).toEqual(['t-2.json', 't-2.best.json']);
    expect(await claim(folderOf('t.best.json'))).toEqual(['t-2.json', 't-2.best.json']);
    expect(await claim(folderOf('t.json', 't-2.best.json', 't-3.json'))).toEqual([
      't-4.json',
      't-4.best.json',
    ]);
  });

  it('leaves nothing behind where it ends before its first save', async () => {
    const folder = folderOf();
    await claim(folder);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a resumed run', () => {
  it('goes on in its own file, whatever name leads there', async () => {
    const folder = folderOf('a/t.json', 'a/t.best.json', 'model', 'b/x');
    expect(await resume(folder, 'a/t.json')).toEqual(['a/t.json', 'a/t.best.json', true]);
    expect(await resume(folder, 'a/t.json', 'a')).toEqual(['a/t.json', 'a/t.best.json', true]);
    expect(await resume(folder, 'model')).toEqual(['model', 'model.best.json', true]);
    symlinkSync(join(folder, 'a/t.json'), join(folder, 'b/link.json'));
    expect(await resume(folder, 'b/link.json')).toEqual(['a/t.json', 'a/t.best.json', true]);
    symlinkSync(join(folder, 'a/t.json'), join(folder, 'b/t.json'));
    expect(await resume(folder, 'a/t.json', 'b')).toEqual(['a/t.json', 'a/t.best.json', true]);
  });

  it('from its best state takes a new name', async () => {
    const folder = folderOf('t.json', 't.best.json', 'alone/u.best.json');
    expect(await resume(folder, 't.best.json')).toEqual(['t-2.json', 't-2.best.json', false]);
    expect(await resume(folder, 'alone/u.best.json')).toEqual([
      'alone/u-2.json',
      'alone/u-2.best.json',
      false,
    ]);
  });

  it('in another directory takes a name that is free there', async () => {
    const folder = folderOf('a/t.json', 'b/t.json');
    expect(await resume(folder, 'a/t.json', 'b')).toEqual(['b/t-2.json', 'b/t-2.best.json', false]);
    expect(await resume(folder, 'a/t.json', 'c')).toEqual(['c/t.json', 'c/t.best.json', false]);
  });

  it('beside a best checkpoint that is not its own takes a new name', async () => {
    const other = lastCheckpoint(eventsOf(trainerOf({ steps: 8, hidden: 5 })));
    for (const foreign of [serialize(other), 'my own text', serialize(run).slice(0, 99)]) {
      const folder = folderOf('t.json');
      writeFileSync(join(folder, 't.best.json'), foreign);
      expect(await resume(folder, 't.json')).toEqual(['t-2.json', 't-2.best.json', false]);
    }
    const folder = folderOf('t.json', 'precious.txt');
    symlinkSync('precious.txt', join(folder, 't.best.json'));
    expect(await resume(folder, 't.json')).toEqual(['t-2.json', 't-2.best.json', false]);
    // what an ended start of an older version left
    const empty = folderOf('t.json');
    writeFileSync(join(empty, 't.best.json'), '');
    expect(await resume(empty, 't.json')).toEqual(['t.json', 't.best.json', true]);
  });

  it('whose file was written since it was read is refused', async () => {
    const folder = folderOf('t.json');
    const path = join(folder, 't.json');
    const version = await versionOf(path);
    writeFileSync(path, 'a later state');
    await expect(resumedRunFiles(path, undefined, run, version)).rejects.toThrow(
      `${path}: another process went on with this run just now; try again`,
    );
    expect(readdirSync(folder)).toEqual(['t.json']);
  });
});

describe('rnn train', () => {
  const QUICK = '--hidden 8 --batch-size 4 --seq-length 20 --eval-every 2 --sample-every 0'.split(' ');
  const train = (cwd: string, ...args: string[]) => rnn(['train', ...args], { cwd });
  const contents = (folder: string) =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

  it('resuming a run that has ended changes nothing and says what would', async () => {
    const cwd = temporaryFolder();
    await train(cwd, corpus('tiny.txt'), ...QUICK, '--steps', '4');
    const before = contents(join(cwd, 'checkpoints'));
    const again = await train(
      cwd,
      corpus('tiny.txt'),
      ...QUICK,
      '--steps',
      '4',
      '--resume',
      'checkpoints/tiny.json',
    );
    expect(again).toEqual({
      code: 0,
      stdout: '',
      stderr: 'note: checkpoints/tiny.json: all 4 steps were made; raise --steps to go on\n',
    });
    const json = await train(cwd, corpus('tiny.txt'), '--resume', 'checkpoints/tiny.json', '--json');
    expect(jsonLines(json.stdout)).toEqual([
      {
        event: 'done',
        reason: 'finished',
        step: 4,
        epoch: 0,
        trainBpc: expect.any(Number),
        validationBpc: expect.any(Number),
        best: { step: 4, bpc: expect.any(Number) },
        charactersPerSecond: 0,
        checkpoint: 'checkpoints/tiny.json',
        backend: expect.any(String),
        threads: 1,
      },
    ]);
    expect(contents(join(cwd, 'checkpoints'))).toEqual(before);
  });

  it('going on from the best state leaves the run as it is', async () => {
    const cwd = temporaryFolder();
    await train(cwd, corpus('tiny.txt'), ...QUICK, '--steps', '5');
    const before = contents(join(cwd, 'checkpoints'));
    const { code, stderr } = await train(
      cwd,
      corpus('tiny.txt'),
      '--resume',
      'checkpoints/tiny.best.json',
      '--steps',
      '6',
    );
    expect(code).toBe(0);
    expect(stderr).toContain(
      'note: checkpoints/tiny.best.json stays as it is; the run goes on as checkpoints/tiny-2.json\n',
    );
    expect(contents(join(cwd, 'checkpoints'))).toMatchObject(before);
    expect(readdirSync(join(cwd, 'checkpoints'))).toContain('tiny-2.json');
  });

  it('a start that fails leaves no file', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 't.txt'), 'some text. '.repeat(50));
    const { code } = await train(cwd, 't.txt', '--hidden', '8', '--optimizer', 'sgd', '--resume', 'no.json');
    expect(code).toBe(1);
    expect((await train(cwd, 't.txt', '--hidden', '60000', '--layers', '9')).code).toBe(1);
    expect(readdirSync(cwd)).toEqual(['t.txt']);
  });

  it.each([
    [['folder'], 'folder'],
    [['.'], expect.stringMatching(/^rnn-cli-/)],
    [['*/*.txt'], 'book.one'],
    [['folder/book.one.txt', 'folder/two.txt'], 'book.one'],
    [[`folder/${'가'.repeat(79)}`], '가'.repeat(26)],
    [['x.best.txt'], 'x-best'],
  ])('%j names the run %s', async (texts, name) => {
    const cwd = folderOf('folder/book.one.txt', 'folder/two.txt', `folder/${'가'.repeat(79)}`, 'x.best.txt');
    const { stdout } = await train(
      cwd,
      ...texts,
      '--json',
      '--hidden',
      '4',
      '--steps',
      '2',
      '--eval-every',
      '1',
    );
    const saved = jsonLines(stdout).flatMap(({ event, checkpoint }) =>
      event === 'save' ? [checkpoint] : [],
    );
    expect(saved[0]).toMatch(/^checkpoints\/[^/]+\.json$/);
    const run = String(saved[0]).slice('checkpoints/'.length, -'.json'.length);
    expect(run).toEqual(name);
    expect(readdirSync(join(cwd, 'checkpoints')).sort()).toEqual([`${run}.best.json`, `${run}.json`]);
  });
});
