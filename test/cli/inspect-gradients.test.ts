import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/inspect/index.ts';
import { BIN, corpus, ROOT, rnn, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();

beforeAll(async () => {
  const { code, stderr } = await rnn(['train', corpus('hello.txt'), '--preset', 'hello'], { cwd });
  if (code !== 0) throw new Error(stderr);
});

describe('rnn inspect-gradients', () => {
  it('inspect-gradients: verdict first, then the curve; --json has the promised keys', async () => {
    const report = await rnn(['inspect-gradients', 'checkpoints/hello.json'], { cwd });
    expect(report.code).toBe(0);
    expect(report.stdout).toMatch(/^(HEALTHY|VANISHING|EXPLODING|SATURATED): /);
    expect(report.stdout).toMatch(/gradient check +passed: /);
    const { stdout } = await rnn(['inspect-gradients', 'checkpoints/hello.json', '--json', '--lags', '20'], {
      cwd,
    });
    const inspection = JSON.parse(stdout) as Record<string, unknown> & { lags: object[] };
    for (const key of [
      'verdict',
      'decayPerStep',
      'halfLife',
      'recommendedSeqLength',
      'spectralRadius',
      'largestSingularValue',
      'lyapunov',
      'saturation',
      'parameters',
    ])
      expect(inspection).toHaveProperty(key);
    expect(inspection.lags).toHaveLength(21);
    expect(inspection.lags[0]).toMatchObject({
      lag: 0,
      median: expect.any(Number),
      bound: expect.any(Number),
    });
    expect(inspection.gradientCheck).toMatchObject({ passed: true });
  });

  it('inspect-gradients --compare: both verdicts in the report, the second whole under "compared"', async () => {
    const examples = ['rnn', 'lstm'].map((cell) => join(ROOT, `checkpoints/example-${cell}.json`));
    const args = ['inspect-gradients', examples[0]!, '--compare', examples[1]!, '--lags', '20', '--no-check'];
    const { stdout } = await rnn(args, { cwd });
    expect(stdout.split('\n')[0]).toContain(`${examples[0]}: VANISHING: `);
    expect(stdout.split('\n')[1]).toMatch(/example-lstm\.json: [A-Z]+: /);
    expect(stdout).toContain('○ compared');
    const both = JSON.parse((await rnn([...args, '--json'], { cwd })).stdout) as Inspection & {
      compared: Inspection;
    };
    expect([both.model.cell, both.compared.model.cell]).toEqual(['rnn', 'lstm']);
    expect(both.compared.lags[20]!.median).toBeGreaterThan(both.lags[20]!.median);
  });

  it('train --inspect-every: the flow at those steps, in events, file and report, and the same after a resume', async () => {
    const flags = [
      'train',
      corpus('tiny.txt'),
      ...'--hidden 9 --schedule constant --steps 6 --inspect-every 2'.split(' '),
    ];
    const whole = await rnn([...flags, '--out', 'flow', '--json'], { cwd });
    const looks = whole.stdout
      .split('\n')
      .filter((line) => line.includes('"inspect"'))
      .map((line) => JSON.parse(line) as { step: number; kept: number; spectralRadius: number });
    expect(looks.map(({ step }) => step)).toEqual([2, 4, 6]);
    const report = (path: string) => rnn(['inspect-gradients', path, '--json', '--no-check'], { cwd });
    const { flow } = JSON.parse((await report('flow/tiny.json')).stdout) as Inspection;
    expect(flow).toEqual(looks.map(({ event: _, ...row }: Record<string, unknown>) => row));
    await rnn([...flags, '--out', 'half', '--steps', '3'], { cwd });
    await rnn([...flags, '--resume', 'half/tiny.json'], { cwd });
    expect(readFileSync(join(cwd, 'half/tiny.json'), 'utf8')).toBe(
      readFileSync(join(cwd, 'flow/tiny.json'), 'utf8'),
    );
  });

  it('inspect-gradients --text: unknown characters are named, or left out with --unknown skip', async () => {
    const args = [
      'inspect-gradients',
      'checkpoints/hello.json',
      '--json',
      '--no-check',
      '--text',
      corpus('tiny.txt'),
    ];
    expect((await rnn(args, { cwd })).stderr).toMatch(
      /^error: .*the model does not know .* add --unknown skip\n$/,
    );
    const { measuredOn } = JSON.parse(
      (await rnn([...args, '--unknown', 'skip'], { cwd })).stdout,
    ) as Inspection;
    const known = [...readFileSync(corpus('tiny.txt'), 'utf8')].filter((c) => 'helo\n'.includes(c)).length;
    expect(measuredOn).toMatchObject({ text: corpus('tiny.txt'), characters: known });
  });

  it('inspect-gradients --fail-on: exit 1 on that verdict only, with the whole report', async () => {
    const args = ['inspect-gradients', 'checkpoints/hello.json', '--json'];
    const { verdict } = JSON.parse((await rnn(args, { cwd })).stdout) as { verdict: { kind: string } };
    const kinds = ['vanishing', 'exploding', 'saturated'];
    const others = kinds.filter((kind) => kind !== verdict.kind);
    expect((await rnn([...args, '--fail-on', ...others], { cwd })).code).toBe(0);
    const codes = await Promise.all(
      kinds.map(async (kind) => (await rnn([...args, '--fail-on', kind], { cwd })).code),
    );
    expect(codes).toEqual(kinds.map((kind) => Number(kind === verdict.kind)));
    expect((await rnn([...args, '--fail-on', 'boring'], { cwd })).stderr).toBe(
      'error: --fail-on: expected vanishing, exploding, saturated, got ["boring"]\n',
    );
  });

  it.skipIf(spawnSync('script', ['--version']).error !== undefined)(
    'its bar hides no cursor and turns no wrapping off, which Ctrl-C would leave so (needs the program script)',
    () => {
      const line = `${process.execPath} ${BIN} inspect-gradients checkpoints/hello.json`;
      const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, TERM: 'xterm' },
      });
      expect(stdout).toContain('reading');
      expect(stdout).toMatch(/(HEALTHY|VANISHING|EXPLODING|SATURATED): /);
      for (const mode of ['\u001b[?25l', '\u001b[?7l']) expect(stdout).not.toContain(mode);
    },
  );
});
