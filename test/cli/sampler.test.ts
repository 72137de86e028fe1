import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, jsonLines, type Result, ROOT, rnn, temporaryFolder } from '../support/cli.ts';

/** A stand-in for Optuna's command. */
const OPTUNA = join(ROOT, 'test/support/optuna.cjs');
const SWEEP =
  'corpus: text.txt\nbatchSize: 3\nseqLength: 7\nsteps: 20\nevalEvery: 10\nseeds: [1, 2]\n' +
  'hidden: [3, 4]\nlearningRate: {min: 0.00123456, max: 0.1, log: true}\n';

function folderWith(sweep: string): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'text.txt'), readFileSync(corpus('tiny.txt'), 'utf8').slice(0, 2000));
  writeFileSync(join(cwd, 's.yaml'), sweep);
  return cwd;
}
const sweep = (cwd: string, args: string[], env = {}): Promise<Result> =>
  rnn(['sweep', 's.yaml', ...args], { cwd, env });
const callsIn = (cwd: string): string[] => readFileSync(join(cwd, 'calls.log'), 'utf8').trim().split('\n');

describe('rnn sweep --sampler, with a stand-in for Optuna', () => {
  it('asks for each configuration and tells the mean over its seeds; a larger number goes on', async () => {
    const cwd = folderWith(`${SWEEP}trials: 2\n`);
    const args = ['--sampler', `'${OPTUNA}' ask --sampler "Some Sampler"`, '--jobs', '1', '--json'];
    const first = await sweep(cwd, args);
    expect(first.code, first.stderr).toBe(0);
    const study = '--study-name s --storage checkpoints/s.sweep/study.log --storage-class JournalFileBackend';
    const calls = callsIn(cwd);
    expect(calls[0]).toBe(`create-study ${study} --skip-if-exists --direction minimize`);
    expect(calls[1]).toMatch(
      new RegExp(`^ask ${study} --search-space \\{"hidden":.*\\} --format json --sampler Some Sampler$`),
    );
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['create-study', 'ask', 'tell', 'ask', 'tell']);
    const results = jsonLines(readFileSync(join(cwd, 'checkpoints/s.sweep/results.jsonl'), 'utf8'));
    expect(results.map(({ settings, seed }) => ({ ...(settings as object), seed }))).toEqual([
      { hidden: 3, learningRate: 0.001235, seed: 1 },
      { hidden: 3, learningRate: 0.001235, seed: 2 },
      { hidden: 4, learningRate: 0.002469, seed: 1 },
      { hidden: 4, learningRate: 0.002469, seed: 2 },
    ]);
    const mean = (Number(results[0]!.bpc) + Number(results[1]!.bpc)) / 2;
    expect(calls[2]).toBe(
      `tell ${study} --skip-if-finished --trial-number 10 --state complete --values ${mean}`,
    );

    writeFileSync(join(cwd, 's.yaml'), `${SWEEP}trials: 3\n`);
    const more = await sweep(cwd, args);
    expect(more.code, more.stderr).toBe(0);
    expect(
      callsIn(cwd)
        .slice(5)
        .map((call) => call.split(' ')[0]),
    ).toEqual(['create-study', 'ask', 'tell']);
    const starts = jsonLines(more.stdout).filter(({ event }) => event === 'trial-start');
    expect(starts.map(({ trial }) => trial)).toEqual([5, 6]);
  });

  it.each([
    [
      ['--sampler', 'no-such-optuna'],
      {},
      'error: --sampler no-such-optuna: expected the command of Optuna, got none of that name; pip install optuna, or name its path\n',
    ],
    [
      ['--sampler', OPTUNA],
      { OPTUNA_FAILS: 'create-study' },
      `error: ${OPTUNA} create-study: ValueError: no such sampler\n`,
    ],
    [
      ['--sampler', OPTUNA, '--slurm'],
      {},
      'error: --sampler and --slurm: expected one of them, got both; drop one of them\n',
    ],
  ])('%j is refused in one line, before anything starts', async (args, env, message) => {
    const cwd = folderWith(`${SWEEP}trials: 2\n`);
    expect(await sweep(cwd, args, env)).toMatchObject({ code: 1, stdout: '', stderr: message });
    expect(existsSync(join(cwd, 'checkpoints/s.sweep/sweep.json'))).toBe(false);
  });

  it('a sweep that was begun without a sampler is not mixed with one', async () => {
    const cwd = folderWith(`${SWEEP}trials: 1\n`);
    await sweep(cwd, []);
    const { code, stderr } = await sweep(cwd, ['--sampler', OPTUNA]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: checkpoints/s.sweep was begun without --sampler; drop it, or name another directory with --out\n',
    );
  });
});
