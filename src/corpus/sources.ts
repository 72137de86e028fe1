import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { RnnError } from '../errors.ts';

/**
 * The files that arguments stand for: files, folders (their files, sorted, no dot files), globs, and - for
 * standard input. The order of the arguments is kept; a file named twice is read once.
 */
export async function findSources(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    for (const path of await expand(pattern, cwd)) found.set(path === '-' ? path : resolve(cwd, path), path);
  }
  return [...found.values()];
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
