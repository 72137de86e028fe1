import { lstat, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { lockRun, type RunLock, removeLeftovers } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';

/** Where a run writes: its last checkpoint and its best one. Only the holder of the lock does. */
export interface RunFiles {
  last: string;
  best: string;
  lock: RunLock;
}

const MAX_RUNS = 10_000;

/**
 * Locks the first free name in the directory (`tiny.json`, `tiny-2.json`, …), so that a new run never overwrites
 * an older one.
 */
export async function claimRunFiles(directory: string, source: string): Promise<RunFiles> {
  await mkdir(directory, { recursive: true }).catch(refuse(directory));
  const name = source === '-' ? 'stdin' : basename(source, extname(source)).slice(0, 80) || 'corpus';
  for (let run = 1; run <= MAX_RUNS; run++) {
    const files = filesOf(join(directory, `${name}${run === 1 ? '' : `-${run}`}.json`));
    if (await isTaken(files)) continue;
    try {
      const locked = await lockFiles(files);
      // a run that ended just now was saved after the first look
      if (!(await isTaken(files))) return locked;
      locked.lock.release();
    } catch (error) {
      // a run that has saved nothing as yet
      if (!(error instanceof RnnError)) refuse(directory)(error as NodeJS.ErrnoException);
    }
  }
  throw new RnnError(
    'usage',
    `--out ${directory}: holds ${MAX_RUNS} runs named ${name} already; use another directory`,
  );
}

/** A resumed run goes on in its own file, or under the same name in another directory. */
export async function resumedRunFiles(checkpoint: string, directory: string | undefined): Promise<RunFiles> {
  const path = await realpath(checkpoint);
  if (directory !== undefined) await mkdir(directory, { recursive: true }).catch(refuse(directory));
  const folder = directory ?? dirname(path);
  const files = filesOf(join(folder, basename(path).replace(/\.best\.json$/, '.json')));
  return lockFiles(files).catch((error) => {
    if (error instanceof RnnError) throw error;
    return refuse(folder)(error as NodeJS.ErrnoException);
  });
}

const filesOf = (last: string) => ({ last, best: last.replace(/\.json$/, '.best.json') });

async function lockFiles(files: Omit<RunFiles, 'lock'>): Promise<RunFiles> {
  const lock = lockRun(files.last);
  await removeLeftovers(dirname(files.last));
  return { ...files, lock };
}

/** An empty file is what a run left that ended before its first save. */
async function isTaken({ last, best }: Omit<RunFiles, 'lock'>): Promise<boolean> {
  for (const path of [last, best]) {
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && (found.size > 0 || !found.isFile())) return true;
  }
  return false;
}

const refuse =
  (directory: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw new RnnError(
      'usage',
      `--out ${directory}: expected a directory to write checkpoints to, got ${cause.code}; name another directory`,
      { cause },
    );
  };
