import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RnnError } from '../errors.ts';
import { identityOf } from './file-identity.ts';

/** @param advice what to do next */
export const refuseOut = (
  path: string,
  expected: string,
  got: string,
  advice = 'choose another name',
): never => {
  throw new RnnError('usage', `--out ${path}: expected ${expected}, got ${got}; ${advice}`);
};

const REPLACE = 'choose another name, or add --force to replace it';

/** @throws RnnError where no path is given */
export function requireOut(out: string | undefined, example: string): string {
  if (out !== undefined) return out;
  throw new RnnError('usage', `--out: expected where to write, got nothing; add --out ${example}`);
}

/**
 * To be called before the work.
 * @param inputs files that the command reads, which are never replaced
 * @throws RnnError where there is something that must not, or not without --force, be replaced
 */
export async function checkOutFile(path: string, inputs: readonly string[], force: boolean): Promise<void> {
  if (path === '-') refuseOut(path, 'a file', 'standard output');
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (found.isDirectory()) refuseOut(path, 'a file', 'a folder');
  if (!found.isFile()) refuseOut(path, 'a file', 'a device');
  await refuseInputs(path, [path], inputs);
  if (found.size > 0 && !force) refuseOut(path, 'a new file', 'one that exists', REPLACE);
}

/** The same for a folder, which may exist and be empty. @param names of the files that are to be written there */
export async function checkOutFolder(
  path: string,
  names: readonly string[],
  inputs: readonly string[],
  force: boolean,
): Promise<void> {
  if (path === '-') refuseOut(path, 'a folder', 'standard output');
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory()) refuseOut(path, 'a folder', 'a file');
  await refuseInputs(
    path,
    names.map((name) => join(path, name)),
    inputs,
  );
  const held = await readdir(path).catch(() => []);
  if (held.length > 0 && !force) refuseOut(path, 'a new folder', 'one that holds files', REPLACE);
}

async function refuseInputs(
  out: string,
  targets: readonly string[],
  inputs: readonly string[],
): Promise<void> {
  const read = await Promise.all(inputs.map(identityOf));
  for (const target of targets) {
    const identity = await identityOf(target);
    if (identity !== undefined && read.includes(identity))
      refuseOut(out, 'a new file', target === out ? 'the one that is read' : `${target}, which is read`);
  }
}
