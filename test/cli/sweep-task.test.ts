import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { corpus, jsonLines, type Result, rnn, temporaryFolder } from '../support/cli.ts';
import { startSweep } from '../support/sweep-process.ts';

const cwd = temporaryFolder();
writeFileSync(join(cwd, 'text.txt'), readFileSync(corpus('tiny.txt'), 'utf8').slice(0, 3000));

function file(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

const SMALL = 'corpus: text.txt\nbatchSize: 3\nseqLength: 7\n';
const sweep = (...args: string[]): Promise<Result> => rnn(['sweep', ...args], { cwd });
const read = (directory: string, name: string): string => readFileSync(join(cwd, directory, name), 'utf8');
const statesIn = (directory: string): unknown[] =>
  jsonLines(read(directory, 'results.jsonl')).map(({ state }) => state);
/** Of tasks that have run; nothing was trained meanwhile. */
async function gather(name: string, directory: string): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await sweep(name, '--out', directory, '--json');
  expect(code, stderr).toBe(0);
  const events = jsonLines(stdout);
  expect(events.map(({ event }) => event)).toEqual(['start', 'done']);
  return events;
}

describe('rnn sweep --trial', () => {
  const GRID = file('grid.yaml', `${SMALL}steps: 30\nevalEvery: 10\nhidden: [3, 4, 5]\nseeds: [1, 2]\n`);
  beforeAll(() => sweep(GRID, '--out', 'local'), 180_000);

  it('trials that each ran alone, some at the same time, give what a sweep gives, to the byte', async () => {
    for (const numbers of [
      ['6', '1'],
      ['4', '3'],
      ['2', '5'],
    ]) {
      const results = await Promise.all(numbers.map((n) => sweep(GRID, '--out', 'alone', '--trial', n)));
      for (const { code, stderr } of results) expect(code, stderr).toBe(0);
    }
    expect(existsSync(join(cwd, 'alone/sweep.json'))).toBe(false);
    const [start, done] = await gather(GRID, 'alone');
    expect(start).toMatchObject({ trials: 6, open: 0 });
    expect(done).toMatchObject({ finished: 6, waiting: 0 });
    for (const name of ['results.csv', 'results.jsonl'])
      expect(read('alone', name)).toBe(read('local', name));
    for (const trial of ['001', '002', '003', '004', '005', '006'])
      for (const name of ['text.json', 'text.best.json'])
        expect(read(`alone/${trial}`, name)).toBe(read(`local/${trial}`, name));
  });

  it('a trial that is over is not run again, by either record', async () => {
    await sweep(GRID, '--out', 'over', '--trial', '2');
    const noted = await sweep(GRID, '--out', 'over', '--trial', '2', '--json');
    expect(noted).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'trial 2 is over already: finished at step 30\n',
    });
    const recorded = await sweep(GRID, '--out', 'local', '--trial', '3');
    expect(recorded.stderr).toBe('trial 3 is over already: finished at step 30\n');
  });

  it('SIGTERM at every process of it, and again, lets it save; the same command goes on to the same bytes', async () => {
    const long = file('long.yaml', `${SMALL}steps: 3000\nevalEvery: 10\nhidden: [3, 4]\n`);
    const args = [long, '--trial', '2', '--out', 'ended', '--json'];
    const { child, result, seen } = startSweep(cwd, args);
    await seen(/"event":"evaluate"/);
    const { pid } = JSON.parse(read('ended/002', '.text.json.lock')) as { pid: number };
    for (const target of [child.pid!, pid, child.pid!]) process.kill(target, 'SIGTERM');
    const { code, stdout } = await result;
    expect(code).toBe(143);
    const ended = jsonLines(stdout).at(-1)!;
    expect(ended).toMatchObject({ event: 'trial', trial: 2, state: 'unfinished', error: null });
    expect(ended.step).toBeGreaterThanOrEqual(10);
    const again = await sweep(...args);
    expect(again.code, again.stderr).toBe(0);
    expect(jsonLines(again.stdout)[0]).toMatchObject({ event: 'trial-start', step: ended.step });
    await sweep(long, '--trial', '2', '--out', 'unbroken');
    expect(read('ended/002', 'text.json')).toBe(read('unbroken/002', 'text.json'));
  });

  it('at a rung it is compared with what the others have noted; who was stopped too early is named for the next array', async () => {
    const rungs = file(
      'rungs.yaml',
      `${SMALL}steps: 600\nhidden: 5\nlearningRate: [0.03, 0.003, 0.001, 0.0001]\nrungs: {first: 300, reduction: 2}\n`,
    );
    for (const trial of ['1', '2', '3', '4']) {
      const { code, stderr } = await sweep(rungs, '--out', 'rungs', '--trial', trial);
      expect(code, stderr).toBe(0);
    }
    const noted = ['001', '002', '003', '004'].map(
      (trial) =>
        (JSON.parse(read(`rungs/${trial}`, 'trial.json')) as { progress: { state: string } }).progress,
    );
    expect(noted.map(({ state }) => state)).toEqual(['finished', 'stopped', 'stopped', 'stopped']);
    const next = await sweep(rungs, '--out', 'rungs', '--slurm', '--json');
    expect(jsonLines(next.stdout)[0]).toMatchObject({ event: 'slurm', trials: [2] });
    await sweep(rungs, '--out', 'rungs', '--trial', '2');
    const last = await sweep(rungs, '--out', 'rungs', '--slurm');
    expect(last.stderr).toContain('all are over already\n');
    expect(last.stdout).toBe('');
    expect(statesIn('rungs')).toEqual(['finished', 'finished', 'stopped', 'stopped']);
  });

  it('one that failed says why, counts as failed, and is tried again when the command is repeated', async () => {
    const bad = file(
      'bad.yaml',
      `${SMALL}steps: 30\nevalEvery: 10\nhidden: 3\nlayers: 3\nnonlinearity: relu\noptimizer: sgd\nlearningRate: [0.01, 1e+15]\n`,
    );
    await sweep(bad, '--out', 'bad', '--trial', '1');
    const { code, stderr } = await sweep(bad, '--out', 'bad', '--trial', '2');
    expect(code).toBe(1);
    expect(stderr).toMatch(/\nerror: trial 2: .*diverged.*\n$/);
    expect((await gather(bad, 'bad')).at(-1)).toMatchObject({ finished: 1, failed: 1 });
    const again = jsonLines((await sweep(bad, '--out', 'bad', '--json')).stdout);
    expect(again.filter(({ event }) => event === 'trial-start')).toMatchObject([{ trial: 2 }]);
  });

  it.each([
    [['--trial', '7'], 'error: --trial 7: expected at most 6, the trials of grid.yaml\n'],
    [
      ['--trial', '1', '--slurm'],
      'error: --slurm and --trial: expected one of them, got both; drop one of them\n',
    ],
  ])('%j is refused', async (args, message) => {
    expect(await sweep(GRID, ...args)).toMatchObject({ code: 1, stdout: '', stderr: message });
  });

  it('a file that has changed is noticed by what a trial has noted', async () => {
    await sweep(GRID, '--out', 'changed', '--trial', '1');
    const { code, stderr } = await rnn(
      [
        'sweep',
        file('grid2.yaml', readFileSync(join(cwd, GRID), 'utf8').replace('30', '20')),
        '--out',
        'changed',
      ],
      { cwd },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: grid2\.yaml has changed since changed\/001\/trial\.json was written \(it was: rnn train .*\); name another directory with --out\n$/,
    );
  });
});

