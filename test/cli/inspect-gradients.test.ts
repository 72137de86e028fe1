import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison, Inspection } from '../../src/inspect/index.ts';
import { BIN, corpus, ROOT, rnn, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();

beforeAll(async () => {
  const { code, stderr } = await rnn(['train', corpus('hello.txt'), '--preset', 'hello'], { cwd });
  if (code !== 0) throw new Error(stderr);
});

describe('rnn inspect-gradients', () => {
  it('inspect-gradients: the three answers first, then the curve; --json has the promised keys', async () => {
    const report = await rnn(['inspect-gradients', 'checkpoints/hello.json'], { cwd });
    expect(report.code).toBe(0);
    expect(report.stdout).toMatch(/^hello: rnn, 1 layer of \d+ units, step \d+; /);
    expect(report.stdout.match(/^\d\. .*$/gm)).toEqual([
      '1. Can gradients travel?',
      '2. Does this loss send gradients back now?',
      '3. Does the model use its past?',
    ]);
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
    const { answers } = inspection as unknown as Inspection;
    expect(Object.keys(answers)).toEqual(['travel', 'loss', 'past']);
    expect(inspection.verdict).toEqual(answers.travel);
    const said = report.stdout.replaceAll(/\s+/g, ' ');
    for (const { text } of [answers.travel, answers.past]) expect(said).toContain(`? ${text}.`);
    expect(said).toMatch(
      /, --seq-length \d+ less than 10 %|no --seq-length can be advised|no measured one less/,
    );
  });

  it('inspect-gradients --answers-after: the third question of answers alone', async () => {
    const args = ['inspect-gradients', 'checkpoints/hello.json', '--no-check', '--text', corpus('hello.txt')];
    const { stdout } = await rnn([...args, '--answers-after', 'hello'], { cwd });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(' (95 %); in answers after "hello" alone. ');
    const json = await rnn([...args, '--answers-after', 'hello', '--json'], { cwd });
    const { horizon } = JSON.parse(json.stdout) as Inspection;
    // eight of the 40 line ends have no more than 50 characters before them
    expect(horizon).toMatchObject({ asked: 'answers after "hello"', places: 32 });
    const refused = await rnn([...args, '--answers-after', 'hellos'], { cwd });
    expect(refused.stderr).toBe('error: --answers-after: the model does not know "s"; name another string\n');
  });

  it('inspect-gradients --compare: both answer under their labels; the second whole under "compared"', async () => {
    const examples = ['rnn', 'lstm'].map((cell) => join(ROOT, `checkpoints/example-${cell}.json`));
    const args = ['inspect-gradients', examples[0]!, '--compare', examples[1]!, '--lags', '20', '--no-check'];
    const { stdout, stderr } = await rnn(args, { cwd });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^● example-rnn {3}rnn, 1 layer/);
    expect(stdout).toContain('\n   ● example-rnn   No, they vanish: ');
    expect(stdout).toContain('\n   ○ example-lstm  Yes: ');
    expect(stdout).toMatch(/\n {3}example-lstm carries gradients further: /);
    expect(stdout).not.toContain(examples[0]);
    const json = await rnn([...args, '--json', '--label', 'first', '--label', 'second'], { cwd });
    const both = JSON.parse(json.stdout) as Inspection & { compared: Inspection; comparison: Comparison };
    expect([both.model.cell, both.compared.model.cell]).toEqual(['rnn', 'lstm']);
    expect(both.compared.lags[20]!.median).toBeGreaterThan(both.lags[20]!.median);
    expect(both.comparison.travel).toMatchObject({
      more: 1,
      text: expect.stringMatching(/^second carries /),
    });
    expect((await rnn([...args, '--label', 'a', 'b', 'c'], { cwd })).stderr).toBe(
      'error: --label: expected at most 2 names, one a checkpoint, got 3\n',
    );
  });

  it('inspect-gradients --compare: models of different corpora are named as such, unless --text is one for both', async () => {
    const args = ['checkpoints/hello.json', '--compare', join(ROOT, 'checkpoints/example-rnn.json')];
    const inspect = (...more: string[]) =>
      rnn(['inspect-gradients', ...args, '--lags', '10', '--anchors', '4', '--no-check', ...more], { cwd });
    expect((await inspect()).stderr).toBe(
      'note: each model is measured on an excerpt of its own corpus; --text measures both on one text\n',
    );
    expect((await inspect('--text', corpus('hello.txt'))).stderr).toBe('');
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

  it('inspect-gradients --fail-on: exit 1 where gradients cannot travel, with the whole report', async () => {
    const code = async (cell: string, ...kinds: string[]) => {
      const path = join(ROOT, `checkpoints/example-${cell}.json`);
      const args = ['inspect-gradients', path, '--json', '--no-check', '--fail-on', ...kinds];
      const { code, stdout } = await rnn(args, { cwd });
      return [code, (JSON.parse(stdout) as Inspection).answers.travel.kind];
    };
    expect(await code('rnn', 'vanishing')).toEqual([1, 'vanishing']);
    expect(await code('rnn', 'exploding')).toEqual([0, 'vanishing']);
    expect(await code('lstm', 'vanishing', 'exploding')).toEqual([0, 'carried']);
    const boring = ['inspect-gradients', 'checkpoints/hello.json', '--fail-on', 'saturated'];
    expect((await rnn(boring, { cwd })).stderr).toBe(
      'error: --fail-on: expected vanishing, exploding, got ["saturated"]\n',
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
      expect(stdout).toContain('1. Can gradients travel?');
      for (const mode of ['\u001b[?25l', '\u001b[?7l']) expect(stdout).not.toContain(mode);
    },
  );
});
