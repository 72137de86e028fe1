// How the native kernels are compiled, for this machine (build.js) or another one (prebuild.js). No Python: the headers
// come from node-api-headers.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { include_dir } from 'node-api-headers';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCES = ['addon.c', 'avx512.c', 'avx2.c', 'plain.c'].map((name) => here(name));
// math-errno would keep square roots from being vectors
const FLAGS = ['-std=gnu11', '-O3', '-fno-math-errno', '-fPIC', '-shared', '-Wall', `-I${include_dir}`];

/** What a platform asks for: unresolved names are Node's own. */
export const platformFlags = (platform) => (platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []);

/** The sources of what `rnn doctor --mpi` builds. */
export const MPI_SOURCES = [here('mpi.c')];

/** @returns what went wrong, in one line; then no file is there, be it an older one */
export function compile(compiler, flags, output, sources = SOURCES) {
  mkdirSync(dirname(output), { recursive: true });
  const given = [...FLAGS, ...sources, ...flags, '-lm', '-o', output];
  const { status, stderr } = spawnSync(compiler, given, { encoding: 'utf8' });
  if (status === 0) return undefined;
  rmSync(output, { force: true });
  return stderr ? stderr.trim().split('\n')[0] : `no C compiler (${compiler})`;
}