describe('rnn sweep --slurm', () => {
  it('starts nothing, writes the script with what is open and says how to submit it', async () => {
    const name = file('array.yaml', `${SMALL}steps: 30\nhidden: [3, 4, 5]\n`);
    rmSync(join(cwd, 'checkpoints'), { recursive: true, force: true });
    await sweep(name, '--trial', '2');
    const { code, stdout, stderr } = await sweep(name, '--slurm', '--jobs', '2', '--threads', '3');
    expect(code).toBe(0);
    expect(stdout).toBe('sbatch checkpoints/array.sweep/slurm.sh\n');
    expect(stderr).toBe(
      '3 trials, in checkpoints/array.sweep\n1 are over already\n' +
        'wrote checkpoints/array.sweep/slurm.sh, an array with a task for each of 2 trials; submit it with:\n' +
        'when its tasks have ended, rnn sweep array.yaml has the results; until then rnn sweep array.yaml --slurm has those so far\n',
    );
    const script = read('checkpoints/array.sweep', 'slurm.sh');
    expect(script).toContain('\n#SBATCH --array=1,3%2\n');
    expect(script).toContain('\n#SBATCH --cpus-per-task=3\n');
    expect(script).toContain(`\ncd ${cwd} || exit 1\n`);
    expect(statesIn('checkpoints/array.sweep')).toEqual(['waiting', 'finished', 'waiting']);
    expect(existsSync(join(cwd, 'checkpoints/array.sweep/001'))).toBe(false);
  });
});
