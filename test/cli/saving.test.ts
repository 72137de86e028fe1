import { describe, expect, it } from 'vitest';
import {
  canMount,
  canTrace,
  checkpointsIn,
  expectHonest,
  trainOnDisk,
  trainTraced,
} from '../support/harsh.ts';

/* A few cases of what test/nightly goes through in full. */

describe.skipIf(!canMount)('full disks (needs root)', () => {
  it.each([
    [60, 'refused'],
    [116, 'refused'],
    [235, 'refused'],
    [354, 'saved'],
  ] as const)('%i KB: %s, and what is there is whole', async (kilobytes, outcome) => {
    expect(await expectHonest(await trainOnDisk(kilobytes, 64), `${kilobytes} KB`)).toBe(outcome);
  });
});

describe.skipIf(!canTrace)('system calls that fail (needs strace)', () => {
  it.each([
    ['pwrite64:error=ENOSPC:when=6', 'refused'],
    ['pwrite64:error=EIO:when=40', 'saved'],
    ['pwrite64:error=EDQUOT:when=100+', 'refused'],
    ['fsync:error=EIO:when=2', 'saved'],
    ['rename:error=EXDEV:when=1', 'refused'],
    ['fchmod:error=EPERM:when=1+', 'saved'],
    ['unlink:error=EIO:when=1', 'saved'],
  ] as const)('%s: %s', async (inject, outcome) => {
    expect(await expectHonest(await trainTraced(inject), inject)).toBe(outcome);
  });

  it('a write that says it has written what it has not is noticed', async () => {
    const result = await trainTraced('pwrite64:retval=100:when=3');
    expect(await expectHonest(result, 'lying')).toBe('refused');
    expect(result.stderr).toContain('(EIO: ');
  });

  it.each([
    'pwrite64:signal=KILL:when=50',
    'pread64:signal=KILL:when=20',
    'fsync:signal=KILL:when=9',
    'rename:signal=KILL:when=9',
  ])('%s leaves whole files', async (inject) => {
    const { code, out } = await trainTraced(inject);
    expect(code).not.toBe(0);
    expect((await checkpointsIn(out))['t.json']).toBeDefined();
  });
});
