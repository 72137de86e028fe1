import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Checkpoint, readCheckpoint } from '../../src/checkpoint/index.ts';
import { type Result, shell, temporaryFolder } from './cli.ts';

/* Surroundings in which a disk is full, a system call fails, or a process dies; they need root or strace. */

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Whether this user may mount a file system of its own. */
export const canMount = works('unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/tmp');
export const canTrace = works('strace', '-qq', '-o', '/dev/null', 'true');

export const STEPS = 40;
const TEXT = Array.from({ length: 400 }, (_, i) => `line ${(i * 7919) % 1000} of a text\n`).join('');
const SMALL = '--batch-size 4 --seq-length 10 --sample-every 0 --eval-every 8';

/** A folder with a text and the command that trains on it, saving often, into `out`. */
export function newRun(
  hidden: number,
  steps = STEPS,
  saveEvery = 5,
): { cwd: string; out: string; train: string } {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 't.txt'), TEXT);
  const train = `$rnn train t.txt ${SMALL} --hidden ${hidden} --steps ${steps} --save-every ${saveEvery} --out out`;
  mkdirSync(join(cwd, 'out'));
  return { cwd, out: join(cwd, 'out'), train };
}

/** Trains where only so many KiB can be written; what is there in the end is copied out. */
export function trainOnDisk(kilobytes: number, hidden: number): Promise<Result & { out: string }> {
  const { cwd, out, train } = newRun(hidden);
  const inside = `mount -t tmpfs -o size=${kilobytes}k none out; ${train}; code=$?; cp -a out kept; exit $code`;
  return shell(`unshare -m bash -c '${inside}'`, cwd).then((result) => ({
    ...result,
    out: join(out, '../kept'),
  }));
}

/** Trains under strace, which does as `inject` says; one thread makes all calls, so that they can be counted. */
export function trainTraced(inject: string): Promise<Result & { out: string }> {
  const { cwd, out, train } = newRun(16);
  const call = inject.slice(0, inject.indexOf(':'));
  const strace = `UV_THREADPOOL_SIZE=1 strace -f -qq -o /dev/null -e trace=${call} -e inject=${inject}`;
  return shell(`${strace} ${train}`, cwd).then((result) => ({ ...result, out }));
}

/** What a run left: every checkpoint must be whole. */
export async function checkpointsIn(folder: string): Promise<Record<string, Checkpoint>> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = names.map(async (name) => [name, await readCheckpoint(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** What must hold of a run that was not killed, whatever failed; its folder is removed. */
export async function expectHonest(
  result: Result & { out: string },
  what: string,
): Promise<'saved' | 'refused'> {
  const { code, stderr, out } = result;
  const checkpoints = await checkpointsIn(out);
  const whole = Object.keys(checkpoints);
  expect([0, 1], `${what}: ${stderr}`).toContain(code);
  // a lock that could not be removed is taken over by the next run
  const left = readdirSync(out).filter((name) => !(what.startsWith('unlink') && name === '.t.json.lock'));
  expect(left.sort(), `${what}: nothing but checkpoints is left`).toEqual(whole.sort());
  rmSync(join(out, '..'), { recursive: true });
  const last = stderr.trimEnd().split('\n').at(-1)!;
  if (code === 1) {
    expect(last, what).toMatch(
      /^error: out\/t(\.best)?\.json: the checkpoint of step \d+ could not be saved \(E[A-Z]+: /,
    );
    if (last.includes('.best.json')) expect(checkpoints['t.json']?.state.step, what).toBe(STEPS);
    return 'refused';
  }
  expect(last, what).toMatch(/^saved out\/t\.json /);
  expect(checkpoints['t.json']?.state.step, what).toBe(STEPS);
  const best = checkpoints['t.best.json']?.state.best?.bpc;
  expect(best, `${what}: the best is the best`).toBeLessThanOrEqual(checkpoints['t.json']!.state.best!.bpc);
  return 'saved';
}
