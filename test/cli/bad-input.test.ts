import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BIN, corpus, rnn, shell, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content);

beforeAll(async () => {
  write('empty.txt', '');
  write('one.txt', 'x');
  write('same.txt', 'x'.repeat(500));
  write('picture.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2));
  write('bad.txt', Uint8Array.of(0x61, 0x62, 0x0a, 0x63, 0xff, 0x64));
  write('run.yaml', 'hiden: 12\n');
  write('chain.yaml', 'config: run.yaml\n');
  mkdirSync(join(cwd, 'folder'));
  const { stderr, code } = await rnn(['train', corpus('hello.txt'), '--preset', 'hello', '--steps', '20'], {
    cwd,
  });
  if (code !== 0) throw new Error(stderr);
  write('cut.json', readFileSync(join(cwd, 'checkpoints/hello.json'), 'utf8').slice(0, 900));
});

const UTF8 = 'expected utf-8 text: give its --encoding, or use --invalid replace or --unit byte';

describe('bad input: one clear line on stderr, nothing on stdout, exit 1', () => {
  it.each<[string[], string]>([
    [['train', 'empty.txt'], 'empty.txt: expected text to learn from, got none (empty)'],
    [
      ['train', 'one.txt'],
      'the corpus holds only one distinct character, "x"; expected at least 2, since one alone leaves nothing to predict',
    ],
    [
      ['train', 'same.txt'],
      'the corpus holds only one distinct character, "x"; expected at least 2, since one alone leaves nothing to predict',
    ],
    [['train', 'folder'], 'folder: expected a folder with text files, got an empty one'],
    [['train', 'nowhere.txt'], 'nowhere.txt: no such file or folder; check the name'],
    [['train', '*.nothing'], '*.nothing: no file matches this pattern'],
    [['train', 'picture.png'], `picture.png: byte 0x89 at offset 0 (line 1) is not utf-8; ${UTF8}`],
    [['train', 'bad.txt'], `bad.txt: byte 0xff at offset 4 (line 2) is not utf-8; ${UTF8}`],
    [['train', 'bad.txt', '--hidden', '0'], '--hidden: expected an integer from 1 to 65536, got 0'],
    [
      ['train', 'bad.txt', '--learning-rate', 'nan'],
      '--learning-rate: expected a number above 0, at most 1e+38, got "nan"',
    ],
    [['train', 'bad.txt', '--config', 'run.yaml'], 'run.yaml: hiden: no such setting; did you mean hidden?'],
    [['train', 'bad.txt', '--cell', 'transformer'], '--cell: expected rnn, lstm, gru, got "transformer"'],
    [
      ['train', 'bad.txt', '--resume', 'a', '--init-from', 'b'],
      '--resume and --init-from exclude each other: one continues a run, the other starts a new one',
    ],
    [
      ['train', corpus('hello.txt'), '--out', 'one.txt'],
      '--out one.txt: expected a directory to write checkpoints to, got EEXIST; name another directory',
    ],
    [
      ['train', corpus('names.txt'), '--resume', 'checkpoints/hello.json'],
      'this corpus is not the one of the run being resumed (sha256 bf9791f94543…, expected 6e69d8795a00…); give the same text, or start anew from its weights with --init-from',
    ],
    [
      ['train', corpus('hello.txt'), '--resume', 'checkpoints/hello.json', '--hidden', '64'],
      '--hidden 64: the run being resumed has 16; drop --hidden, or start anew from these weights with --init-from',
    ],
    [
      ['sample', 'cut.json'],
      'cut.json: expected a checkpoint written by rnn train, got text that is not JSON (cut off or damaged?)',
    ],
    [['sample', 'folder'], 'folder: expected a checkpoint file written by rnn train, got a directory'],
    [['sample', 'bad.txt'], 'bad.txt: expected a checkpoint (JSON text), got a binary file'],
    [['info', 'nowhere.json'], 'nowhere.json: no such file; expected a checkpoint written by rnn train'],
    [
      ['sample', 'checkpoints/hello.json', '--seed', 'hey you'],
      '--seed: the model does not know "y", " ", "u"; leave them out, or add --unknown skip',
    ],
    [
      ['sample', 'checkpoints/hello.json', '--seed', '42'],
      '--seed: the model does not know "4", "2"; leave them out, or add --unknown skip; --seed is the text to continue, the random seed is --rng-seed',
    ],
    [['sample', '--len', '-5'], '--len: expected an integer from 0 to 1000000000000, got -5'],
    [
      ['sample', '--temperature', '0'],
      '--temperature: expected a number above 0, at most 1000000, or --greedy for the most probable character each time, got 0',
    ],
    [
      ['eval', 'checkpoints/hello.json', 'empty.txt'],
      'empty.txt: expected text to measure, got none (empty)',
    ],
    [
      ['eval', 'checkpoints/hello.json', 'one.txt', '--unknown', 'skip'],
      'one.txt: expected text to measure, got none that the model knows (1 left out)',
    ],
    [
      ['eval', 'checkpoints/hello.json', 'one.txt', '--part', 'validation'],
      '--part validation: expected the text this model was trained on, got one.txt (sha256 2d711642b726…, expected 6e69d8795a00…); name that text, or drop --part',
    ],
    [
      ['train', 'one.txt', '--resume', 'checkpoints/hello.json'],
      'this corpus is not the one of the run being resumed (sha256 2d711642b726…, expected 6e69d8795a00…); give the same text, or start anew from its weights with --init-from',
    ],
    [
      ['train', 'one.txt', '--config', 'chain.yaml'],
      'chain.yaml: config: expected settings, got the name of another file; put its settings into chain.yaml',
    ],
    [['info', ''], '"": expected the name of a checkpoint file, got an empty one'],
    [['train', ''], '"": expected the name of a file or folder, got an empty one'],
    [['eval', 'checkpoints/hello.json', ''], '"": expected the name of a file or folder, got an empty one'],
    [
      ['neurons', 'checkpoints/hello.json', ''],
      '"": expected the name of a file or folder, got an empty one',
    ],
    [['train', 'one.txt', '--validation', ''], '--validation: expected a text file, got ""'],
    [['train', 'one.txt', '--resume', ''], '--resume: expected a checkpoint file, got ""'],
    [['train', 'one.txt', '--init-from', ''], '--init-from: expected a checkpoint file, got ""'],
    [['train', 'one.txt', '--out', ''], '--out: expected a directory, got ""'],
    [['train', 'one.txt', '--config', ''], '--config: expected a file name, got ""'],
    [['sample', 'cut.json', '--with', ''], '--with: expected checkpoint files, got [""]'],
    [['inspect-gradients', 'cut.json', '--text', ''], '--text: expected file names, got [""]'],
    [['inspect-gradients', 'cut.json', '--compare', ''], '--compare: expected a checkpoint file, got ""'],
    [['explain', '--html', ''], '--html: expected a file name, got ""'],
    [
      ['inspect-gradients', 'cut.json'],
      'cut.json: expected a checkpoint written by rnn train, got text that is not JSON (cut off or damaged?)',
    ],
  ])('rnn %j', async (args, message) => {
    expect(await rnn(args, { cwd })).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` });
  });

  it('a loss that is beyond all numbers is one line, not a result', async () => {
    const text = corpus('hello.txt');
    const learning = await rnn(['eval', 'checkpoints/hello.json', text, '--dynamic', '1000'], { cwd });
    expect([learning.code, learning.stdout]).toEqual([1, '']);
    expect(learning.stderr).toMatch(
      /^error: --dynamic 1000: expected a finite perplexity, got (Infinity|NaN); try a lower rate\n$/,
    );
    const huge = ['--preset', 'hello', '--learning-rate', '1e30', '--steps', '1', '--out', 'huge'];
    await rnn(['train', text, ...huge], { cwd });
    const { code, stdout, stderr } = await rnn(['eval', 'huge/hello.json', text], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^error: huge\/hello\.json: expected a finite perplexity, got (Infinity|NaN); the numbers of this model overflow: train anew with a lower --learning-rate\n$/,
    );
  });

  const asNobody = ['--reuid', '65534', '--clear-groups'];
  const canBeNobody = spawnSync('setpriv', [...asNobody, process.execPath, BIN, '--version']).status === 0;
  it.skipIf(!canBeNobody)('an unreadable folder says so (needs root, to be somebody else)', async () => {
    const open = temporaryFolder();
    chmodSync(open, 0o755);
    for (const name of ['closed', 'texts/closed']) mkdirSync(join(open, name), { recursive: true });
    for (const name of ['closed', 'texts/closed']) chmodSync(join(open, name), 0);
    for (const name of ['closed', 'texts']) {
      const line = `setpriv ${asNobody.join(' ')} $rnn train ${name}`;
      const { code, stderr } = await shell(line, open);
      const named = name === 'texts' ? 'texts/closed' : name;
      expect([code, stderr]).toEqual([
        1,
        `error: ${named}: cannot be read (EACCES); check its permissions\n`,
      ]);
    }
  });

  it('several violations are all named, one line each', async () => {
    const { code, stderr } = await rnn(['train', 'bad.txt', '--hidden', '0', '--layers', 'x'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: --hidden: expected an integer from 1 to 65536, got 0\nerror: --layers: expected an integer from 1 to 64, got "x"\n',
    );
  });

  it('a text shorter than the sequence shrinks the window and says so', async () => {
    const { code, stderr } = await rnn(['train', '-', '--steps', '2', '--batch-size', '32'], {
      input: 'hello hello',
    });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'note: 11 characters are too few for a validation text (a fraction of 0.1), so there is none\n',
    );
    expect(stderr).toContain(
      'note: batch-size 32 lowered to 1, the most that 11 training characters allow\n',
    );
    expect(stderr).toContain(
      'note: seq-length 50 lowered to 10, the most that 11 training characters allow\n',
    );
  });

  it('an unknown flag and an unknown command get a suggestion', async () => {
    const flag = await rnn(['train', 'bad.txt', '--hiden', '3'], { cwd });
    expect([flag.code, flag.stderr]).toEqual([
      1,
      "error: unknown option '--hiden' (did you mean --hidden?); run with --help to see all flags\n",
    ]);
    const command = await rnn(['tarin'], { cwd });
    expect(command.code).toBe(1);
    expect(command.stderr).toContain(
      "error: unknown command 'tarin' (did you mean train?); run with --help to see all flags\n",
    );
  });

  it('a folder without a checkpoint says how to get one', async () => {
    expect((await rnn(['sample'])).stderr).toBe(
      'error: checkpoints: no checkpoint there; train one with rnn train <corpus>, or name its file\n',
    );
  });

  it('a diverging run keeps its last good checkpoint and says what to try', async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await rnn(
      [
        'train',
        corpus('tiny.txt'),
        ...'--optimizer sgd --learning-rate 1e38 --momentum 0.99 --clip-norm 0 --steps 100 --hidden 9 --save-every 1'.split(
          ' ',
        ),
      ],
      { cwd: folder },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: training diverged at step \d+: expected (?:a )?finite [^;]+, got [^;]+(?:; first tensor that went bad: [^;]+)?; try --learning-rate 0\.5; checkpoints\/tiny\.json keeps step \d+\n$/,
    );
    expect((await rnn(['info', 'checkpoints/tiny.json'], { cwd: folder })).code).toBe(0);
  });
});
