import { cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, rnn, shell, temporaryFolder } from '../support/cli.ts';
import { hasScript, inTerminal } from '../support/terminal.ts';

const MODEL = join(ROOT, 'checkpoints/example-rnn.json');
const cwd = temporaryFolder();
const sample = (...args: string[]) => rnn(['sample', MODEL, '--backend', 'reference', ...args], { cwd });
/** What the model writes after "THE ", always. */
const GREEDY = ['--greedy', '--seed', 'THE ', '--len', '40'];
const TEXT = 'THE KEEPER:\nI have it the sead it the sead i';

describe('what is said of a sample', () => {
  it('the file that was taken and the random seed that was drawn, which gives the same text again', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'checkpoints'));
    cpSync(MODEL, join(folder, 'checkpoints/older.json'));
    utimesSync(join(folder, 'checkpoints/older.json'), 1, 1);
    cpSync(MODEL, join(folder, 'checkpoints/play.json'));
    const { stdout, stderr } = await rnn(['sample', '--len', '70'], { cwd: folder });
    const said = /^from checkpoints\/play\.json.*\nrandom seed: (\d+) \(--rng-seed repeats it\)\n$/.exec(
      stderr,
    );
    expect(said, stderr).not.toBeNull();
    const again = await rnn(['sample', '--len', '70', '--rng-seed', said![1]!], { cwd: folder });
    expect(again).toEqual({ code: 0, stdout, stderr: stderr.slice(0, stderr.indexOf('\n') + 1) });
  });

  it('nothing where all was chosen', async () => {
    expect(await sample('--len', '3', '--rng-seed', '5')).toMatchObject({ code: 0, stderr: '' });
    expect(await sample(...GREEDY)).toEqual({ code: 0, stdout: TEXT, stderr: '' });
  });
});

describe('several samples', () => {
  it('a blank line parts them on stdout, a rule announces each on stderr', async () => {
    expect(await sample(...GREEDY, '--count', '3')).toEqual({
      code: 0,
      stdout: `${TEXT}\n\n${TEXT}\n\n${TEXT}`,
      stderr: '--- sample 1 of 3 ---\n--- sample 2 of 3 ---\n--- sample 3 of 3 ---\n',
    });
  });

  it('one blank line only where a sample ends its line, none after the last', async () => {
    const { stdout } = await sample(...GREEDY, '--count', '2', '--stop', '\\n');
    expect(stdout).toBe('THE KEEPER:\n\nTHE KEEPER:\n');
  });
});

