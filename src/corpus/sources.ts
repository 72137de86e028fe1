import { access, constants, open, readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { glob, isDynamicPattern } from 'tinyglobby';
import { RnnError } from '../errors.ts';

/**
 * The files that arguments stand for: files, folders (their files, sorted, no dot files), globs, and - for
 * standard input. The order of the arguments is kept; a file named twice is read once, whatever
 * links lead there. Checkpoints, which may lie among texts, are left out.
 * @param note is told what was left out
 */
export async function findSources(
  patterns: readonly string[],
  cwd: string,
  note?: (text: string) => void,
): Promise<string[]> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    for (const path of await expand(pattern, cwd)) found.set(await identify(path, cwd), path);
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

/** Whether a file says at its beginning that it is a checkpoint. */
export async function isCheckpoint(path: string): Promise<boolean> {
  // opening a FIFO would wait forever
  if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MARK_BYTES), 0, MARK_BYTES, 0);
    return CHECKPOINT.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

async function expand(pattern: string, cwd: string): Promise<string[]> {
  if (pattern === '-') return ['-'];
  if (pattern === '')
    throw new RnnError('corpus', '"": expected the name of a file or folder, got an empty one');
  // a name that exists wins over its reading as a glob
  const stats = await stat(resolve(cwd, pattern)).catch(() => undefined);
  if (stats?.isDirectory()) return expandFolder(pattern, cwd);
  if (stats) {
    await access(resolve(cwd, pattern), constants.R_OK).catch(refuseUnreadable(pattern));
    return [pattern];
  }
  if (!isDynamicPattern(pattern))
    throw new RnnError('corpus', `${pattern}: no such file or folder; check the name`);
  const files = await glob(pattern, { cwd, expandDirectories: false });
  if (files.length === 0) throw new RnnError('corpus', `${pattern}: no file matches this pattern`);
  return files.sort();
}

/** The files of a folder and of what its links lead to, each once, by its own name rather than that of a link. */
async function expandFolder(folder: string, cwd: string): Promise<string[]> {
  const found = new Map<string, string>();
  const walked = new Set<string>();
  const places = [folder.replace(/\/+$/, '')];
  const links: string[] = [];
  const look = async (path: string): Promise<void> => {
    const full = resolve(cwd, path === '' ? '/' : path);
    const stats = await stat(full).catch(refuseUnreadable(path));
    const real = await realName(full);
    if (stats.isFile() && !found.has(real)) found.set(real, path);
    if (!stats.isDirectory() || walked.has(real)) return;
    walked.add(real);
    const entries = await readdir(full, { withFileTypes: true }).catch(refuseUnreadable(path));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      (entry.isSymbolicLink() ? links : places).push(`${path}/${entry.name}`);
    }
    links.sort();
  };
  for (let path = places.pop(); path !== undefined; path = places.pop() ?? links.shift()) await look(path);
  if (found.size === 0)
    throw new RnnError('corpus', `${folder}: expected a folder with text files, got an empty one`);
  return [...found.values()].sort();
}

const refuseUnreadable =
  (path: string) =>
  (cause: NodeJS.ErrnoException): never => {
    const advice = cause.code === 'EACCES' ? 'check its permissions' : 'check where it links to';
    throw new RnnError('corpus', `${path}: cannot be read (${cause.code}); ${advice}`, { cause });
  };

/** The identity of a file, whatever link leads there; a device may never end. */
async function identify(path: string, cwd: string): Promise<string> {
  if (path === '-') return path;
  const full = resolve(cwd, path);
  const stats = await stat(full).catch(refuseUnreadable(path));
  if (stats.isBlockDevice() || (stats.isCharacterDevice() && !(await isTerminal(full))))
    throw new RnnError('corpus', `${path}: expected a file, folder or pipe, got a device`);
  return stats.isFile() ? realName(full) : full;
}

/** A file that is open but deleted, as a here-document may be, has no name but that of its descriptor. */
const realName = (path: string): Promise<string> => realpath(path).catch(() => path);

async function isTerminal(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  try {
    return file !== undefined && isatty(file.fd);
  } finally {
    await file?.close();
  }
}
