import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rnn, shell, temporaryFolder } from '../support/cli.ts';
import { hasScript, inTerminal } from '../support/terminal.ts';

const cwd = temporaryFolder();

describe('rnn explain through a pipe', () => {
  it('shows everything at once, without one escape sequence, hello by default', async () => {
    const { code, stdout, stderr } = await rnn(['explain']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^1 {2}A recurrent network learns “hello”\n\n {2}This is a lecture on recurrent neural networks\./,
    );
    expect(stdout).toMatch(/\n\d+ {2}Where to go on\n/);
    expect(stdout).not.toContain('\u001b');
    expect((await rnn(['explain', 'hello'], { env: { NO_COLOR: '1' } })).stdout).toBe(stdout);
    expect((await rnn(['explain', '--lang', 'ko'])).stdout).toContain('기울기 소실');
  });

  it('--json has every number; the seed decides them', async () => {
    const [a, b] = await Promise.all(
      ['1', '2'].map((seed) => rnn(['explain', 'hi', '--json', '--rng-seed', seed])),
    );
    const lecture = JSON.parse(a!.stdout) as Record<string, unknown>;
    for (const key of [
      'word',
      'vocabulary',
      'weights',
      'steps',
      'loss',
      'concatenated',
      'lengths',
      'histories',
    ])
      expect(lecture).toHaveProperty(key);
    for (const key of ['backward', 'products', 'horizon', 'gradient', 'update', 'generated', 'training'])
      expect(lecture).toHaveProperty(key);
    for (const key of ['nudge', 'truncation', 'temperatures', 'explosion', 'lstm', 'gru', 'decays'])
      expect(lecture).toHaveProperty(key);
    expect(b!.stdout).not.toBe(a!.stdout);
  });

  it('--html writes one page, over an old one too, and says so', async () => {
    await rnn(['explain', '--html', 'page.html'], { cwd });
    expect(await rnn(['explain', '--lang', 'ko', '--html', 'page.html'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'wrote page.html\n',
    });
    expect(readFileSync(join(cwd, 'page.html'), 'utf8')).toMatch(/^<!doctype html>\n<html lang="ko">/);
  });

  it.each([
    [['explain', ''], '"": expected a word of 2 to 12 characters, got 0; try rnn explain hello'],
    [['explain', 'h'], '"h": expected a word of 2 to 12 characters, got 1; try rnn explain hello'],
    [['explain', '--lang', 'de'], '--lang: expected en, ko, got "de"'],
    [
      ['explain', '--html', 'nowhere/page.html'],
      '--html nowhere/page.html: expected a file that can be written, got no such folder; choose another name',
    ],
    [
      ['explain', '--html', 'folder'],
      '--html folder: expected a file that can be written, got a folder; choose another name',
    ],
    [
      ['explain', '--html', '/dev/null'],
      '--html /dev/null: expected a file that can be written, got a device; choose another name',
    ],
  ])('%j is refused in one line', async (args, message) => {
    mkdirSync(join(cwd, 'folder'), { recursive: true });
    expect(await rnn(args, { cwd })).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` });
  });
});

describe.skipIf(!hasScript)('rnn explain in a terminal (needs the program script)', () => {
  const LINE = '$rnn explain hello; echo code $?; stty -a';
  /** What a terminal says at the end: cursor and first screen back, then the exit code, then its settings. */
  const restored = (output: string): string | undefined => {
    const end = output.slice(output.lastIndexOf('\u001b[?25h\u001b[?1049l'));
    return / icanon[\s\S]* echo /.test(end) ? end.match(/code (\d+)/)?.[1] : undefined;
  };

  it('space, arrows and b step; q leaves with the terminal as it was', async () => {
    const output = await inTerminal(cwd, LINE, [
      [/1\/\d+.*learns/, ' '],
      [/2\/\d+.*alphabet/, ' '],
      [/3\/\d+.*\(1\//, '\u001b[C'],
      [/3\/\d+.*\(2\//, '\r'],
      [/3\/\d+.*\(3\//, 'b'],
      [/3\/\d+.*\(2\//, '\u001b[D'],
      [/3\/\d+.*\(1\//, '\u001b[F'],
      [/Where to go on/, 'q'],
    ]);
    expect(restored(output)).toBe('0');
  });

  it('Ctrl-C leaves with 130 and a restored terminal', async () => {
    const output = await inTerminal(cwd, LINE, [[/1\/\d+/, '\u0003']]);
    expect(restored(output)).toBe('130');
  });

  it('SIGTERM leaves with 143 and a restored terminal', async () => {
    const line = '(while [ ! -f go ]; do sleep 0.05; done; kill -TERM $$) & exec $rnn explain hello';
    const output = await inTerminal(cwd, `sh -c '${line}'; echo code $?; stty -a`, [
      [/1\/\d+/, () => writeFileSync(join(cwd, 'go'), '')],
    ]);
    expect(restored(output)).toBe('143');
  });

  it('ends at an input that is over before it begins', async () => {
    const { stdout } = await shell(`script -qec '${LINE}' /dev/null < /dev/null`, cwd);
    expect(restored(stdout)).toBe('0');
  });

  it('TERM=dumb: everything at once, in ASCII', async () => {
    const output = await inTerminal(cwd, '$rnn explain hello', [], { TERM: 'dumb' });
    expect(output).toContain('Where to go on');
    for (const sign of ['\u001b[?1049', '⎡', 'ₜ']) expect(output).not.toContain(sign);
  });
});
