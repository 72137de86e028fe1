import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pid } from 'node:process';
import { isLockedHere, isRunning } from './lock.ts';

/** A name may have 143 bytes on any file system; this much of a file's own leaves room for what is added. */
const KEPT_NAME_BYTES = 100;
const READ_BYTES = 1 << 20;
const HOUR_MS = 3_600_000;
const MODE_BITS = 0o7777;

/** A file's own name as far as it leaves room, its writer's process number, and what tells two writes apart. */
function temporaryName(path: string): string {
  const kept = Buffer.from(basename(path)).subarray(0, KEPT_NAME_BYTES);
  return `${kept}.tmp-${pid}-${randomBytes(8).toString('hex')}`;
}

const TEMPORARY_NAME = /^(.+)\.tmp-(\d+)-[0-9a-f]{16}$/;

/**
 * Replaces a file in one step: after a kill at any moment the old or the new one is there, whole. The new one is read
 * back before it takes the place of the old, since a disk may have written less, or other bytes, than it says.
 * @param pieces the content; strings as UTF-8
 * @returns whether the file system confirmed that the new name survives a power cut, which some never do
 * @throws what the file system says, or EIO when the bytes are not those written; the old file is still there
 */
export async function replaceFile(path: string, pieces: Iterable<string | Uint8Array>): Promise<boolean> {
  // a link stays one: what it leads to is replaced
  const target = await realpath(path).catch(() => path);
  const old = await stat(target).catch(() => undefined);
  const temporary = join(dirname(target), temporaryName(target));
  const file = await open(temporary, 'wx+', old && old.mode & MODE_BITS);
  let synced: boolean;
  try {
    try {
      // a file system that has no owners or modes refuses, and loses nothing by it
      if (old) await file.chown(old.uid, old.gid).catch(() => {});
      if (old) await file.chmod(old.mode & MODE_BITS).catch(() => {});
      const written = await writeAll(file, pieces);
      synced = await sync(file);
      await expectContent(file, written);
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  return (await syncDirectory(dirname(target))) && synced;
}

interface Content {
  bytes: number;
  sha256: string;
}

async function writeAll(file: FileHandle, pieces: Iterable<string | Uint8Array>): Promise<Content> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    const data = typeof piece === 'string' ? Buffer.from(piece) : piece;
    hash.update(data);
    // a full disk may take a part only
    for (let done = 0; done < data.length; ) {
      const { bytesWritten } = await file.write(data, done, data.length - done, bytes + done);
      if (bytesWritten === 0) throw failure('ENOSPC', 'nothing was written');
      done += bytesWritten;
    }
    bytes += data.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function expectContent(file: FileHandle, expected: Content): Promise<void> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, bytes);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  if (bytes !== expected.bytes || hash.digest('hex') !== expected.sha256) {
    const found = bytes === expected.bytes ? 'other ones' : String(bytes);
    throw failure('EIO', `${expected.bytes} bytes were written, reading them back gave ${found}`);
  }
}

const failure = (code: string, message: string) => Object.assign(new Error(message), { code });

/** @returns false where the file system has no such thing; what it has but cannot do is an error */
async function sync(file: FileHandle): Promise<boolean> {
  try {
    await file.sync();
    return true;
  } catch (error) {
    if (['EINVAL', 'ENOSYS', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Best effort: Windows, network and shared folders refuse it, and the file is whole already. */
async function syncDirectory(path: string): Promise<boolean> {
  try {
    const directory = await open(path, 'r');
    await directory.sync().finally(() => directory.close());
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes what killed processes left in a folder of checkpoints. Process numbers say something only of this machine, so
 * where a run's lock is not of here, an hour must have passed, in which every file was written.
 * @param locked whose lock stands for all files of the folder; by default each run has its own
 */
export async function removeLeftovers(folder: string, locked?: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const [, target, writer] = TEMPORARY_NAME.exec(name) ?? [];
    if (target === undefined || (Number(writer) !== pid && isRunning(Number(writer)))) continue;
    const path = join(folder, name);
    const run = locked ?? join(folder, target.replace(/\.best\.json$/, '.json'));
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (isLockedHere(run) || Date.now() - mtimeMs > HOUR_MS) await rm(path, { force: true }).catch(() => {});
  }
}