describe('sample --against', () => {
  const folder = join(cwd, 'texts');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.txt'), 'I have it\n');
  // é and â in windows-1252: the model knows neither
  writeFileSync(join(folder, 'b.txt'), 'one\r\ntwo \u00e9\rthree\u00e2 have it the sead it x\n', 'latin1');
  writeFileSync(join(folder, 'empty.txt'), '');
  const AGAINST = ['--against', 'texts', '--encoding', 'windows-1252'];

  it('says the longest copy, its place, and the share of long copies; empty files and unknown characters are no trouble', async () => {
    expect(await sample(...GREEDY, ...AGAINST)).toEqual({
      code: 0,
      stdout: TEXT,
      stderr:
        'longest copy: 21 characters of texts/b.txt, line 3\n' +
        '  “ have it the sead it ”\n' +
        'copied: 52.5 % of the sample, in stretches of at least 20 characters\n',
    });
  });

  it('says it of each sample, and as JSON', async () => {
    const { stderr } = await sample(...GREEDY, ...AGAINST, '--count', '2', '--len', '8');
    expect(stderr.split('--- sample 1 of 2 ---\n')[2]).toBe(
      'longest copy: 1 character of texts/a.txt, line 1\n  “\u23ce”\ncopied: 0.0 % of the sample, in stretches of at least 20 characters\n' +
        '--- sample 2 of 2 ---\n' +
        'longest copy: 1 character of texts/a.txt, line 1\n  “\u23ce”\ncopied: 0.0 % of the sample, in stretches of at least 20 characters\n',
    );
    const { stdout } = await sample(...GREEDY, ...AGAINST, '--count', '2', '--json');
    const copied = {
      share: 0.525,
      atLeast: 20,
      longest: { characters: 21, text: ' have it the sead it ', file: 'texts/b.txt', line: 3 },
    };
    expect(JSON.parse(stdout)).toMatchObject({ text: TEXT, copied, copies: [copied, copied] });
  });

  it('does not count the seed', async () => {
    writeFileSync(join(cwd, 'seed.txt'), 'THE ');
    const { stderr } = await sample(...GREEDY, '--len', '0', '--against', 'seed.txt');
    expect(stderr).toBe('copied: nothing\n');
  });

  it.each([
    [
      ['--against', 'seed.txt', '--len', '700000'],
      '--against: expected at most 610080 characters to compare (--len times --count), got 700000; generate fewer',
    ],
    [['--against', 'texts/empty.txt'], 'texts/empty.txt: expected text to compare with, got none (empty)'],
    [['--against', 'nowhere.txt'], 'nowhere.txt: no such file or folder; check the name'],
    [['--repetition-penalty', '0.9'], '--repetition-penalty: expected a number from 1 to 1000000, got 0.9'],
  ])('%j is one line', async (args, message) => {
    expect(await sample(...args)).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` });
  });
});

describe('sample --interactive elsewhere than in a terminal', () => {
  it.each([
    [[], 'expected a terminal, got a pipe or file as standard input; drop it, and give the text with --seed'],
    [['--json'], 'cannot be used with --json; drop one of the two'],
    [['--count', '2'], 'cannot be used with --count; drop one of the two'],
    [['--against', 'x'], 'cannot be used with --against; drop one of the two'],
  ])('%j is one line', async (args, message) => {
    const stderr = `error: --interactive: ${message}\n`;
    expect(await sample('-i', ...args)).toEqual({ code: 1, stdout: '', stderr });
  });
});

describe.skipIf(!hasScript)('sample --interactive in a terminal (needs the program script)', () => {
  const line = (...args: string[]) =>
    `$rnn sample ${MODEL} -i --backend reference ${args.join(' ')}; echo code $?`;
  /** Without escape sequences and carriage returns. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's
  const plain = (output: string) => output.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r', '');

  it('goes on with what is typed, takes the character that is chosen, and shows what may come next', async () => {
    const output = plain(
      await inTerminal(cwd, line('--greedy', '--len', '8'), [
        [/5 {2}.*> /s, 'THE \r'],
        [/KEEPER:.*5 {2}.*> /s, '/1\r'],
        [/5 {2}.*> /s, '/\r'],
        [/ave it.*5 {2}.*> /s, '\r'],
      ]),
    );
    expect(output).toContain('THE KEEPER:\n');
    expect(output).toContain('\nI have it');
    expect(output).toMatch(/ {2}1 {2}“I” +\d\d\.\d % {2}█+/);
    expect(output).toMatch(/code 0\n$/);
  });

  it('a line with unknown characters comes back to be changed, and nothing was read', async () => {
    const output = await inTerminal(cwd, line('--greedy', '--len', '8'), [
      [/5 {2}.*> /s, 'THE Ω\r'],
      // a backspace, then the rest
      [/your text: the model does not know "Ω"[\s\S]*THE Ω/, '\u007f\r'],
      [/KEEPER:.*5 {2}.*> /s, '\u0004'],
    ]);
    expect(plain(output)).toContain('THE KEEPER:\n');
    expect(plain(output)).toMatch(/code 0\n$/);
  });

  it('a number that is not in the list is refused', async () => {
    const output = await inTerminal(cwd, line('--greedy'), [
      [/5 {2}.*> /s, '/9\r'],
      [/\/9: expected a number from 1 to 5; a text begins with \/\/[\s\S]*> .*\/9/, '\u0003'],
    ]);
    expect(plain(output)).toMatch(/code 130\n$/);
  });

  it('Ctrl-C stops a long text, then leaves with 130', async () => {
    const output = await inTerminal(cwd, line('--len', '1000000000'), [
      [/5 {2}.*> /s, 'THE \r'],
      [/THE [\s\S]{50}/, '\u0003'],
      [/5 {2}.*> /s, '\u0003'],
    ]);
    expect(plain(output)).toMatch(/code 130\n$/);
  });

  it('ends at an input that is over before it begins', async () => {
    const quoted = `'${line('--greedy', '--len', '8')}'`;
    const { code, stdout } = await shell(`script -qec ${quoted} /dev/null < /dev/null`, cwd);
    expect(plain(stdout)).toMatch(/ {2}5 {2}“.*\n(> )?\ncode 0\n$/);
    expect(code).toBe(0);
  });

  it('Ctrl-D in the middle of a long text ends it and leaves with 0', async () => {
    const output = await inTerminal(cwd, line('--len', '1000000000'), [
      [/5 {2}.*> /s, 'THE \r'],
      [/THE [\s\S]{50}/, '\u0004'],
    ]);
    expect(plain(output)).toMatch(/code 0\n$/);
  });
});
