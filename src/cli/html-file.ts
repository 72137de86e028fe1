import { open, stat } from 'node:fs/promises';
import { replaceFile } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { PAGE_MARK } from '../report/page/document.ts';
import { systemReason } from '../system-reason.ts';
import { identityOf } from './file-identity.ts';
import { say } from './output.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'no such folder',
  ENOTDIR: 'no such folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'no permission',
  ENOSPC: 'the disk is full',
};
const HEAD_BYTES = 200;

/** Why a file cannot be written. */
export const writeFailure = (cause: NodeJS.ErrnoException): string =>
  REASONS[cause.code ?? ''] ?? systemReason(cause);

const refuse = (path: string, reason: string, flag = '--html'): never => {
  throw new RnnError(
    'usage',
    `${flag} ${path}: expected a file that can be written, ${reason}; choose another name`,
  );
};

/**
 * To be called before the work of which the page will tell.
 * @param path of the page, where one is asked for
 * @param inputs files that the command reads; @param flag that names the page
 * @throws RnnError where the page would take the place of anything but an older page of rnn
 */
export async function checkHtmlFile(
  path: string | undefined,
  inputs: readonly string[],
  flag?: string,
): Promise<void> {
  if (path === undefined) return;
  if (path === '-') refuse(path, 'got standard output', flag);
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (found.isDirectory()) refuse(path, 'got a folder', flag);
  // a rename would put a file in the place of a device
  if (!found.isFile()) refuse(path, 'got a device', flag);
  const identity = await identityOf(path);
  for (const input of inputs) {
    if ((await identityOf(input)) === identity) refuse(path, 'got a file that this command reads', flag);
  }
  if (found.size > 0 && !(await isPage(path))) refuse(path, 'got a file that is not a page of rnn', flag);
}

async function isPage(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  const buffer = Buffer.alloc(HEAD_BYTES);
  await file?.read(buffer, 0, HEAD_BYTES, 0).finally(() => file.close());
  return buffer.includes(PAGE_MARK);
}

/**
 * Writes a page in one step, so that a kill leaves the old file or the new one.
 * @throws RnnError when it cannot be written
 */
export async function writeHtml(path: string, html: string, flag?: string): Promise<void> {
  await replaceFile(path, [html]).catch((cause: NodeJS.ErrnoException) =>
    refuse(path, `got ${writeFailure(cause)}`, flag),
  );
  say(`wrote ${path}`);
}
