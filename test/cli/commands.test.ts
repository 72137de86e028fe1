import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { corpus, jsonLines, ROOT, rnn, shell, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
const QUICK = [
  '--hidden',
  '16',
  '--batch-size',
  '4',
  '--seq-length',
  '20',
  '--eval-every',
  '20',
  '--sample-every',
  '0',
  '--schedule',
  'constant',
];

beforeAll(async () => {
  const { code, stderr } = await rnn(['train', corpus('hello.txt'), '--preset', 'hello'], { cwd });
  if (code !== 0) throw new Error(stderr);
});

describe('the lecture, end to end', () => {
  it('rnn train hello.txt --preset hello, then rnn sample --seed h --len 4 --greedy prints hello', async () => {
    expect(await rnn(['sample', '--seed', 'h', '--len', '4', '--greedy'], { cwd })).toEqual({
      code: 0,
      stdout: 'hello',
      stderr: expect.stringMatching(/^from checkpoints\/hello\.best\.json \(step \d+\)\n$/),
    });
  });

  it('sample --json has seed, text and rngSeed; the same rngSeed gives the same text', async () => {
    const args = ['sample', '--seed', 'he', '--len', '30', '--temperature', '3', '--json', '--rng-seed', '5'];
    const [a, b] = await Promise.all([rnn(args, { cwd }), rnn(args, { cwd })]);
    expect(a.stdout).toBe(b.stdout);
    const { seed, text, rngSeed } = JSON.parse(a.stdout) as { seed: string; text: string; rngSeed: number };
    expect([seed, rngSeed, text.length, text.slice(0, 2)]).toEqual(['he', 5, 32, 'he']);
    expect(
      (
        await rnn(
          args
            .slice(0, -3)
            .filter((arg) => arg !== '--json')
            .concat('--rng-seed', '5'),
          { cwd },
        )
      ).stdout,
    ).toBe(text);
  });

  it('sample: --stop ends after the string, --count parts by blank lines, seeds come from files and stdin', async () => {
    const stop = await rnn(['sample', '--seed', 'h', '--stop', 'lo', '--greedy', '--count', '2'], { cwd });
    expect(stop.stdout).toBe('hello\n\nhello');
    writeFileSync(join(cwd, 'seed.txt'), 'hel');
    expect((await rnn(['sample', '--seed', '@seed.txt', '--len', '2', '--greedy'], { cwd })).stdout).toBe(
      'hello',
    );
    expect(
      (await rnn(['sample', '--seed', '-', '--len', '2', '--greedy'], { cwd, input: 'hel' })).stdout,
    ).toBe('hello');
    expect((await rnn(['sample', '--len', '5', '--greedy'], { cwd })).stdout).toBe('hello');
    expect((await rnn(['sample', '--seed', 'h', '--len', '0'], { cwd })).stdout).toBe('h');
  });

  it('eval: a learned text costs next to nothing; nats, bpc and perplexity agree', async () => {
    const { stdout } = await rnn(['eval', 'checkpoints/hello.json', corpus('hello.txt'), '--json'], { cwd });
    const { characters, nats, bpc, perplexity } = JSON.parse(stdout) as Record<string, number>;
    expect(characters).toBe(239);
    expect(bpc).toBeLessThan(0.1);
    expect(bpc).toBeCloseTo(nats! / characters! / Math.LN2, 12);
    expect(perplexity).toBeCloseTo(2 ** bpc!, 12);
  });

  it('eval --per-char: bits of every character but the first, which add up; baselines beside them', async () => {
    const args = ['eval', 'checkpoints/hello.json', corpus('hello.txt'), '--per-char'];
    const result = JSON.parse((await rnn([...args, '--json'], { cwd })).stdout) as {
      bpc: number;
      units: string[];
      bits: (number | null)[];
      baselines: Record<string, number>;
    };
    expect(result.units.slice(0, 6).join('')).toBe('hello\n');
    expect(result.bits[0]).toBeNull();
    const bits = result.bits.slice(1) as number[];
    expect(bits.reduce((sum, value) => sum + value, 0) / bits.length).toBeCloseTo(result.bpc, 9);
    expect(result.baselines.uniform).toBeCloseTo(Math.log2(5), 12);
    expect(result.baselines.fivegram).toBeGreaterThan(result.bpc);
    const { stdout } = await rnn(args, { cwd, env: { NO_COLOR: '1' } });
    expect(stdout.startsWith('hello\nhello\n')).toBe(true);
    expect(stdout).toMatch(/to compare +uniform 2\.32, unigram \d\.\d\d, bigram .*; counted while reading\)/);
  });

  it('eval without a checkpoint takes the best state of the newest run, and says which', async () => {
    const { code, stdout, stderr } = await rnn(['eval', corpus('hello.txt'), '--json'], { cwd });
    expect([code, (JSON.parse(stdout) as { characters: number }).characters]).toEqual([0, 239]);
    expect(stderr).toMatch(
      /^from checkpoints\/hello\.best\.json \(step \d+\)\nnote: this is the text that the model was trained on\n$/,
    );
  });

  it('eval and neurons: a text before its checkpoint, and a checkpoint without a text', async () => {
    const model = 'checkpoints/hello.json';
    const text = corpus('hello.txt');
    for (const command of ['eval', 'neurons']) {
      expect(await rnn([command, text, model], { cwd })).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: ${text}: expected the checkpoint first; try rnn ${command} ${model} ${text}\n`,
      });
    }
    expect((await rnn(['eval', model], { cwd })).stderr).toBe(
      `error: rnn eval ${model}: expected a text behind the checkpoint, got none\n`,
    );
    expect((await rnn(['eval', 'none.txt'], { cwd })).stderr).toBe(
      'error: none.txt: no such file; expected a text, or a checkpoint and a text\n',
    );
  });

  it('eval --answers-after: the share of right answers; --cold-every: how often the state was zero', async () => {
    const args = ['eval', 'checkpoints/hello.json', corpus('hello.txt'), '--answers-after', 'he'];
    const found = async (...flags: string[]) =>
      JSON.parse((await rnn([...args, '--json', ...flags], { cwd })).stdout) as Record<string, unknown>;
    const whole = await found();
    expect(whole).toMatchObject({ coldEvery: 0, answers: { asked: 40, right: 40, commonest: 40 } });
    const cold = await found('--cold-every', '6');
    expect(cold).toMatchObject({ characters: 239, coldEvery: 6, answers: { asked: 40, right: 40 } });
    const letters = await found('--cold-every', '1');
    // of an "l" alone nothing says whether it is the first or the second
    expect(letters).toMatchObject({ coldEvery: 1, answers: { asked: 40, right: 0, commonest: 40 } });
    expect(letters.bpc).toBeGreaterThan(0.4);
    const { stdout } = await rnn([...args, '--cold-every', '6'], { cwd });
    expect(stdout).toContain(
      '  state               reset to zero after every 6 characters\n  right answers       100.0 % (40 of 40); always the most frequent one: 100.0 %\n',
    );
    const refused = await rnn([...args, '--answers-after', 'oh'], { cwd });
    expect(refused.stderr).toBe(
      'error: --answers-after "oh": expected it in the text, with an answer behind it; name another string\n',
    );
    const unknown = await rnn([...args, '--answers-after', '='], { cwd });
    expect(unknown.stderr).toBe('error: --answers-after: the model does not know "="; name another string\n');
  });

  it('eval --dynamic: before and after, and whether it helped', async () => {
    writeFileSync(join(cwd, 'other.txt'), 'hollo\n'.repeat(30));
    const args = ['eval', 'checkpoints/hello.json', 'other.txt'];
    const bpcOf = async (...flags: string[]) =>
      JSON.parse((await rnn([...args, '--json', ...flags], { cwd })).stdout) as {
        bpc: number;
        staticBpc?: number;
      };
    const before = await bpcOf();
    expect(before).not.toHaveProperty('staticBpc');
    const after = await bpcOf('--dynamic', '0.1');
    expect(after.staticBpc).toBeCloseTo(before.bpc, 6);
    expect(after.bpc).toBeLessThan(before.bpc);
    const { stdout } = await rnn([...args, '--dynamic', '0.1'], { cwd });
    expect(stdout).toContain(
      `  bits per character  ${after.bpc.toFixed(4)}\n  static              ${after.staticBpc!.toFixed(4)}: learning from this text helped\n`,
    );
    const learned = [...args, '--dynamic', '100'];
    expect((await rnn(learned, { cwd })).stdout).toMatch(
      /static +\d\.\d{4}: learning from this text hurt: try a lower --dynamic\n/,
    );
  });

  it('eval --with itself changes nothing; another vocabulary is refused', async () => {
    const args = ['eval', 'checkpoints/hello.json', corpus('hello.txt'), '--json'];
    const alone = JSON.parse((await rnn(args, { cwd })).stdout) as { bpc: number };
    const twice = JSON.parse((await rnn([...args, '--with', 'checkpoints/hello.json'], { cwd })).stdout) as {
      bpc: number;
    };
    expect(twice.bpc).toBeCloseTo(alone.bpc, 6);
    const other = join(ROOT, 'checkpoints/example-gru.json');
    const refused = await rnn([...args, '--with', other], { cwd });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'expected the vocabulary of the first checkpoint (5 characters), got another one (55)',
    );
    const sample = [
      'sample',
      'checkpoints/hello.json',
      '--with',
      'checkpoints/hello.json',
      '--seed',
      'h',
      '--len',
      '4',
    ];
    expect((await rnn([...sample, '--greedy'], { cwd })).stdout).toBe('hello');
  });

  it('eval --part: the test text is what training never saw', async () => {
    const folder = temporaryFolder();
    const quick = ['--hidden', '8', '--steps', '3', '--test-fraction', '0.25'];
    await rnn(['train', corpus('tiny.txt'), ...quick], { cwd: folder });
    const evaluate = (...part: string[]) =>
      rnn(['eval', 'checkpoints/tiny.json', corpus('tiny.txt'), '--json', ...part], { cwd: folder });
    const { characters } = JSON.parse((await evaluate('--part', 'test')).stdout) as { characters: number };
    expect(characters).toBe(6121);
    const wrong = ['eval', 'checkpoints/tiny.json', corpus('hello.txt'), '--part', 'test'];
    expect((await rnn(wrong, { cwd: folder })).stderr).toMatch(
      /--part test: expected the text this model was trained on, got \S+hello\.txt \(sha256 [0-9a-f]{12}…, expected [0-9a-f]{12}…\); name that text, or drop --part/,
    );
  });

  it('train --validation FILE measures on that file; --find-lr suggests a rate and writes nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'valid.txt'), 'hello\n'.repeat(20));
    const quick = ['--hidden', '8', '--steps', '3', '--seq-length', '5', '--batch-size', '2'];
    const args = ['train', corpus('hello.txt'), '--validation', 'valid.txt', ...quick];
    expect((await rnn(args, { cwd: folder })).stderr).toMatch(/240 to train on, 120 for validation/);
    const same = ['train', corpus('hello.txt'), '--validation', corpus('hello.txt')];
    expect((await rnn(same, { cwd: folder })).stderr).toContain(
      'hello.txt is trained on as well; name a text that is not',
    );
    const found = await rnn(['train', corpus('hello.txt'), ...quick, '--find-lr'], {
      cwd: temporaryFolder(),
    });
    expect(found.stdout).toMatch(/▲\n {2}try --learning-rate [\d.e-]+\n$/);
    expect(found.stderr).not.toContain('saved');
  });

  it('neurons: the text by one unit, units ranked by property; an unknown unit is refused', async () => {
    const args = ['neurons', 'checkpoints/hello.json', corpus('hello.txt')];
    const { neuron, values, characters, responses } = JSON.parse(
      (await rnn([...args, '--json'], { cwd })).stdout,
    ) as {
      neuron: string;
      values: number[];
      characters: string[];
      responses: Record<string, { index: number; correlation: number }[]>;
    };
    expect(characters.slice(0, 5).join('')).toBe('hello');
    expect(values).toHaveLength(240);
    expect(responses['line position']).toHaveLength(5);
    expect(responses['inside quotes']).toEqual([]);
    expect(neuron).toMatch(/^0:h\d+$/);
    const plain = await rnn([...args, '--neuron', '0:h3'], { cwd, env: { NO_COLOR: '1' } });
    expect(plain.stdout.startsWith('hello\nhello\n')).toBe(true);
    expect(plain.stdout).toMatch(
      /unit 0:h3: values from −[\d.]+ to [\d.]+; a terminal with colours or --html FILE shows them\n\n {2}units that correlate with a property/,
    );
    const colored = await rnn([...args, '--neuron', '0:h3'], { cwd, env: { FORCE_COLOR: '3' } });
    expect(colored.stdout).toMatch(/ {2}unit 0:h3: red near −[\d.]+, blue near \+[\d.]+\n/);
    expect((await rnn([...args, '--neuron', '1:c2'], { cwd })).stderr).toBe(
      'error: --neuron 1:c2: expected LAYER:UNIT such as 0:h5, layers 0 to 0, h with 0 to 15\n',
    );
  });

  it('corpus: a task of a chosen lag, the same each time; an unknown one is refused', async () => {
    const { stdout } = await rnn(['corpus', 'recall', '--lag', '7', '--lines', '3']);
    expect(stdout).toMatch(/^([A-H])[a-d]{7}=\1\n([A-H])[a-d]{7}=\2\n([A-H])[a-d]{7}=\3\n$/);
    expect((await rnn(['corpus', 'recall', '--lag', '7', '--lines', '3'])).stdout).toBe(stdout);
    const { code, stderr } = await rnn(['corpus', 'recal']);
    expect([code, stderr]).toEqual([
      1,
      'error: recal: expected a task (recall, copy, sum, order, brackets, anbn); see rnn corpus --help\n',
    ]);
  });

  it('info: what is in the file, for people and as JSON', async () => {
    const { stdout } = await rnn(['info', 'checkpoints/hello.json'], { cwd });
    expect(stdout).toMatch(/model +rnn, 1 x 16 units, 437 parameters\n/);
    expect(stdout).toMatch(/vocabulary +5 \(codepoint\): ⏎ehlo\n/);
    const info = JSON.parse(
      (await rnn(['info', 'checkpoints/hello.json', '--json'], { cwd })).stdout,
    ) as object;
    expect(info).toMatchObject({
      cell: 'rnn',
      hidden: 16,
      layers: 1,
      vocabularySize: 5,
      parameterCount: 437,
      step: 380,
    });
  });
});

describe('rnn train', () => {
  it('--json prints the events of the contract, one a line, and done has the promised keys', async () => {
    const { code, stdout } = await rnn([
      'train',
      corpus('tiny.txt'),
      ...QUICK,
      '--steps',
      '40',
      '--sample-every',
      '20',
      '--threads',
      '1',
      '--json',
    ]);
    expect(code).toBe(0);
    const events = jsonLines(stdout);
    expect([...new Set(events.map(({ event }) => event))].sort()).toEqual([
      'done',
      'evaluate',
      'sample',
      'save',
      'start',
      'step',
    ]);
    expect(Object.keys(events.at(-1)!).sort()).toEqual([
      'backend',
      'best',
      'charactersPerSecond',
      'checkpoint',
      'epoch',
      'event',
      'reason',
      'step',
      'threads',
      'trainBpc',
      'validationBpc',
    ]);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      step: 40,
      checkpoint: 'checkpoints/tiny.json',
      backend: expect.stringMatching(/^(native|wasm|reference)/),
      threads: 1,
    });
  });

  it('standard input, several files and a folder', async () => {
    const piped = await rnn(['train', '-', '--json', ...QUICK, '--steps', '2'], {
      input: 'abcdefgh '.repeat(60),
    });
    expect(jsonLines(piped.stdout).at(-1)).toMatchObject({
      event: 'done',
      checkpoint: 'checkpoints/stdin.json',
    });
    const both = await rnn([
      'train',
      corpus('hello.txt'),
      corpus('names.txt'),
      '--json',
      ...QUICK,
      '--steps',
      '2',
    ]);
    expect(both.stderr).toContain('2,842 characters, 26 distinct');
  });

  it('says before the first step what the run will be', async () => {
    const { stderr } = await rnn(['train', corpus('tiny.txt'), ...QUICK, '--steps', '1']);
    expect(stderr).toMatch(
      /text +24,488 characters, 55 distinct; 22,040 to train on, 2,448 for validation\n/,
    );
    expect(stderr).toMatch(
      /model +rnn, 1 layer of 16 units: 2,087 parameters, one for every 10\.6 training characters\n/,
    );
    expect(stderr).toMatch(
      /uniform 5\.78, unigram 4\.77, bigram 2\.95, 4-gram 1\.73 \(the best n-gram up to 8\)\n/,
    );
    const cold = await rnn(['train', corpus('tiny.txt'), ...QUICK, '--steps', '1', '--no-carry-state']);
    expect(cold.stderr).toMatch(/ x \d+ steps a window, each from a zero state\n/);
  });

  it('resume: 40 steps equal 20, stop, resume to 40, to the byte of the file', async () => {
    const [a, b] = [temporaryFolder(), temporaryFolder()];
    await rnn(['train', corpus('tiny.txt'), ...QUICK, '--steps', '40'], { cwd: a });
    await rnn(['train', corpus('tiny.txt'), ...QUICK, '--steps', '20'], { cwd: b });
    const { code } = await rnn(
      ['train', corpus('tiny.txt'), '--resume', 'checkpoints/tiny.json', '--steps', '40'],
      { cwd: b },
    );
    expect(code).toBe(0);
    const [first, second] = [a, b].map((folder) =>
      readFileSync(join(folder, 'checkpoints/tiny.json'), 'utf8'),
    );
    expect(second).toBe(first);
    expect(readdirSync(join(b, 'checkpoints')).sort()).toEqual(['tiny.best.json', 'tiny.json']);
  });

  it('a second run does not overwrite the first', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 2; i++)
      await rnn(['train', corpus('hello.txt'), ...QUICK, '--steps', '1'], { cwd: folder });
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual([
      'hello-2.best.json',
      'hello-2.json',
      'hello.best.json',
      'hello.json',
    ]);
  });

  it('--init-from fine-tunes on a text with other characters', async () => {
    const { code, stderr } = await rnn([
      'train',
      corpus('names.txt'),
      '--init-from',
      join(cwd, 'checkpoints/hello.json'),
      '--steps',
      '3',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('note: 21 characters are new to the model, not trained yet');
    expect(stderr).toMatch(/1 layer of 16 units/);
  });
});

describe('pipes and signals', () => {
  it('rnn sample | head -c 10 is quiet and ends', async () => {
    const { stdout, stderr } = await shell(
      '$rnn sample checkpoints/hello.json --rng-seed 1 --len 1000000 --seed h | head -c 10; echo " $PIPESTATUS"',
      cwd,
    );
    expect(stdout).toMatch(/^h[helo\n]{9} 0\n$/);
    expect(stderr).toBe('');
  });

  it('train --json | head -3 stops, saves and is quiet about the pipe', async () => {
    const folder = temporaryFolder();
    const { stdout, stderr } = await shell(
      `$rnn train ${corpus('tiny.txt')} ${QUICK.join(' ')} --json | head -3`,
      folder,
    );
    expect(stdout).toMatch(/^\{"event":"start"/);
    expect(stderr).not.toMatch(/EPIPE|\n +at /);
    expect(existsSync(join(folder, 'checkpoints/tiny.json'))).toBe(true);
  });

  it('a full disk behind stdout is one line and exit 1', async () => {
    const line = '$rnn sample checkpoints/hello.json --greedy --len 9 --seed h > /dev/full; echo $?';
    const { stdout, stderr } = await shell(line, cwd);
    expect(stdout).toBe('1\n');
    expect(stderr).toBe('error: standard output cannot be written (ENOSPC: no space left on device)\n');
  });

  it.each([
    ['INT', 130],
    ['TERM', 143],
    ['HUP', 129],
  ])('SIG%s saves and exits with %i; the run can go on', async (signal, code) => {
    const folder = temporaryFolder();
    const line = `$rnn train ${corpus('tiny.txt')} ${QUICK.join(' ')} --epochs 100000 --json > log & pid=$!; while ! grep -qs '"step":5,' log; do sleep 0.05; done; kill -${signal} $pid; wait $pid; echo $?`;
    expect((await shell(line, folder)).stdout).toBe(`${code}\n`);
    const done = jsonLines(readFileSync(join(folder, 'log'), 'utf8')).at(-1)!;
    expect(done).toMatchObject({ event: 'done', reason: 'stopped' });
    const info = JSON.parse(
      (await rnn(['info', 'checkpoints/tiny.json', '--json'], { cwd: folder })).stdout,
    ) as { step: number };
    expect(info.step).toBe(done.step);
  });

  it('kill -9 at any moment leaves a whole checkpoint (12 kills while every step saves)', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 12; i++) {
      const out = `run${i}`;
      await shell(
        `$rnn train ${corpus('tiny.txt')} ${QUICK.join(' ')} --save-every 1 --out ${out} 2>log & pid=$!; while [ ! -s ${out}/tiny.json ]; do sleep 0.01; done; sleep 0.${i}3; kill -9 $pid; wait $pid 2>/dev/null`,
        folder,
      );
      expect((await rnn(['info', `${out}/tiny.json`], { cwd: folder })).code).toBe(0);
    }
  });

  it('NO_COLOR, whatever it holds, wins where colours are forced', async () => {
    const args = ['eval', 'checkpoints/hello.json', corpus('hello.txt'), '--per-char'];
    const colored = await rnn(args, { cwd, env: { FORCE_COLOR: '1' } });
    expect(colored.stdout).toContain('\u001b[');
    const plain = await rnn(args, { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '0' } });
    expect(plain.stdout + plain.stderr).not.toContain('\u001b');
  });

  it('NO_COLOR and a pipe: no escape sequence anywhere', async () => {
    const { stdout, stderr } = await rnn(['train', corpus('hello.txt'), '--preset', 'hello'], {
      env: { NO_COLOR: '1' },
    });
    expect(stdout + stderr).not.toContain('\u001b');
    expect((await rnn(['inspect-gradients', join(cwd, 'checkpoints/hello.json')])).stdout).not.toContain(
      '\u001b',
    );
  });
});

describe('other names', () => {
  it('inspect is inspect-gradients, --lr is --learning-rate', async () => {
    const args = [join(ROOT, 'checkpoints/example-rnn.json'), '--no-check', '--anchors', '4', '--json'];
    const [short, long] = await Promise.all([rnn(['inspect', ...args]), rnn(['inspect-gradients', ...args])]);
    expect([short.code, short.stdout]).toEqual([0, long.stdout]);
    expect((await rnn(['train', 'x.txt', '--lr', '0'])).stderr).toBe(
      'error: --learning-rate: expected a number above 0, at most 1e+38, got 0\n',
    );
    expect((await rnn(['train', '--help'])).stdout).toContain('  --lr, --learning-rate <n>  learning rate α');
  });

  it.each([
    [
      'train',
      [
        'Start',
        'Text',
        'Model',
        'Training',
        'Regularization',
        'Optimizer and learning rate',
        'Evaluation and saving',
        'How it runs',
      ],
    ],
    ['sample', ['What is written', 'How each character is chosen', 'Which models and texts', 'How it runs']],
    ['eval', ['What is measured', 'Which models and texts', 'How it runs']],
    ['inspect-gradients', ['What is measured', 'Which models and texts', 'What is reported']],
    ['neurons', ['Which models and texts', 'What is reported', 'How it runs']],
  ])('%s --help has its flags by theme, in 80 columns', async (command, themes) => {
    const { stdout } = await rnn([command, '--help']);
    const [flags, examples] = stdout.split('\nExamples:\n');
    expect(flags!.match(/^[A-Z].*(?=:$)/gm)).toEqual([...themes, 'Options']);
    expect(flags!.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(examples).toContain(`$ rnn ${command} `);
  });

  it('help says what kind of word stands behind a flag', async () => {
    const { stdout } = await rnn(['train', '--help']);
    for (const flag of ['config', 'resume', 'init-from', 'validation'])
      expect(stdout).toContain(`  --${flag} <file>  `);
    expect(stdout).toContain('  --out <directory>  ');
    expect(stdout).toContain('  --encoding <label>  ');
    const exporting = (await rnn(['export', '--help'])).stdout;
    expect(exporting.replace(/\s+/g, ' ')).toContain(
      '(onnx|safetensors|ml5|js, default: from the extension of --out)',
    );
    const inspect = (await rnn(['inspect-gradients', '--help'])).stdout;
    for (const flag of ['--text <file...>', '--compare <file>', '--html <file>', '--label <name...>'])
      expect(inspect).toContain(`  ${flag}  `);
  });

  it('--help names each command once, in 80 columns', async () => {
    const { stdout } = await rnn(['--help']);
    expect(stdout).toContain(
      '  inspect-gradients <checkpoint>  how the gradient flows back through time\n                                  (also: inspect)\n',
    );
    expect(stdout).toContain('  doctor                          what this machine offers: kernels,');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const names = [...stdout.matchAll(/^ {2}([a-z-]+) [<[ ]/gm)].map(([, name]) => name!);
    expect(names).toContain('doctor');
    const helps = await Promise.all(names.map((name) => rnn([name, '--help'])));
    const lines = helps.flatMap((help) => help.stdout.split('\n'));
    expect(lines.filter((line) => line.length > 80 && !line.startsWith('  $ '))).toEqual([]);
  });
});
