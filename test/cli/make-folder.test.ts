import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/cli/make-folder.ts';
import { corpus, rnn, temporaryFolder } from '../support/cli.ts';

describe('makeFolder', () => {
  it('makes what is missing, and takes what is there', () => {
    const folder = temporaryFolder();
    makeFolder(join(folder, 'a/b/c'));
    symlinkSync('a/b', join(folder, 'link'));
    for (const path of ['a/b', 'link', 'a/d/', '.', 'e/../f']) makeFolder(`${folder}/${path}`);
    const made = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    expect(made).toEqual(['a', 'a/b', 'a/b/c', 'a/d', 'e', 'f', 'link', 'link/c']);
  });

  it('throws what the file system says', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('nowhere', join(folder, 'link'));
    const codeOf = (name: string) => {
      try {
        makeFolder(join(folder, name));
        return 'made';
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    };
    expect(['file', 'file/a', 'link', 'link/a'].map(codeOf)).toEqual([
      'EEXIST',
      'ENOTDIR',
      'EEXIST',
      'EEXIST',
    ]);
  });

  // the system's own folder, in which nothing can be made
  it.skipIf(process.platform !== 'linux')('ends in /proc', async () => {
    const run = ['train', corpus('hello.txt'), '--hidden', '3', '--steps', '2'];
    const [out, log] = await Promise.all([
      rnn([...run, '--out', '/proc/none/deeper']),
      rnn([...run, '--log-dir', '/proc/none'], { cwd: temporaryFolder() }),
    ]);
    expect([out.code, out.stderr]).toEqual([
      1,
      'error: --out /proc/none/deeper: expected a directory to write checkpoints to, got ENOENT; name another directory\n',
    ]);
    expect([log.code, log.stderr.trim().split('\n').at(-1)]).toEqual([
      1,
      'error: --log-dir /proc/none: expected a directory to write the log to, got ENOENT: no such file or directory; name another',
    ]);
  });
});
