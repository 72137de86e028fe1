import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, rnn, shell, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
cpSync(corpus('hello.txt'), join(cwd, 't.txt'));
const RUN =
  '--hidden 6 --batch-size 2 --seq-length 9 --steps 9 --sample-every 4 --eval-every 4 --inspect-every 4';

describe('--quiet', () => {
  it('train, sample and eval say nothing, and print what they do without', async () => {
    const train = (more: string) => shell(`$rnn train t.txt ${RUN} ${more}`, cwd);
    expect(await train('-q')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await train('')).stderr).toContain('saved checkpoints/t-2.json at step 9');
    expect(await rnn(['sample', '-q', '--len', '0'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
    const drawn = await rnn(['sample', '--len', '7', '--quiet'], { cwd });
    expect([drawn.code, drawn.stdout.length, drawn.stderr]).toEqual([0, 7, '']);
    const [quiet, loud] = await Promise.all(['-q', ''].map((flag) => shell(`$rnn eval t.txt ${flag}`, cwd)));
    expect(quiet!.stdout).toBe(loud!.stdout);
    expect(loud!.stderr).toMatch(/^from checkpoints\/t-2/);
    expect(quiet!.stderr).toBe('');
  });

  it('errors are said, and what could not be saved', async () => {
    expect((await rnn(['train', 'none.txt', '-q'], { cwd })).stderr).toMatch(/^error: none\.txt: [^\n]*\n$/);
    const run = '--hidden 3 --batch-size 2 --seq-length 9 --steps 200 --sample-every 1 --eval-every 100';
    const lost = await shell(`(ulimit -f 32; $rnn train t.txt ${run} --log-dir logs --out lost -q)`, cwd);
    expect([lost.code, lost.stderr]).toEqual([
      0,
      'logs/t: the log cannot be written (EFBIG: file too large); training goes on without it\n',
    ]);
  });

  it('what --against finds is an answer, not a remark', async () => {
    const { stderr } = await rnn(['sample', '-q', '--len', '30', '--against', 't.txt', '--rng-seed', '1'], {
      cwd,
    });
    expect(stderr).toMatch(/copied/);
  });
});
