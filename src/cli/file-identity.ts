import { realpath, stat } from 'node:fs/promises';

/** A file as the system knows it, whatever name or link leads there; undefined where there is none. */
export async function identityOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  // some network file systems number no files
  return stats && (stats.ino === 0n ? realpath(path) : `${stats.dev}:${stats.ino}`);
}

/** Changes whenever the file is written or replaced. */
export async function versionOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}
