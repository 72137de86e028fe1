import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type Checkpoint,
  lockRun,
  type RunLock,
  readCheckpoint,
  removeLeftovers,
} from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { isSameRun } from '../train/index.ts';
import { versionOf } from './file-identity.ts';
import { dropModels } from './kept-models.ts';
import { makeFolder } from './make-folder.ts';
import type { RunLog } from './run-log.ts';

/** Where a run writes: its last checkpoint and its best one. Only the holder of the lock does. */
export interface RunFiles {
  last: string;
  best: string;
  lock: RunLock;
  /** whether this is the run that is resumed, not a new one */
  inPlace: boolean;
  /** loss of the best checkpoint on disk; undefined where there is none */
  kept?: Best | undefined;
  /** where one was asked for */
  log?: RunLog | undefined;
}

/** An evaluation that was better than all before it, in bits per character. */
export type Best = NonNullable<Checkpoint['state']['best']>;

type Paths = Pick<RunFiles, 'last' | 'best'>;

const MAX_RUNS = 10_000;
const BEST = /\.best\.json$/;

/**
 * Locks the first free name in the directory (`tiny.json`, `tiny-2.json`, …), so that a new run never overwrites
 * an older one.
 */
export async function claimRunFiles(directory: string, name: string): Promise<RunFiles> {
  try {
    makeFolder(directory);
  } catch (error) {
    refuse(directory)(error as NodeJS.ErrnoException);
  }
  for (let run = 1; run <= MAX_RUNS; run++) {
    const paths = pathsOf(join(directory, `${name}${run === 1 ? '' : `-${run}`}.json`));
    if (await isTaken(paths)) continue;
    try {
      const locked = await lockPaths(paths, false);
      // a run that ended just now was saved after the first look
      if (!(await isTaken(paths))) {
        dropModels(paths.last);
        return locked;
      }
      locked.lock.release();
    } catch (error) {
      // a run that has saved nothing yet
      if (!(error instanceof RnnError)) refuse(directory)(error as NodeJS.ErrnoException);
    }
  }
  throw new RnnError(
    'usage',
    `--out ${directory}: holds ${MAX_RUNS} runs named ${name} already; use another directory`,
  );
}

/**
 * A resumed run goes on in its own file. From a best state, into another directory, or beside a best checkpoint that is
 * not its own, it takes a free name, so that nothing but its own files is ever replaced.
 * @param run what was read from that file; @param version of the file then
 * @throws RnnError when another process writes the run, or has done so since
 */
export async function resumedRunFiles(
  checkpoint: string,
  directory: string | undefined,
  run: Checkpoint,
  version: string | undefined,
): Promise<RunFiles> {
  const real = await realpath(checkpoint);
  const path = real === resolve(checkpoint) ? checkpoint : real;
  const name = basename(path);
  const folder = directory ?? dirname(path);
  const isOther = BEST.test(name) || (await realpath(join(folder, name)).catch(() => undefined)) !== real;
  const best = isOther ? undefined : await ownBest(pathsOf(path).best, run);
  if (!best) return claimRunFiles(folder, name.replace(BEST, '').replace(/\.json$/, ''));
  const files = await lockPaths(pathsOf(path), true).catch((error) => {
    if (error instanceof RnnError) throw error;
    return refuse(folder)(error as NodeJS.ErrnoException);
  });
  if ((await versionOf(path)) === version) return { ...files, kept: best.kept };
  files.lock.release();
  throw new RnnError('usage', `${checkpoint}: another process went on with this run just now; try again`);
}

/** Whether a run has no best checkpoint: none was due yet, or it was killed before it wrote one. */
export async function lacksBest(checkpoint: string): Promise<boolean> {
  const { best } = pathsOf(await realpath(checkpoint));
  return (await lstat(best).catch(() => undefined)) === undefined;
}

/** Loss of a run's best checkpoint; undefined where the file is something else. */
async function ownBest(path: string, run: Checkpoint): Promise<Pick<RunFiles, 'kept'> | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || (found.isFile() && found.size === 0)) return {};
  const best = await readCheckpoint(path).catch((error) => {
    if (error instanceof RnnError) return undefined;
    throw error;
  });
  return best && isSameRun(best, run) ? { kept: best.state.best ?? undefined } : undefined;
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
