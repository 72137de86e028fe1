import { stat } from 'node:fs/promises';
import { isCheckpoint } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';

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
  if (!(await isThere(first)))
    throw new RnnError('usage', `${first}: no such file; expected a text, or a checkpoint and a text`);
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
  return (await isThere(path)) && !path.endsWith('.json') && !(await isCheckpoint(path));
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
