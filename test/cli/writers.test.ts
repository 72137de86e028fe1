import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, type Result, rnn, temporaryFolder } from '../support/cli.ts';

const TEXT = 'a train of thought, a rain of words, and a plain of stone. '.repeat(20);
const SMALL = ['--hidden', '8', '--batch-size', '4', '--seq-length', '10', '--sample-every', '0'];
const ENDLESS = ['--steps', '1000000000', '--epochs', '1000000'];

function newFolder(): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 't.txt'), TEXT);
  return cwd;
}

/** A run that goes on until it is told to stop; `started` holds once it trains. */
function startRun(cwd: string, args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, 'train', 't.txt', '--json', ...args, ...ENDLESS], { cwd });
  const result: Result = { code: null, stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  const started = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.stdout.resume();
  const done = new Promise<Result>((resolve) =>
    child.on('close', (code) => resolve(Object.assign(result, { code }))),
  );
  return { child, started, done };
}

const names = (folder: string) => readdirSync(folder).sort();

describe('one writer for a run', () => {
  it('a second resume is refused by name; Ctrl-C removes the lock', async () => {
    const cwd = newFolder();
    await rnn(['train', 't.txt', ...SMALL, '--steps', '2', '--eval-every', '1000'], { cwd });
    const resume = ['--resume', 'checkpoints/t.json'];
    const first = startRun(cwd, resume);
    await first.started;
    const second = await rnn(['train', 't.txt', ...resume, ...ENDLESS], { cwd });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`checkpoints/t.json is being written by process ${first.child.pid} on `);
    expect(second.stderr).toMatch(/; wait for it, stop it, or use another --out\n$/);
    first.child.kill('SIGINT');
    expect((await first.done).code).toBe(130);
    expect(names(join(cwd, 'checkpoints')).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('a killed run leaves nothing that stops the next; of four that want to follow one does', async () => {
    const cwd = newFolder();
    await rnn(['train', 't.txt', ...SMALL, '--steps', '2', '--eval-every', '1000'], { cwd });
    const resume = ['--resume', 'checkpoints/t.json', '--save-every', '1'];
    const killed = startRun(cwd, resume);
    await killed.started;
    killed.child.kill('SIGKILL');
    await killed.done;
    const folder = join(cwd, 'checkpoints');
    writeFileSync(join(folder, `t.json.tmp-${killed.child.pid}-0123456789abcdef`), 'half a chec');
    expect(names(folder)).toContain('.t.json.lock');
    const runs = Array.from({ length: 4 }, () => startRun(cwd, resume));
    const outcomes = await Promise.all(
      runs.map(({ started, done }) => Promise.race([started.then(() => 'trains'), done.then(() => 'ended')])),
    );
    expect(outcomes.sort()).toEqual(['ended', 'ended', 'ended', 'trains']);
    for (const { child } of runs) child.kill('SIGINT');
    const results = await Promise.all(runs.map(({ done }) => done));
    expect(results.map(({ code }) => code).sort()).toEqual([1, 1, 1, 130]);
    const winner = results.find(({ code }) => code === 130)!;
    expect(winner.stderr).toContain(`checkpoints/t.json: process ${killed.child.pid} on `);
    expect(winner.stderr).toContain('did not finish its run; this one takes it over');
    expect(names(folder).filter((name) => !name.endsWith('.json'))).toEqual([]);
  });

  it('two new runs of one text take two names', async () => {
    const cwd = newFolder();
    const both = [1, 2].map(() => rnn(['train', 't.txt', ...SMALL, '--steps', '2'], { cwd }));
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual([0, 0]);
    expect(names(join(cwd, 'checkpoints')).filter((name) => !name.includes('best'))).toEqual([
      't-2.json',
      't.json',
    ]);
  });

  it('a first save that fails leaves nothing behind', async () => {
    const cwd = newFolder();
    const limited = spawn(
      'bash',
      ['-c', `ulimit -f 8; "$0" "$1" train t.txt --hidden 64`, process.execPath, BIN],
      {
        cwd,
      },
    );
    let said = '';
    limited.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await new Promise((resolve) => limited.on('close', resolve))).toBe(1);
    expect(said).toMatch(
      /\nerror: checkpoints\/t\.json: the checkpoint of step 0 could not be saved \(EFBIG: file too large\); free some space or name another directory with --out\n$/,
    );
    expect(names(join(cwd, 'checkpoints'))).toEqual([]);
  });
});
