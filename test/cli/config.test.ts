import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, rnn, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
writeFileSync(join(cwd, 'run.yaml'), 'layers: 2\noptimizer: sgd\nvalidation: "other: text.txt"\n');

describe('rnn config', () => {
  it('names each setting with where it comes from; those that a text decides are comments', async () => {
    const args = ['config', '--print', '--preset', 'small', '--config', 'run.yaml', '--hidden', '99'];
    const { code, stdout, stderr } = await rnn(args, { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').map((line) => line.replace(/ {2,}/, '  '));
    for (const line of [
      'out: checkpoints  # default',
      'validation: "other: text.txt"  # run.yaml',
      'hidden: 99  # --hidden',
      'layers: 2  # run.yaml',
      'seqLength: 50  # preset small',
      '# patience:  # not set, or fitted to the text',
      // the preset's belongs to another optimiser
      'learningRate: 0.5  # default',
    ])
      expect(lines).toContain(line);
    expect(lines.filter((line) => /^#? ?(preset|config|json)/.test(line))).toEqual([]);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('what a file says holds where its flag is not given, of --no- flags too', async () => {
    writeFileSync(join(cwd, 'cold.yaml'), 'carryState: false\n');
    const lineOf = async (...args: string[]) =>
      (await rnn(['config', ...args], { cwd })).stdout.match(/^carryState.*/m)?.[0].replace(/ +/g, ' ');
    expect(await lineOf()).toBe('carryState: true # default');
    expect(await lineOf('--config', 'cold.yaml')).toBe('carryState: false # cold.yaml');
    expect(await lineOf('--no-carry-state')).toBe('carryState: false # --no-carry-state');
  });

  it('--config reads both of its forms back to the same settings', async () => {
    const flags = [
      '--preset',
      'best-lstm',
      '--log-dir',
      'a b: "c" # d\n안녕',
      '--clip-norm',
      '2.5',
      '--lr',
      '1e-7',
    ];
    const [yaml, json] = await Promise.all([
      rnn(['config', ...flags], { cwd }),
      rnn(['config', ...flags, '--json'], { cwd }),
    ]);
    writeFileSync(join(cwd, 'a.yaml'), yaml.stdout);
    writeFileSync(join(cwd, 'b.json'), json.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject({ cell: 'lstm', clipNorm: 2.5, logDir: flags[3] });
    for (const file of ['a.yaml', 'b.json'])
      expect((await rnn(['config', '--config', file, '--json'], { cwd })).stdout).toBe(json.stdout);
  });

  it('a run takes them', async () => {
    const flags = '--hidden 3 --batch-size 2 --seq-length 9 --steps 4 --sample-every 0 --rng-seed 5'.split(
      ' ',
    );
    writeFileSync(join(cwd, 'c.yaml'), (await rnn(['config', ...flags], { cwd })).stdout);
    cpSync(corpus('hello.txt'), join(cwd, 't.txt'));
    const runs = [
      ['--config', 'c.yaml', '--out', 'file'],
      [...flags, '--out', 'flags'],
    ];
    for (const run of runs) expect((await rnn(['train', 't.txt', ...run], { cwd })).code).toBe(0);
    const [a, b] = ['file', 'flags'].map((out) => readFileSync(join(cwd, out, 't.json'), 'utf8'));
    expect(a).toBe(b);
  });

  it('what no run would take is refused as there', async () => {
    expect((await rnn(['config', '--hidden', '0', '--lr', 'x'], { cwd })).stderr).toBe(
      'error: --hidden: expected an integer from 1 to 65536, got 0\nerror: --learning-rate: expected a number above 0, at most 1e+38, got "x"\n',
    );
    expect(await rnn(['config', '--resume', 'a.json'], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: a.json: expected no checkpoint, whose settings rnn info --json shows\n',
    });
  });
});
