import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RnnError } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { Turns } from '../turns.ts';
import type { Checkpoint } from './checkpoint.ts';
import { deserializing } from './deserialize.ts';
import { MAX_CHECKPOINT_BYTES } from './schema.ts';
import { serializing } from './serialize.ts';
import { replaceFile } from './write-file.ts';

/** @throws RnnError naming the file and what is wrong with it; signal.reason */
export async function readCheckpoint(path: string, signal?: AbortSignal): Promise<Checkpoint> {
  const cannotRead = (cause: NodeJS.ErrnoException): never => {
    const reason = cause.code === 'ENOENT' ? 'no such file' : `cannot be read (${cause.code})`;
    throw new RnnError('checkpoint', `${path}: ${reason}; expected a checkpoint written by rnn train`, {
      cause,
    });
  };
  if (path === '')
    throw new RnnError('checkpoint', '"": expected the name of a checkpoint file, got an empty one');
  // looked at before it is opened, since opening a FIFO would wait forever
  const stats = await stat(path).catch(cannotRead);
  if (!stats.isFile()) {
    const found = stats.isDirectory() ? 'a directory' : 'a device';
    throw new RnnError(
      'checkpoint',
      `${path}: expected a checkpoint file written by rnn train, got ${found}`,
    );
  }
  if (stats.size > MAX_CHECKPOINT_BYTES) {
    throw new RnnError(
      'checkpoint',
      `${path}: expected at most ${MAX_CHECKPOINT_BYTES} bytes, got ${stats.size}`,
    );
  }
  const bytes = await readFile(path).catch(cannotRead);
  return new Turns().finish(deserializing(bytes, path), signal);
}

/**
 * Replaces the file in one step: after a kill at any moment the old or the new one is there, whole.
 * @returns whether the file system confirmed that the new name survives a power cut
 * @throws RnnError when nothing was replaced
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<boolean> {
  try {
    return await replaceFile(path, await new Turns().finish(serializing(checkpoint)));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const reason = cause instanceof RnnError ? cause.message : systemReason(cause as NodeJS.ErrnoException);
    const { step } = checkpoint.state;
    throw new RnnError(
      'checkpoint',
      `${path}: the checkpoint of step ${step} could not be saved (${reason})`,
      {
        cause,
      },
    );
  }
}

export interface Newest {
  path: string;
  checkpoint: Checkpoint;
  /** newer files that turned out damaged, with the reason */
  skipped: string[];
}

/** The newest valid checkpoint of a directory. */
export async function newestCheckpoint(directory: string): Promise<Newest> {
  const skipped: string[] = [];
  for (const { path } of await checkpointFiles(directory).catch(() => [])) {
    try {
      return { path, checkpoint: await readCheckpoint(path), skipped };
    } catch (error) {
      if (!(error instanceof RnnError)) throw error;
      skipped.push(error.message);
    }
  }
  const more = skipped.length > 1 ? `; and ${skipped.length - 1} more` : '';
  const damaged = skipped.length === 0 ? '' : ` (${skipped[0]}${more})`;
  throw new RnnError('checkpoint', `${directory}: no checkpoint there${damaged}`);
}

/** Possible checkpoints in a directory, the newest first. */
export async function checkpointFiles(directory: string): Promise<{ path: string; modified: Date }[]> {
  const names = await readdir(directory);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const path = join(directory, name);
        return { path, stats: await stat(path).catch(() => undefined) };
      }),
  );
  // a link to nothing, a folder and the like are no checkpoints, whatever their name
  return found
    .flatMap(({ path, stats }) => (stats?.isFile() ? [{ path, modified: stats.mtime }] : []))
    .sort((a, b) => b.modified.getTime() - a.modified.getTime());
}
