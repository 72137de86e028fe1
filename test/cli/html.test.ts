import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, ROOT, rnn, temporaryFolder } from '../support/cli.ts';

const example = (cell: string): string => join(ROOT, `checkpoints/example-${cell}.json`);

/** A page of another command. */
async function olderPage(): Promise<string> {
  const cwd = temporaryFolder();
  await rnn(['explain', 'hi', '--html', 'page.html'], { cwd });
  return join(cwd, 'page.html');
}

describe('--html', () => {
  it('inspect-gradients: a page beside what is printed, of two models by their file names', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'flow.html'), readFileSync(await olderPage()));
    const { code, stdout, stderr } = await rnn(
      ['inspect-gradients', example('rnn'), '--compare', example('gru'), '--html', 'flow.html', '--json'],
      { cwd },
    );
    expect([code, stderr]).toEqual([0, 'wrote flow.html\n']);
    const { comparison } = JSON.parse(stdout) as { comparison: { travel: { text: string } } };
    const page = readFileSync(join(cwd, 'flow.html'), 'utf8');
    expect(page).toContain('<title>Gradients of example-rnn and example-gru</title>');
    expect(page).toContain(`${comparison.travel.text}.`);
    expect(readdirSync(cwd)).toEqual(['flow.html']);
  });

  it('inspect-gradients: two models of the same file name keep their folders', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'other'));
    for (const name of ['a.json', 'other/a.json'])
      writeFileSync(join(cwd, name), readFileSync(example('rnn')));
    await rnn(['inspect-gradients', 'a.json', '--compare', 'other/a.json', '--html', 'flow.html'], { cwd });
    expect(readFileSync(join(cwd, 'flow.html'), 'utf8')).toContain(
      '<title>Gradients of a and other/a</title>',
    );
  });

  it.each([
    ['the text', 'text.html', 'a file that this command reads'],
    ['the text by another name', 'link.html', 'a file that this command reads'],
    ['the checkpoint', 'a.json', 'a file that this command reads'],
    ['notes', 'notes.txt', 'a file that is not a page of rnn'],
    ['a checkpoint of another model', 'b.json', 'a file that is not a page of rnn'],
    ['a page of somebody else', 'theirs.html', 'a file that is not a page of rnn'],
    ['standard output', '-', 'standard output'],
  ])('neurons: %s is not written over', async (_, path, reason) => {
    const cwd = temporaryFolder();
    const page = '<!doctype html><p>a text to learn from, which is a page</p>';
    writeFileSync(join(cwd, 'text.html'), page);
    symlinkSync('text.html', join(cwd, 'link.html'));
    writeFileSync(join(cwd, 'theirs.html'), page);
    writeFileSync(join(cwd, 'notes.txt'), 'notes');
    for (const name of ['a.json', 'b.json']) writeFileSync(join(cwd, name), readFileSync(example('rnn')));
    const args = ['neurons', 'a.json', 'text.html', '--unknown', 'skip', '--html', path];
    const { code, stderr } = await rnn(args, { cwd });
    expect([code, stderr]).toEqual([
      1,
      `error: --html ${path}: expected a file that can be written, got ${reason}; choose another name\n`,
    ]);
    expect(readFileSync(join(cwd, 'text.html'), 'utf8')).toBe(page);
    expect(readFileSync(join(cwd, 'theirs.html'), 'utf8')).toBe(page);
    expect(readFileSync(join(cwd, 'a.json'))).toEqual(readFileSync(example('rnn')));
  });

  it('explain and inspect-gradients keep to the same', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'a.json'), readFileSync(example('rnn')));
    writeFileSync(join(cwd, 'notes.txt'), 'notes');
    const explained = await rnn(['explain', 'hello', '--html', 'notes.txt'], { cwd });
    expect(explained.stderr).toBe(
      'error: --html notes.txt: expected a file that can be written, got a file that is not a page of rnn; choose another name\n',
    );
    const inspected = await rnn(['inspect-gradients', 'a.json', '--html', './a.json'], { cwd });
    expect(inspected.stderr).toBe(
      'error: --html ./a.json: expected a file that can be written, got a file that this command reads; choose another name\n',
    );
    expect([explained.code, inspected.code]).toEqual([1, 1]);
  });

  it.each([
    ['nowhere/units.html', 'no such folder'],
    ['.', 'a folder'],
  ])('neurons: %s is one clear line, and nothing is printed', async (path, reason) => {
    const cwd = temporaryFolder();
    const args = ['neurons', example('rnn'), corpus('tiny.txt'), '--unknown', 'skip', '--length', '50'];
    const { code, stdout, stderr } = await rnn([...args, '--html', path], { cwd });
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      `error: --html ${path}: expected a file that can be written, got ${reason}; choose another name\n`,
    ]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
