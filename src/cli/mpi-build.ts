import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RnnError } from '../errors.ts';
import { familyOf, loadMpi, type MpiFamily, mpiFile, mpiFolders } from './mpi-addon.ts';

/** What `rnn doctor --mpi` has built. */
export interface MpiBuild {
  compiler: string;
  /** name and version of the MPI */
  library: string;
  family: MpiFamily;
  file: string;
}

/** native/compile.js of the package */
interface Compiler {
  MPI_SOURCES: string[];
  platformFlags(platform: string): string[];
  compile(compiler: string, flags: string[], output: string, sources: string[]): string | undefined;
}

/**
 * Compiles native/mpi.c with the MPI compiler that is named by MPICC or stands first in PATH.
 * @throws RnnError saying what is missing
 */
export async function buildMpi(env: NodeJS.ProcessEnv, version: string): Promise<MpiBuild> {
  const compiler = env.MPICC || 'mpicc';
  const { error } = spawnSync(compiler, ['--version'], { stdio: 'ignore' });
  if (error) {
    throw new RnnError(
      'usage',
      `${compiler}: no such command; MPI is not installed, or its compiler is not in PATH`,
      {
        hint: 'install it (Debian: apt-get install openmpi-bin libopenmpi-dev; on a cluster: module load openmpi), or name it: MPICC=… rnn doctor --mpi',
      },
    );
  }
  const { MPI_SOURCES, platformFlags, compile } = (await import(
    new URL('../../native/compile.js', import.meta.url).href
  )) as Compiler;
  const folder = writable(mpiFolders(env, version));
  const built = join(folder, `mpi-${process.pid}.node`);
  try {
    const reason = compile(compiler, platformFlags(process.platform), built, MPI_SOURCES);
    if (reason !== undefined) throw failed(compiler, reason);
    const { module: addon, reasons } = loadMpi([built]);
    if (addon === undefined) throw failed(compiler, `what it built cannot be loaded: ${reasons[0]}`);
    const library = addon.library();
    const family = familyOf(library);
    const file = mpiFile(folder, family);
    renameSync(built, file);
    return { compiler, library, family, file };
  } finally {
    rmSync(built, { force: true });
  }
}

const failed = (compiler: string, reason: string): RnnError =>
  new RnnError('usage', `${compiler} could not build rnn for MPI: ${reason}`);

/** The first folder that can be written, made where there is none. */
function writable(folders: readonly string[]): string {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // the next one may serve
    }
  }
  throw new RnnError('usage', `no folder to build in: ${folders.join(' and ')} cannot be written`, {
    hint: 'name another cache folder: XDG_CACHE_HOME=… rnn doctor --mpi',
  });
}

export function describeMpi({ compiler, library, family, file }: MpiBuild): [string, string][] {
  const launcher =
    family === 'openmpi' ? 'mpirun of Open MPI, or srun --mpi=pmix' : 'mpirun of MPICH, or srun --mpi=pmi2';
  return [
    ['compiler', compiler],
    ['MPI', library],
    ['built', file],
    ['launcher', launcher],
    ['use', 'mpirun -n 4 rnn train book.txt --replicas 4'],
  ];
}
