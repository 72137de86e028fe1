import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../../src/checkpoint/index.ts';
import { corpus, jsonLines, type Result, rnn, shell, temporaryFolder } from '../support/cli.ts';
import { startSweep } from '../support/sweep-process.ts';
import { hasScript, inTerminal } from '../support/terminal.ts';

const cwd = temporaryFolder();
const TEXT = readFileSync(corpus('tiny.txt'), 'utf8').slice(0, 3000);
writeFileSync(join(cwd, 'text.txt'), TEXT);

function file(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

const SMALL = 'corpus: text.txt\nbatchSize: 3\nseqLength: 7\nsteps: 30\nevalEvery: 10\n';
const EXPLODING = `${SMALL}hidden: 3\nlayers: 3\nnonlinearity: relu\noptimizer: sgd\n`;
const GRID = `${SMALL}seeds: [1, 2]\nhidden: [3, 5, 6]\nlearningRate: [0.003, 0.03]\n`;

/** One that is ended before its trials are. */
const LONG = file('long.yaml', `${SMALL.replace('steps: 30', 'steps: 300000')}hidden: [4, 5]\npatience: 0\n`);

const start = (args: string[]) => startSweep(cwd, args);

const read = (directory: string, name: string): string => readFileSync(join(cwd, directory, name), 'utf8');
const statesOf = (directory: string): string[] =>
  jsonLines(read(directory, 'results.jsonl')).map(({ state }) => state as string);

describe('rnn sweep', () => {
  let first: Result;
  beforeAll(async () => {
    first = await rnn(['sweep', file('grid.yaml', GRID), '--json'], { cwd });
  }, 180_000);

  it('runs every trial, says what came of it and leaves results', () => {
    expect(first.code).toBe(0);
    const [head, ...rows] = read('checkpoints/grid.sweep', 'results.csv').trimEnd().split('\r\n');
    expect(head).toBe('trial,configuration,hidden,learningRate,seed,state,step,bestStep,bpc,error');
    expect(rows).toHaveLength(12);
    expect(rows[6]).toMatch(/^7,4,5,0\.03,1,finished,30,30,\d\.\d+,$/);
    const events = jsonLines(first.stdout);
    expect(events[0]).toMatchObject({
      event: 'start',
      directory: 'checkpoints/grid.sweep',
      trials: 12,
      open: 12,
    });
    const ended = events.filter(({ event }) => event === 'trial');
    expect(ended.map(({ trial }) => Number(trial)).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    const evaluated = events.filter(({ event, trial }) => event === 'evaluate' && trial === 7);
    expect(evaluated.map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(events.at(-1)).toMatchObject({ event: 'done', finished: 12, failed: 0, unfinished: 0 });
    expect(first.stderr).toContain('12 trials (6 configurations, 2 seeds each), ');
    expect(first.stderr).toContain('12 of 12 trials ended\n');
    expect(first.stderr).toMatch(/\n {2}configuration {2}hidden {2}learningRate {2}bpc {12}seeds\n/);
    expect(read('checkpoints/grid.sweep', 'report.html')).toContain('grid');
  });

  it('a trial is the run of the same settings by hand, to the byte', async () => {
    const [, second] = jsonLines(read('checkpoints/grid.sweep', 'results.jsonl'));
    expect(second!.command).toBe(
      'rnn train text.txt --batch-size 3 --seq-length 7 --steps 30 --eval-every 10 --hidden 3 --learning-rate 0.003 --rng-seed 2',
    );
    const { code } = await shell(`$${second!.command} --out by-hand`, cwd);
    expect(code).toBe(0);
    for (const name of ['text.json', 'text.best.json'])
      expect(read('by-hand', name)).toBe(read('checkpoints/grid.sweep/002', name));
  });

  it('the same command again starts nothing and changes no result', async () => {
    const before = read('checkpoints/grid.sweep', 'results.jsonl');
    const { code, stdout, stderr } = await rnn(['sweep', 'grid.yaml', '--json'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('all are over already\n');
    expect(jsonLines(stdout).map(({ event }) => event)).toEqual(['start', 'done']);
    expect(read('checkpoints/grid.sweep', 'results.jsonl')).toBe(before);
  });

  it('killed and begun again it comes to the same results, and no trial outlives it', async () => {
    const { child, result, seen } = start(['grid.yaml', '--json', '--out', 'killed']);
    await seen(/"event":"trial",.*\n[\s\S]*"event":"evaluate"/);
    child.kill('SIGKILL');
    expect((await result).code).toBe(null);
    // the children still save; the next sweep waits for them
    const again = await rnn(['sweep', 'grid.yaml', '--json', '--out', 'killed'], { cwd });
    expect(again.code, again.stderr).toBe(0);
    for (const name of ['results.csv', 'results.jsonl'])
      expect(read('killed', name)).toBe(read('checkpoints/grid.sweep', name));
    const files = readdirSync(join(cwd, 'killed'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /lock|tmp|-2\.json/.test(name))).toEqual([]);
    for (let trial = 1; trial <= 12; trial++) {
      const path = `${String(trial).padStart(3, '0')}/text.json`;
      expect(read('killed', path)).toBe(read('checkpoints/grid.sweep', path));
    }
  });

  it('Ctrl-C lets the trials save, says how to go on, and the next start does', async () => {
    const { child, result, seen } = start([LONG, '--json', '--jobs', '1']);
    await seen(/"event":"evaluate"/);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await result;
    expect(code).toBe(130);
    expect(stderr).toContain('stopping: the trials that run save and end …\n');
    expect(stderr).toContain('go on with: rnn sweep long.yaml\n');
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'done', finished: 0, unfinished: 1, waiting: 1 });
    const [{ step }] = jsonLines(read('checkpoints/long.sweep', 'results.jsonl')) as [{ step: number }];
    expect(step).toBeGreaterThanOrEqual(10);
    const again = start([LONG, '--json', '--jobs', '1']);
    await again.seen(/"event":"trial-start"/);
    again.child.kill('SIGINT');
    const events = jsonLines((await again.result).stdout);
    expect(events.find(({ event }) => event === 'trial-start')).toMatchObject({ trial: 1, step });
  });

  it.skipIf(!hasScript)('on a terminal it draws what runs, and the Ctrl-C key ends it as well', async () => {
    const output = await inTerminal(cwd, '$rnn sweep long.yaml --jobs 1 --out typed; echo ended with $?', [
      [/ {3}1 {2}░+ +\d+\/300000 {2}\d\.\d{3} {2}hidden 4, seed 1/, '\u0003'],
    ]);
    expect(output).toContain('0 of 2 trials ended  elapsed 0:0');
    expect(output).toMatch(/\[Jtrial 1\/2 {2}saved at step \d+ /);
    expect(output.replace(/\s+/g, ' ')).toContain('go on with: rnn sweep long.yaml --out typed');
    expect(output).toContain('ended with 130');
  });

  it('a trial whose sweep is killed saves and ends by itself', async () => {
    const { child, result, seen } = start([LONG, '--json', '--jobs', '1', '--out', 'orphan']);
    await seen(/"event":"evaluate"/);
    const { pid } = JSON.parse(read('orphan/001', '.text.json.lock')) as { pid: number };
    child.kill('SIGKILL');
    await result;
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 60_000);
    expect((await readCheckpoint(join(cwd, 'orphan/001/text.json'))).state.step).toBeGreaterThanOrEqual(10);
    expect(existsSync(join(cwd, 'orphan/001/.text.json.lock'))).toBe(false);
  });

  it('two sweeps never share a directory', async () => {
    const { child, result, seen } = start([LONG, '--json', '--out', 'shared']);
    await seen(/"event":"start"/);
    const { code, stderr } = await rnn(['sweep', LONG, '--out', 'shared'], { cwd });
    child.kill('SIGINT');
    await result;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: shared\/sweep\.json is being written by process \d+ on .*; wait for it, stop it, or use another --out$/m,
    );
  });

  it('stops the worst at the rungs, keeps their checkpoints, and revives one that is not so bad', async () => {
    const rungs = file(
      'rungs.yaml',
      'corpus: text.txt\nbatchSize: 3\nseqLength: 7\nsteps: 3000\nhidden: 5\n' +
        'learningRate: [0.03, 0.003, 0.001, 0.0001]\nrungs: {first: 300, reduction: 2}\n',
    );
    const { code } = await rnn(['sweep', rungs, '--jobs', '1'], { cwd });
    expect(code).toBe(0);
    // the second was stopped at step 300 by the first, and revived once there were two that are worse
    const rows = read('checkpoints/rungs.sweep', 'results.csv').trimEnd().split('\r\n').slice(1);
    expect(rows.map((row) => row.split(',').slice(2, 7).join())).toEqual([
      '0.03,1,finished,3000,3000',
      '0.003,1,stopped,600,600',
      '0.001,1,stopped,300,300',
      '0.0001,1,stopped,300,300',
    ]);
    expect(existsSync(join(cwd, 'checkpoints/rungs.sweep/002/text.json'))).toBe(true);
  });

  it('a trial that diverges is noted as failed; where all fail, so does the sweep', async () => {
    const bad = file('bad.yaml', `${EXPLODING}learningRate: [0.01, 1e+15]\n`);
    const { code, stderr } = await rnn(['sweep', bad], { cwd });
    expect(code, stderr).toBe(0);
    expect(statesOf('checkpoints/bad.sweep')).toEqual(['finished', 'failed']);
    expect(stderr).toContain('2 of 2 trials ended (1 failed)\n');
    const worse = file('worse.yaml', `${EXPLODING}learningRate: 1e+15\n`);
    const all = await rnn(['sweep', worse], { cwd });
    expect(all.code).toBe(1);
    expect(all.stderr).toMatch(/^error: no trial finished; trial 1: .*diverged.*$/m);
  });

  it.each([
    ['corpus: none.txt\n', /^error: none\.txt: .*\n$/],
    [
      'corpus: text.txt\nhiden: [3]\n',
      /^error: wrong\.yaml: hiden: no such setting; did you mean hidden\?\n$/,
    ],
    [
      'corpus: text.txt\ncell: [rnn, gru]\nnonlinearity: relu\n',
      /^error: wrong\.yaml: nonlinearity relu: expected a cell that has it \(rnn\), got gru; drop it, or take cell rnn \(trial 2: cell gru, seed 1\)\n$/,
    ],
    [
      `${SMALL}rungs: {first: 30}\n`,
      /^error: wrong\.yaml: rungs\.first 30: expected less than the 30 steps of the shortest trial\n$/,
    ],
    [
      `${SMALL}rungs: {first: 15}\n`,
      /^error: wrong\.yaml: rungs\.first 15: expected a multiple of evalEvery, 10, since trials are compared by what they measure there\n$/,
    ],
    [
      'corpus: text.txt\nhidden: [3, 4]\ntrials: 3\n',
      /^error: wrong\.yaml: trials 3: expected at most 2, the combinations of the lists; drop it to run them all\n$/,
    ],
  ])('%j is refused before anything starts', async (text, message) => {
    const { code, stderr } = await rnn(['sweep', file('wrong.yaml', text)], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
    expect(existsSync(join(cwd, 'checkpoints/wrong.sweep'))).toBe(false);
  });

  it('a file that has changed is noticed', async () => {
    const changed = GRID.replace('[3, 5, 6]', '[3, 5]').replace('steps: 30', 'steps: 31');
    mkdirSync(join(cwd, 'other'), { recursive: true });
    writeFileSync(join(cwd, 'other/grid.yaml'), changed);
    const { code, stderr } = await rnn(['sweep', 'other/grid.yaml'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: other/grid.yaml has changed since this sweep was begun (steps, hidden); put it back to go on with checkpoints/grid.sweep, or name another directory with --out\n',
    );
  });
});
