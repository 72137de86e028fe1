import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { lockPath, lockRun, removeLeftovers } from '../../src/checkpoint/index.ts';

const newRun = () => join(mkdtempSync(join(tmpdir(), 'rnn-lock-')), 'x.json');
const filesBeside = (path: string) => readdirSync(join(path, '..'));
const ended = spawnSync(process.execPath, ['-e', '']).pid;

/** A run with a lock as this machine writes it, changed. */
function lockedBy(change: object): string {
  const path = newRun();
  const own = lockRun(path);
  const holder = JSON.parse(readFileSync(lockPath(path), 'utf8')) as object;
  own.release();
  writeFileSync(lockPath(path), JSON.stringify({ ...holder, token: 'another', ...change }));
  return path;
}

function refusal(path: string): string {
  try {
    lockRun(path).release();
  } catch (error) {
    return (error as Error).message;
  }
  return 'locked';
}

const age = (path: string, minutes: number) => {
  const then = Date.now() / 1000 - 60 * minutes;
  utimesSync(lockPath(path), then, then);
};

describe('lockRun', () => {
  it('lies beside the checkpoint until it is released, twice if need be', () => {
    const path = newRun();
    const lock = lockRun(path);
    expect(lock.notes).toEqual([]);
    expect(filesBeside(path)).toEqual(['.x.json.lock']);
    expect(() => lock.check()).not.toThrow();
    lock.release();
    lock.release();
    expect(filesBeside(path)).toEqual([]);
  });

  it('a second writer is refused and told who writes', () => {
    const path = newRun();
    const lock = lockRun(path);
    expect(refusal(path)).toBe(
      `${path} is being written by process ${process.pid} on ${hostname()}; wait for it, stop it, or use another out`,
    );
    lock.release();
    expect(refusal(path)).toBe('locked');
  });

  it('the lock of a process that has ended is taken over, with a note', () => {
    const path = lockedBy({ pid: ended });
    writeFileSync(path, 'a checkpoint');
    const lock = lockRun(path);
    expect(lock.notes).toEqual([
      `${path}: process ${ended} on ${hostname()} did not finish its run; this one takes it over`,
    ]);
    expect(filesBeside(path).sort()).toEqual(['.x.json.lock', 'x.json']);
    lock.release();
  });

  it('so is that of a process whose number another one has now', () => {
    const path = lockedBy({ started: '1' });
    expect(refusal(path)).toBe('locked');
  });

  it.each([
    [{ host: 'elsewhere', pid: 7 }, 'process 7 on elsewhere'],
    [{ host: 'else\nwhere\x1b[2J', pid: 7 }, 'process 7 on else?where??2J'],
    [{ space: 'pid:[1]', pid: 7 }, `process 7 on ${hostname()}`],
  ])('of a process that cannot be looked at (%j) the age decides', (change, name) => {
    const path = lockedBy(change);
    age(path, 1);
    expect(refusal(path)).toBe(
      `${path} is being written by ${name} (seen 60 s ago; if it has ended, delete ${lockPath(path)}); wait for it, stop it, or use another out`,
    );
    age(path, 3);
    expect(refusal(path)).toBe('locked');
  });

  it.each(['', '{', 'null', '[]', '"x"', '{"pid":"x"}'])(
    'so it does where the lock is unreadable: %j',
    (text) => {
      const path = newRun();
      writeFileSync(lockPath(path), text);
      expect(refusal(path)).toMatch(/is being written by .* \(seen \d+ s ago; if it has ended, delete /);
      age(path, 3);
      expect(refusal(path)).toBe('locked');
    },
  );

  it('notices before a save that another process has taken the run over, whose lock it leaves alone', () => {
    const path = newRun();
    const lock = lockRun(path);
    const other = JSON.stringify({ host: 'elsewhere', pid: 7, token: 'another' });
    writeFileSync(lockPath(path), other);
    expect(() => lock.check()).toThrow(
      `${path}: process 7 on elsewhere writes this run now; nothing more of this one is saved here`,
    );
    lock.release();
    expect(readFileSync(lockPath(path), 'utf8')).toBe(other);
  });

  it('puts back a lock that was removed by hand', () => {
    const path = newRun();
    const lock = lockRun(path);
    rmSync(lockPath(path));
    lock.check();
    expect(refusal(path)).toContain(`process ${process.pid}`);
    lock.release();
  });

  it('is renewed every ten seconds, which adds nothing to one that is gone', () => {
    vi.useFakeTimers();
    try {
      const path = newRun();
      const lock = lockRun(path);
      age(path, 90);
      vi.advanceTimersByTime(10_000);
      expect(Date.now() - statSync(lockPath(path)).mtimeMs).toBeLessThan(60_000);
      expect(() => lock.check()).not.toThrow();
      rmSync(lockPath(path));
      vi.advanceTimersByTime(10_000);
      expect(filesBeside(path)).toEqual([]);
      lock.release();
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks the file system for the time, and leaves nothing behind', () => {
    const path = lockedBy({ host: 'elsewhere' });
    vi.useFakeTimers({ now: Date.now() + 3_600_000 });
    try {
      expect(refusal(path)).toContain('(seen 0 s ago; ');
    } finally {
      vi.useRealTimers();
    }
    expect(filesBeside(path)).toEqual(['.x.json.lock']);
  });

  it('says what the file system says where there can be none', () => {
    expect(() => lockRun('/nowhere/x.json')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});

describe('removeLeftovers', () => {
  it('removes temporary files of ended writers, where process numbers mean something or an hour has passed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rnn-lock-'));
    const put = (name: string, minutes = 0) => {
      const path = join(folder, name);
      writeFileSync(path, '');
      utimesSync(path, Date.now() / 1000 - 60 * minutes, Date.now() / 1000 - 60 * minutes);
    };
    const id = '0123456789abcdef';
    const lock = lockRun(join(folder, 'x.json'));
    const gone = [
      `x.json.tmp-${ended}-${id}`,
      `x.best.json.tmp-${ended}-${id}`,
      `x.json.tmp-${process.pid}-${id}`,
    ];
    const stay = [
      `x.json.tmp-${process.ppid}-${id}`,
      `y.json.tmp-${ended}-${id}`,
      'x.json.tmp-notes',
      'x.json',
    ];
    for (const name of [...gone, ...stay]) put(name);
    put(`z.json.tmp-${ended}-${id}`, 61);
    await removeLeftovers(folder);
    lock.release();
    expect(readdirSync(folder).sort()).toEqual(stay.sort());
    await removeLeftovers(join(folder, 'nowhere'));
  });
});
