import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { deserialize } from '../../src/checkpoint/index.ts';
import { rnn, temporaryFolder } from '../support/cli.ts';
import { onScreen, type Screen } from '../support/screen.ts';
import { hasScript, inTerminal } from '../support/terminal.ts';

const KEYS = 'keys: c curve, s sample, p pause, q save and quit, ? help';
/** The bar with its figures, as it may stand in 60 columns or more. */
const BAR = /^[█░]{8,30} {2}step \d+\/\d+ {2}.*ETA (-|(\d+:)+\d\d)$/;
const FLAGS =
  '--hidden 9 --batch-size 4 --seq-length 5 --schedule constant --sample-every 0 --eval-every 20 --patience 0 --epochs 1000000 --backend reference';

/** Enough steps for a key to come in time. */
const LONG = '--steps 2000 --eval-every 500';

/** A folder with a text whose words are short, so that a sample of it can be wrapped. */
function folderWithText(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'text.txt'), 'to be or not to be, or so\n'.repeat(60));
  return folder;
}

/** A run that goes on for long enough, and what the terminal is like after it. */
const train = (flags = '--steps 1000000') => `$rnn train text.txt ${FLAGS} ${flags}`;
const andLook = (line: string) => `${line}; echo code $?; stty -a | tr ' ' '\\n'`;

const runs = ({ bar }: Screen): boolean => BAR.test(bar);
const shows = (text: string) => (screen: Screen) => screen.text.includes(text) && runs(screen);
const evaluated = ({ bar }: Screen) => BAR.test(bar) && / val(idation)? \d/.test(bar);
const barsOf = ({ lines }: Screen) => lines.filter((line) => /[█░]{3}/.test(line));
/** The run has ended with that code, and the terminal edits lines and echoes as before. */
const expectEnd = ({ lines }: Screen, code: number) => {
  const end = lines.slice(lines.indexOf(`code ${code}`));
  expect(end.filter((line) => /^(code \d+|-?icanon|-?echo|-?isig)$/.test(line)).sort()).toEqual([
    `code ${code}`,
    'echo',
    'icanon',
    'isig',
  ]);
};

