import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Loaded, loadFirst } from '../kernels/native/addon-file.ts';
import type { MpiAddon } from '../train/index.ts';

/** Families with a binary interface of their own; Intel MPI, MVAPICH and Cray MPI have MPICH's. */
const FAMILIES = ['openmpi', 'mpich'] as const;
export type MpiFamily = (typeof FAMILIES)[number];

export const familyOf = (library: string): MpiFamily => (/open mpi/i.test(library) ? 'openmpi' : 'mpich');

/** Where native/mpi.c is compiled to, in the order of trial: in the package; where that can't be written, in the user's cache. */
export function mpiFolders({ XDG_CACHE_HOME }: NodeJS.ProcessEnv, version: string): string[] {
  const cache = XDG_CACHE_HOME || join(homedir(), '.cache');
  return [
    fileURLToPath(new URL('../../build', import.meta.url)),
    // several versions and machines may share a home directory
    join(cache, 'rnn', `${version}-${process.platform}-${process.arch}`),
  ];
}

export const mpiFile = (folder: string, family: MpiFamily): string => join(folder, `mpi-${family}.node`);

/** All places where it may be, those of one family first. */
export function mpiFiles(folders: readonly string[], first: MpiFamily = 'openmpi'): string[] {
  const families = [first, ...FAMILIES.filter((family) => family !== first)];
  return families.flatMap((family) => folders.map((folder) => mpiFile(folder, family)));
}

export const loadMpi = (files: readonly string[]): Loaded<MpiAddon> =>
  loadFirst<MpiAddon>(files, createRequire(import.meta.url));
