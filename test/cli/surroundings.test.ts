import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BIN, corpus, ROOT, rnn, shell, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
const QUICK = '--hidden 6 --batch-size 4 --seq-length 10 --steps 3 --sample-every 0';
const FULL = 'error: standard output cannot be written (ENOSPC: no space left on device)\n';

beforeAll(async () => {
  cpSync(corpus('hello.txt'), join(cwd, 't.txt'));
  const { code, stderr } = await shell(`$rnn train t.txt ${QUICK}`, cwd);
  if (code !== 0) throw new Error(stderr);
});

/** What is left of stderr without the lines that say how a run is going. */
const errors = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('error: '))
    .map((line) => line.slice('error: '.length));

describe('stdout', () => {
  it.each(['--help', 'train --help', '--version'])('%s | head -1 is quiet', async (args) => {
    const { stdout, stderr } = await shell(`{ $rnn ${args}; echo $? >&2; } | head -1`, cwd);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('0\n');
  });

  it.each([
    '--help',
    '--version',
    'help train',
    'info checkpoints/t.json',
    'sample checkpoints/t.json --rng-seed 1 --len 5',
    'sample checkpoints/t.json --rng-seed 1 --len 5 --json',
    'eval checkpoints/t.json t.txt',
    'neurons checkpoints/t.json t.txt --json',
    'inspect-gradients checkpoints/t.json --no-check --anchors 4 --json',
    'corpus recall --json',
    'explain',
  ])('%s > /dev/full is one line and exit 1', async (args) => {
    expect(await shell(`$rnn ${args} > /dev/full`, cwd)).toEqual({ code: 1, stdout: '', stderr: FULL });
  });

  it('train --json saves what it has learned when its output has no room left', async () => {
    const run = `$rnn train t.txt ${QUICK.replace('--steps 3', '--steps 200')} --json --out full`;
    const { code, stderr } = await shell(`(ulimit -f 16; ${run} > events.jsonl)`, cwd);
    expect([code, errors(stderr)]).toEqual([
      1,
      ['standard output cannot be written (EFBIG: file too large)'],
    ]);
    expect(statSync(join(cwd, 'events.jsonl')).size).toBe(16384);
    const { step } = JSON.parse((await shell('$rnn info full/t.json --json', cwd)).stdout) as {
      step: number;
    };
    expect(step).toBeGreaterThan(50);
    expect(step).toBeLessThan(200);
  });

  it('a file that takes only a part of a write is no success', async () => {
    const line = '(ulimit -f 4; trap "" XFSZ; $rnn corpus recall --lines 1000 > part.txt)';
    const { code, stderr } = await shell(line, cwd);
    expect([code, stderr]).toEqual([1, 'error: standard output cannot be written (EFBIG: file too large)\n']);
    expect(statSync(join(cwd, 'part.txt')).size).toBe(4096);
  });

  it('closed descriptors are silence', async () => {
    const sample = '$rnn sample checkpoints/t.json --greedy --len 5 >&-';
    expect(await shell(sample, cwd)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await shell('$rnn --help 2>&- <&-', cwd)).code).toBe(0);
    expect(await shell('$rnn info nowhere.json 2>&-', cwd)).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  it('corpus --json writes its text as it comes, as one object', async () => {
    const plain = (await rnn(['corpus', 'copy', '--lines', '50'])).stdout;
    const object = JSON.parse((await rnn(['corpus', 'copy', '--lines', '50', '--json'])).stdout) as object;
    expect(object).toEqual({ task: 'copy', lag: 20, lines: 50, rngSeed: 1, text: plain });
  });
});

describe('messages', () => {
  it('are one line of at most 300 characters, whatever they quote', async () => {
    for (const args of [
      ['info', `${'long/'.repeat(700)}a.json`],
      ['info', 'a\nerror: forged'],
      [`--${'x'.repeat(2000)}`],
      ['--a\nerror: forged'],
      ['train', 't.txt', '--cell', 'x\n'.repeat(1000)],
    ]) {
      const { code, stderr } = await rnn(args, { cwd });
      expect(code).toBe(1);
      expect(stderr.split('\n')).toHaveLength(2);
      expect([...stderr].length).toBeLessThanOrEqual(301);
    }
  });

  it('what is too long loses its middle', async () => {
    const { stderr } = await rnn(['info', `${'x'.repeat(1000)}.json`], { cwd });
    expect(stderr).toMatch(/^error: x+…x+\.json: cannot be read \(.*ENAMETOOLONG.*\).*\n$/);
  });

  it('surplus arguments are counted', async () => {
    expect((await rnn(['info', 'a', 'b'])).stderr).toBe(
      "error: too many arguments for 'info'. Expected 1 argument but got 2; run with --help to see all flags\n",
    );
  });

  it('the help of a flag that turns something off says so', async () => {
    const { stdout } = await rnn(['inspect-gradients', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      ' --no-check do not compare gradients with finite differences ',
    );
  });

  it('rnn help train shows the flags of train', async () => {
    expect((await rnn(['help', 'train'])).stdout).toBe((await rnn(['train', '--help'])).stdout);
  });
});

describe('surroundings', () => {
  it('in a directory that is gone absolute paths work, others are one line', async () => {
    const gone = (name: string, args: string) =>
      shell(`mkdir ${name}; cd ${name}; rmdir ../${name}; $rnn ${args}`, cwd);
    const paths = `${join(cwd, 't.txt')} --out ${join(cwd, 'far')}`;
    expect((await gone('a', `train ${paths} ${QUICK}`)).code).toBe(0);
    expect(existsSync(join(cwd, 'far/t.json'))).toBe(true);
    const known = [join(cwd, 'far/t.json'), join(cwd, 't.txt')];
    expect((await gone('b', `eval ${known.join(' ')}`)).code).toBe(0);
    expect(await gone('c', 'train t.txt')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: the current directory is gone; change to one that exists\n',
    });
  });

  it('too few files may be open: one line', async () => {
    const { code, stdout, stderr } = await shell(`ulimit -n 20; $rnn train t.txt ${QUICK}`, cwd);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: .*EMFILE: too many open files.*\n$/);
  });

  it('without WebAssembly --backend wasm is refused in one line, auto takes what there is', async () => {
    const env = { NODE_OPTIONS: '--jitless' };
    const args = ['train', 't.txt', ...QUICK.split(' ')];
    const refused = await rnn([...args, '--backend', 'wasm'], { cwd, env });
    expect(refused.code).toBe(1);
    expect(errors(refused.stderr)).toEqual([
      '--backend wasm: this runtime has no WebAssembly with SIMD and shared memory; choose another or drop --backend',
    ]);
    expect((await rnn(args, { cwd, env })).code).toBe(0);
  });

  it.runIf(process.platform === 'linux')('so is memory for it that the system refuses', async () => {
    const { code, stderr } = await shell(`ulimit -v 4000000; $rnn train t.txt ${QUICK} --backend wasm`, cwd);
    expect(code).toBe(1);
    expect(errors(stderr)).toEqual([
      '--backend wasm: this runtime has no WebAssembly with SIMD and shared memory; choose another or drop --backend',
    ]);
  });

  it('nothing but a terminal that cannot do much', async () => {
    const bare = `env -i PATH="$PATH" TERM=dumb LANG=C COLUMNS=0 HOME=/nowhere TMPDIR=/nowhere`;
    const { code, stderr } = await shell(`${bare} $rnn train t.txt ${QUICK} --out bare`, cwd);
    expect([code, errors(stderr)]).toEqual([0, []]);
  });

  it('options of Node.js that others set change nothing', async () => {
    const env = { NODE_OPTIONS: '--throw-deprecation --frozen-intrinsics --no-addons --no-warnings' };
    expect((await rnn(['sample', '--len', '5'], { cwd, env })).code).toBe(0);
  });
});

describe('bin/rnn.js', () => {
  it('says what to run where nothing is built', async () => {
    const checkout = temporaryFolder();
    mkdirSync(join(checkout, 'bin'));
    cpSync(BIN, join(checkout, 'bin/rnn.js'));
    writeFileSync(join(checkout, 'package.json'), '{"type": "module"}');
    expect(await shell(`${process.execPath} bin/rnn.js train t.txt`, checkout)).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: rnn is not built yet; run npm ci in ${checkout}/, or npm run build where its scripts were left out\n`,
    });
  });

  it('says which Node.js it needs', async () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'18.20.4'}})`;
    expect(await shell(`${process.execPath} --import "${old}" ${BIN} --help`, cwd)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: expected Node.js 20.19 or newer, got 18.20.4; install a newer one from https://nodejs.org\n',
    });
  });

  it('needs few packages: what is bundled brings its licence', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toEqual(['node-api-headers', 'zod']);
    const notices = readFileSync(join(ROOT, 'dist/THIRD-PARTY.txt'), 'utf8');
    const bundled = ['chalk', 'cli-progress', 'commander', 'ml-matrix', 'seedrandom', 'uplot', 'yaml', 'zod'];
    for (const name of bundled) expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
  });
});
