import { open, stat } from 'node:fs/promises';
import { FORMAT } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';

/** Bytes in which a checkpoint says that it is one. */
const HEAD_BYTES = 1000;

/**
 * A checkpoint, which may be left out, and texts.
 * @throws RnnError where they are the other way round, or there is no text
 */
export async function separateModel(
  command: string,
  [first = '', ...others]: string[],
): Promise<{ path: string | undefined; patterns: string[] }> {
  if (await isText(first)) {
    await refuseSwapped(command, first, others);
    return { path: undefined, patterns: [first, ...others] };
  }
  if (others.length > 0) return { path: first, patterns: others };
  throw new RnnError('usage', `rnn ${command} ${first}: expected a text behind the checkpoint, got none`);
}

/** @throws RnnError where a text stands before its checkpoint */
export async function refuseSwapped(command: string, first: string, others: string[]): Promise<void> {
  if (!(await isText(first))) return;
  for (const path of others) {
    if (!(await isCheckpoint(path))) continue;
    throw new RnnError(
      'usage',
      `${first}: expected the checkpoint first; try rnn ${command} ${path} ${first}`,
    );
  }
}

/** Whether something of that name is there, and no checkpoint, be it a damaged one. */
async function isText(path: string): Promise<boolean> {
  if (path === '-') return true;
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && !path.endsWith('.json') && !(there.isFile() && (await isCheckpoint(path)));
}

async function isCheckpoint(path: string): Promise<boolean> {
  // opening a FIFO would wait for ever
  if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES);
    return buffer.toString('latin1', 0, bytesRead).includes(`"${FORMAT}"`);
  } finally {
    await file.close();
  }
}
