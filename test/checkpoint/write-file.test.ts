import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/checkpoint/index.ts';
import { systemReason } from '../../src/system-reason.ts';
import { type Call, type Fault, failing, lying, short, systemError, withFaults } from '../support/faults.ts';

const OLD = 'what was there';
const PIECES = ['the new ', Buffer.from('content: '), 'ä한🙂'.repeat(50)];
const NEW = PIECES.join('');

function withOld(): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rnn-write-'));
  const path = join(folder, 'x.json');
  writeFileSync(path, OLD);
  return { folder, path };
}

/** What replacing a file comes to when one call goes wrong, once or from then on. */
async function replaceWith(call: Call, fault: Fault, { at = 0, always = false } = {}) {
  const { folder, path } = withOld();
  const choose = (made: Call, before: number) =>
    made === call && (always ? before >= at : before === at) ? fault : undefined;
  const { error } = await withFaults(() => replaceFile(path, PIECES), choose);
  const reason = error === undefined ? 'saved' : systemReason(error as NodeJS.ErrnoException);
  return { reason, content: readFileSync(path, 'utf8'), left: readdirSync(folder) };
}

const kept = (reason: string) => ({ reason, content: OLD, left: ['x.json'] });
const SAVED = { reason: 'saved', content: NEW, left: ['x.json'] };

describe('replaceFile', () => {
  it('writes, syncs, reads back and closes before it renames, and syncs the folder last', async () => {
    const { path } = withOld();
    const { calls } = await withFaults(
      () => replaceFile(path, PIECES),
      () => undefined,
    );
    expect(calls.join(' ')).toBe('open write write write sync read read close rename open sync close');
    expect(readFileSync(path, 'utf8')).toBe(NEW);
  });

  it('goes on where the disk took only a part of a piece', async () => {
    expect(await replaceWith('write', short, { always: true })).toEqual(SAVED);
  });

  it('a disk that takes nothing more is full', async () => {
    const nothing: Fault = async () => ({ bytesWritten: 0 });
    expect(await replaceWith('write', nothing, { always: true })).toEqual(
      kept('ENOSPC: nothing was written'),
    );
  });

  it.each([
    ['nothing', 'EIO: 525 bytes were written, reading them back gave 0'],
    ['zeros', 'EIO: 525 bytes were written, reading them back gave other ones'],
    ['half', 'EIO: 525 bytes were written, reading them back gave 262'],
  ] as const)('notices a disk that keeps %s of what it says it took', async (content, reason) => {
    const { folder, path } = withOld();
    const text = 'x'.repeat(525);
    const { error } = await withFaults(
      () => replaceFile(path, [text]),
      (call) => (call === 'write' ? lying(content) : undefined),
    );
    expect(systemReason(error as NodeJS.ErrnoException)).toBe(reason);
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([OLD, ['x.json']]);
  });

  const ERRORS = ['ENOSPC', 'EIO', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EXDEV', 'EFBIG', 'EPERM'] as const;
  const PLACES: [Call, number][] = [
    ['open', 0],
    ['write', 0],
    ['write', 2],
    ['sync', 0],
    ['read', 0],
    ['close', 0],
    ['rename', 0],
  ];
  it.each(PLACES)('an error of %s (call %i) leaves the old file and nothing else', async (call, at) => {
    for (const code of ERRORS) {
      const { reason, ...rest } = await replaceWith(call, failing(code), { at });
      expect(reason.startsWith(`${code}: `)).toBe(true);
      expect(rest).toEqual({ content: OLD, left: ['x.json'] });
    }
  });

  it.each(['EPERM', 'EINVAL', 'EIO', 'ENOTSUP', 'EISDIR', 'EACCES', 'EBADF'])(
    'a folder that cannot be opened, synced or closed (%s) takes nothing away',
    async (code) => {
      for (const call of ['open', 'sync', 'close'] as const) {
        const { path } = withOld();
        let confirmed: boolean | undefined;
        await withFaults(
          async () => {
            confirmed = await replaceFile(path, PIECES);
          },
          (made, before) => (made === call && before === 1 ? failing(code) : undefined),
        );
        expect([confirmed, readFileSync(path, 'utf8')]).toEqual([false, NEW]);
      }
    },
  );

  it.each(['EINVAL', 'ENOSYS', 'ENOTSUP'])(
    'where there is no sync at all (%s) the file is written and not confirmed',
    async (code) => {
      const { path } = withOld();
      let confirmed: boolean | undefined;
      await withFaults(
        async () => {
          confirmed = await replaceFile(path, PIECES);
        },
        (made) => (made === 'sync' ? failing(code) : undefined),
      );
      expect([confirmed, readFileSync(path, 'utf8')]).toEqual([false, NEW]);
    },
  );

  it('a kill at any call leaves the old or the new file, whole', async () => {
    const outcomes: string[] = [];
    for (let index = 0; index < 12; index++) {
      const { path } = withOld();
      // nothing happens any more from that call on, not even the tidying up
      const { calls } = await withFaults(
        () => replaceFile(path, PIECES),
        (_, __, made) => (made >= index ? failing('EIO') : undefined),
      );
      expect(calls.length).toBeGreaterThan(index);
      outcomes.push(readFileSync(path, 'utf8'));
    }
    expect(outcomes).toEqual([...Array(9).fill(OLD), ...Array(3).fill(NEW)]);
  });

  it('a link stays a link, a mode stays, a file of its own gets the usual one', async () => {
    const { folder, path } = withOld();
    chmodSync(path, 0o604);
    const link = join(folder, 'link.json');
    symlinkSync('x.json', link);
    await replaceFile(link, ['a']);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('a');
    expect(statSync(path).mode & 0o777).toBe(0o604);
    await replaceFile(join(folder, 'fresh.json'), ['b']);
    const plain = join(folder, 'plain');
    writeFileSync(plain, '');
    expect(statSync(join(folder, 'fresh.json')).mode).toBe(statSync(plain).mode);
  });

  it('a name as long as a name may be', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rnn-write-'));
    const name = `${'한'.repeat(83)}.json`;
    await replaceFile(join(folder, name), ['a']);
    expect(Buffer.byteLength(name)).toBe(254);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('two at once do not disturb each other', async () => {
    const { folder, path } = withOld();
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => replaceFile(path, [text])));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['x.json']);
  });
});

describe('systemReason', () => {
  it('names an error once, those too that Node does not know', () => {
    expect(systemReason(systemError('ENOSPC'))).toBe('ENOSPC: no space left on device');
    const message = 'Unknown system error -122: Unknown system error -122, write';
    const quota = Object.assign(new Error(message), { code: 'Unknown system error -122', errno: -122 });
    expect(systemReason(quota)).toBe('EDQUOT: disk quota exceeded');
    expect(systemReason(new Error('something else'))).toBe('something else');
  });
});