describe.skipIf(!hasScript)('rnn train in a terminal (needs the program script)', () => {
  it.each([
    [60, /^[█░]{8,} {2}step \d+\/1000000 {2}bpc [\d.]+ {2}val [\d.]+ {2}ETA [\d:]+$/],
    [80, /^[█░]{8,} {2}step \d+\/1000000 {2}epoch \d+ {2}bpc [\d.]+ {2}val [\d.]+ .*ETA [\d:]+$/],
    [130, /^[█░]{8,} {2}step .* {2}elapsed 0:\d\d {2}ETA [\d:]+$/],
    [200, /^[█░]{30} {2}step .* {2}validation [\d.]+ .* characters\/s {2}elapsed 0:\d\d {2}ETA [\d:]+$/],
  ])('%i columns: one bar, no line that the terminal had to break', async (columns, bar) => {
    let seen = '';
    const screen = await onScreen(
      folderWithText(),
      andLook(train()),
      { columns },
      [
        [evaluated, '?'],
        [shows('?  this list (h too)'), 's'],
        [
          (screen) => shows('--- sample at step')(screen) && /ETA \d/.test(screen.bar),
          (screen) => {
            seen = screen.bar;
            expect(barsOf(screen)).toEqual([seen]);
          },
        ],
        [runs, 'q'],
      ],
      { NO_COLOR: '1' },
    );
    expect(seen).toMatch(bar);
    expect(seen.length).toBeLessThan(columns);
    expect(screen.broken).toEqual([]);
    expect(screen.text).toContain(`\n${KEYS}\n`);
    expect(screen.text).toMatch(/\nstopping after step \d+, saving checkpoints\/text\.json …\n/);
    expectEnd(screen, 130);
  });

  it('colours hints, but not with NO_COLOR', async () => {
    const show = async (env: object) =>
      (await onScreen(folderWithText(), train(), { columns: 80 }, [[evaluated, 'q']], env)).raw;
    expect(await show({ NO_COLOR: '', FORCE_COLOR: '1' })).toContain(`\u001b[2m${KEYS}\u001b[22m`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's
    expect(await show({ NO_COLOR: '1' })).not.toMatch(/\u001b\[[\d;]*m/);
  });

  it('keys show the curve, samples and help, and pause; the run is the same to the byte', async () => {
    const [typed, plain] = [folderWithText(), folderWithText()];
    const screen = await onScreen(typed, andLook(train(LONG)), { columns: 80 }, [
      [runs, 'p'],
      [shows('paused at step'), 's'],
      [shows('--- sample at step'), 's'],
      [({ text }) => text.split('--- sample at step').length === 3, 'c'],
      [({ text }) => /--- loss at step|no curve yet: it starts/.test(text), 'h'],
      [shows('?  this list (h too)'), 'p'],
    ]);
    expect(screen.text).toContain(
      [
        '--- keys ---',
        'c  the loss curve so far',
        's  a sample of what the model writes now',
        'p  pause; the same key goes on',
        'q  finish the step, save and quit, as Ctrl-C does',
        '?  this list (h too)',
      ].join('\n'),
    );
    const samples = screen.text.split('--- sample at step ').slice(1);
    expect(samples[0]!.split(' ')[0]).toBe(samples[1]!.split(' ')[0]);
    expect(samples[0]!.slice(0, 60)).not.toBe(samples[1]!.slice(0, 60));
    expect(screen.broken).toEqual([]);
    expectEnd(screen, 0);
    await rnn(['train', 'text.txt', ...`${FLAGS} ${LONG}`.split(' ')], { cwd: plain });
    const saved = (folder: string) => readFileSync(join(folder, 'checkpoints/text.json'));
    expect(saved(typed)).toEqual(saved(plain));
  });

  it('the curve of a run that goes on', async () => {
    const screen = await onScreen(folderWithText(), train(), { columns: 80 }, [
      [({ bar }) => / step [4-9]\d|step \d{3}/.test(bar), 'c'],
      [shows('--- loss at step'), 'q'],
    ]);
    expect(screen.text).toMatch(
      /\n--- loss at step \d+ ---\n {2}bits per character over the run: · training {3}● validation\n +[\d.]+┤/,
    );
    expect(screen.broken).toEqual([]);
  });

  it('made narrower and wider in the middle of a run: one bar, which fits, and no debris', async () => {
    const seen: string[][] = [];
    const resized = (columns: number) => (screen: Screen) => screen.resize(columns);
    const look = (screen: Screen) => {
      seen.push(barsOf(screen));
    };
    await onScreen(folderWithText(), train(), { columns: 130 }, [
      [evaluated, 'p'],
      [shows('paused at step'), resized(60)],
      [(screen) => runs(screen) && screen.bar.length < 60, look],
      [runs, resized(80)],
      [(screen) => runs(screen) && screen.bar.includes('epoch') && screen.bar.length < 80, look],
      [runs, resized(200)],
      [({ bar }) => / characters\/s {2}elapsed /.test(bar), look],
      [runs, 'q'],
    ]);
    expect(seen.map((bars) => bars.length)).toEqual([1, 1, 1]);
    expect(seen.map(([bar]) => bar!.length).map((length, i) => length < [60, 80, 200][i]!)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('Ctrl-C ends a pause; twice, it leaves at once', async () => {
    const screen = await onScreen(folderWithText(), andLook(train()), { columns: 80 }, [
      [evaluated, 'p'],
      [shows('paused at step'), '\u0003'],
    ]);
    expect(screen.text).toMatch(/\nsaved checkpoints\/text\.json at step \d+ /);
    expectEnd(screen, 130);
    const left = await onScreen(folderWithText(), andLook(train()), { columns: 80 }, [
      [evaluated, '\u0003\u0003'],
    ]);
    expect(left.text).toMatch(/\nstopping after step \d+, /);
    expect(left.text).not.toContain('\nsaved ');
    expectEnd(left, 130);
  });

  it('SIGTERM: the run is saved, the terminal as it was', async () => {
    const terminate = ({ text }: Screen) => {
      process.kill(Number(/pid (\d+)/.exec(text)![1]), 'SIGTERM');
    };
    const line = `sh -c 'echo pid $$; exec ${train()}'`;
    const screen = await onScreen(folderWithText(), andLook(line), { columns: 80 }, [[evaluated, terminate]]);
    expect(screen.text).toMatch(/\nsaved checkpoints\/text\.json at step \d+ /);
    expectEnd(screen, 143);
  });

  it('a terminal that is gone: the run is saved, and ends by the signal', async () => {
    const folder = folderWithText();
    const hangUp = ({ text }: Screen) => {
      process.kill(Number(/script (\d+)/.exec(text)![1]), 'SIGKILL');
    };
    const line = `echo script $PPID; (trap '' HUP; ${train()}; echo $? > code); true`;
    await onScreen(folder, line, { columns: 80 }, [[evaluated, hangUp]]);
    const code = () => readFileSync(join(folder, 'code'), 'utf8');
    await vi.waitFor(() => expect(code()).toBe('129\n'), { timeout: 60_000 });
    expect(existsSync(join(folder, 'checkpoints/.text.json.lock'))).toBe(false);
    const saved = readFileSync(join(folder, 'checkpoints/text.json'), 'utf8');
    expect(deserialize(saved, 'text.json').state.step).toBeGreaterThan(0);
  });

  it('an error: the terminal is as it was', async () => {
    const screen = await onScreen(
      folderWithText(),
      andLook(train('--steps 50 --learning-rate 1e38')),
      { columns: 80 },
      [],
    );
    expect(screen.text).toContain('\nerror: training diverged at step ');
    expectEnd(screen, 1);
  });

  it('Ctrl-Z leaves the terminal to the shell as it was; fg goes on, with its keys', async () => {
    const shell = "PS1='sh> ' HISTFILE= bash --norc -i";
    const prompts = ({ bar }: Screen) => bar === 'sh>';
    const screen = await onScreen(folderWithText(), shell, { columns: 80, rows: 200 }, [
      [prompts, `${train()}\r`],
      [evaluated, '\u001a'],
      [({ text, bar }) => /Stopped/.test(text) && bar === 'sh>', "stty -a | tr ' ' '\\n'\r"],
      [({ text, bar }) => /\necho\n/.test(text) && bar === 'sh>', 'fg\r'],
      [runs, '?'],
      [shows('?  this list (h too)'), 'q'],
      [({ text, bar }) => /\nsaved /.test(text) && bar === 'sh>', 'exit\r'],
    ]);
    expect(screen.text).toMatch(/\nicanon\n/);
    expect(screen.text).toContain('\nstopping after step ');
  });

  it('in the background there are no keys, and the system does not stop it', async () => {
    const shell = "PS1='sh> ' HISTFILE= bash --norc -i";
    const screen = await onScreen(folderWithText(), shell, { columns: 80 }, [
      [({ bar }) => bar === 'sh>', `${train('--steps 60')} & wait\r`],
      [({ text, bar }) => text.includes('\nsaved ') && bar === 'sh>', 'exit\r'],
    ]);
    expect(screen.text).not.toContain('keys:');
    expect(screen.text).not.toContain('Stopped');
  });

  it('a terminal that does not know its size breaks no line', async () => {
    const output = await inTerminal(folderWithText(), train('--steps 30'), []);
    expect(output).toMatch(/\r\n {2}best {6}step 30: [\d.]+ bits per character on the validation text\r\n/);
  });

  it.each(['--json > out.json', '--quiet'])('with %s there are no keys', async (flags) => {
    const line = andLook(train(`--steps 40 ${flags}`));
    const screen = await onScreen(folderWithText(), line, { columns: 80 }, []);
    expect(screen.text).not.toContain('keys:');
    expectEnd(screen, 0);
  });
});
