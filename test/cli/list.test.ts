import { cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, rnn, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
const env = { TZ: 'Asia/Seoul' };

function place(name: string, to: string, saved: string): void {
  mkdirSync(join(cwd, 'models'), { recursive: true });
  cpSync(join(ROOT, 'checkpoints', name), join(cwd, 'models', to));
  utimesSync(join(cwd, 'models', to), new Date(saved), new Date(saved));
}
place('example-lstm.json', 'a.json', '2026-03-01T20:30:00Z');
place('example-gru.json', 'b.best.json', '2026-03-02T01:05:00Z');
writeFileSync(join(cwd, 'models/broken.json'), '{}');
writeFileSync(join(cwd, 'models/notes.txt'), 'no checkpoint');

describe('rnn list', () => {
  it('names the checkpoints of a directory, the newest first, and what is none', async () => {
    const { code, stdout, stderr } = await rnn(['list', 'models'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toBe(
      '  checkpoint   cell  size    step   train  validation  saved\n' +
        '  b.best.json  gru   1 x 32  1,620  1.765  1.900       2026-03-02 10:05\n' +
        '  a.json       lstm  1 x 32  1,620  2.192  2.224       2026-03-02 05:30\n',
    );
    expect(stderr).toMatch(/^skipped a damaged checkpoint: models\/broken\.json: [^\n]*\n$/);
  });

  it('--json has the same and the number of parameters', async () => {
    const { stdout } = await rnn(['list', 'models', '--json'], { cwd, env });
    const { directory, checkpoints, skipped } = JSON.parse(stdout) as {
      directory: string;
      checkpoints: object[];
      skipped: string[];
    };
    expect([directory, checkpoints.length, skipped.length]).toEqual(['models', 2, 1]);
    expect(checkpoints[1]).toEqual({
      file: 'a.json',
      cell: 'lstm',
      layers: 1,
      hidden: 32,
      parameters: 13079,
      step: 1620,
      trainBpc: expect.closeTo(2.192, 3),
      validationBpc: expect.closeTo(2.224, 3),
      saved: '2026-03-01T20:30:00.000Z',
    });
  });

  it('a directory without checkpoints, and none at all', async () => {
    mkdirSync(join(cwd, 'empty'), { recursive: true });
    expect(await rnn(['list', 'empty'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no checkpoints in empty; train a model with rnn train <corpus>\n',
    });
    expect(await rnn(['list'], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: checkpoints: expected a directory of checkpoints, got none; train a model with rnn train <corpus>, or name another directory\n',
    });
  });
});
