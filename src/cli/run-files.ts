import { lstat, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { lockRun, type RunLock, removeLeftovers } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { versionOf } from './file-identity.ts';

/** Where a run writes: its last checkpoint and its best one. Only the holder of the lock does. */
export interface RunFiles {
  last: string;
  best: string;
  lock: RunLock;
  /** whether this is the run that is resumed, not a new one */
  inPlace: boolean;
}

type Paths = Pick<RunFiles, 'last' | 'best'>;

const MAX_RUNS = 10_000;
const BEST = /\.best\.json$/;

/**
 * Locks the first free name in the directory (`tiny.json`, `tiny-2.json`, …), so that a new run never overwrites
 * an older one.
 */
export async function claimRunFiles(directory: string, name: string): Promise<RunFiles> {
  await mkdir(directory, { recursive: true }).catch(refuse(directory));
  for (let run = 1; run <= MAX_RUNS; run++) {
    const paths = pathsOf(join(directory, `${name}${run === 1 ? '' : `-${run}`}.json`));
    if (await isTaken(paths)) continue;
    try {
      const locked = await lockPaths(paths, false);
      // a run that ended just now was saved after the first look
      if (!(await isTaken(paths))) return locked;
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

/**
 * A resumed run goes on in its own file. From a best state, or into another directory, it takes a free name, so that
 * nothing but the file it comes from is ever replaced.
 * @param version of the checkpoint, as it was read
 * @throws RnnError when another process writes the run, or has done so since
 */
export async function resumedRunFiles(
  checkpoint: string,
  directory: string | undefined,
  version: string | undefined,
): Promise<RunFiles> {
  const real = await realpath(checkpoint);
  const path = real === resolve(checkpoint) ? checkpoint : real;
  const name = basename(path);
  const folder = directory ?? dirname(path);
  if (BEST.test(name) || (await realpath(join(folder, name)).catch(() => undefined)) !== real)
    return claimRunFiles(folder, name.replace(BEST, '').replace(/\.json$/, ''));
  const files = await lockPaths(pathsOf(path), true).catch((error) => {
    if (error instanceof RnnError) throw error;
    return refuse(folder)(error as NodeJS.ErrnoException);
  });
  if ((await versionOf(path)) === version) return files;
  files.lock.release();
  throw new RnnError('usage', `${checkpoint}: another process went on with this run just now; try again`);
}

const pathsOf = (last: string): Paths => ({ last, best: `${last.replace(/\.json$/, '')}.best.json` });

async function lockPaths(paths: Paths, inPlace: boolean): Promise<RunFiles> {
  const lock = lockRun(paths.last);
  await removeLeftovers(dirname(paths.last));
  return { ...paths, lock, inPlace };
}

/** An empty file is what a run left that ended before its first save. */
async function isTaken({ last, best }: Paths): Promise<boolean> {
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
