import { stat } from 'node:fs/promises';
import { replaceFile } from '../checkpoint/index.ts';
import { RnnError, systemReason } from '../errors.ts';
import { say } from './output.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'no such folder',
  ENOTDIR: 'no such folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'no permission',
  ENOSPC: 'the disk is full',
};

/**
 * Writes a page in one step, so that a kill leaves the old file or the new one.
 * @throws RnnError when it cannot be written
 */
export async function writeHtml(path: string, html: string): Promise<void> {
  const refuse = (reason: string) =>
    new RnnError(
      'usage',
      `--html ${path}: expected a file that can be written, ${reason}; choose another name`,
    );
  if (path === '') throw refuse('got no name');
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw refuse('got a folder');
  // a rename would put a file in the place of a device
  if (found && !found.isFile()) throw refuse('got a device');
  await replaceFile(path, [html]).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(`got ${REASONS[cause.code ?? ''] ?? systemReason(cause)}`);
  });
  say(`wrote ${path}`);
}
