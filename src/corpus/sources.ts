import { access, constants, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { RnnError } from '../errors.ts';

/**
 * The files that arguments stand for: files, folders (their files, sorted, no dot files), globs, and - for
 * standard input. The order of the arguments is kept; a file named twice is read once. Checkpoints, which folders of
 * texts come to hold, are none of them.
 * @param note is told what was left out
 */
export async function findSources(
  patterns: readonly string[],
  cwd: string,
  note?: (text: string) => void,
): Promise<string[]> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    for (const path of await expand(pattern, cwd)) found.set(path === '-' ? path : resolve(cwd, path), path);
  }
  const checkpoints: string[] = [];
  for (const [file, path] of found) {
    if (!MAY_BE_CHECKPOINT.test(path) || !(await isCheckpoint(file))) continue;
    checkpoints.push(path);
    found.delete(file);
  }
  const [first] = checkpoints;
  const others = checkpoints.length > 1 ? ` and ${checkpoints.length - 1} more` : '';
  if (found.size === 0)
    throw new RnnError('corpus', `${first}${others}: expected a text, got a checkpoint of a model`);
  if (first !== undefined) note?.(`left out ${first}${others}: a checkpoint is no text`);
  return [...found.values()];
}

/** Those that are being written have a name of their own. */
const MAY_BE_CHECKPOINT = /\.json|\.tmp-/;
const CHECKPOINT = /^\s*\{\s*"format"\s*:\s*"rnn-checkpoint"/;
const MARK_BYTES = 100;

async function isCheckpoint(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    if (!(await file.stat()).isFile()) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MARK_BYTES), 0, MARK_BYTES, 0);
    return CHECKPOINT.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

async function expand(pattern: string, cwd: string): Promise<string[]> {
  if (pattern === '-') return ['-'];
  // a name that exists wins over its reading as a glob
  const stats = await stat(resolve(cwd, pattern)).catch(() => undefined);
  if (stats?.isDirectory()) return expandFolder(pattern, cwd);
  if (stats) return [await readable(pattern, cwd)];
  if (!isDynamicPattern(pattern))
    throw new RnnError('corpus', `${pattern}: no such file or folder; check the name`);
  const files = await glob(pattern, { cwd, expandDirectories: false });
  if (files.length === 0) throw new RnnError('corpus', `${pattern}: no file matches this pattern`);
  return files.sort();
}

async function expandFolder(folder: string, cwd: string): Promise<string[]> {
  const files = await glob('**/*', { cwd: resolve(cwd, folder), followSymbolicLinks: false });
  if (files.length === 0)
    throw new RnnError('corpus', `${folder}: expected a folder with text files, got an empty one`);
  return files.sort().map((file) => `${folder.replace(/\/+$/, '')}/${file}`);
}

async function readable(path: string, cwd: string): Promise<string> {
  await access(resolve(cwd, path), constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new RnnError('corpus', `${path}: cannot be read (${cause.code}); check its permissions`, { cause });
  });
  return path;
}
