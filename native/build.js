// Builds the native kernels with the system's C compiler. They are never required: where that fails, other kernels
// serve, so a failure is one line and not an error. No network, no Python: the headers come from node-api-headers.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { include_dir } from 'node-api-headers';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const output = here('../build/kernels.node');
const sources = ['addon.c', 'avx512.c', 'avx2.c', 'plain.c'].map((name) => here(name));
const platform = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
// unresolved names are Node's own; math-errno would keep square roots from being vectors
const flags = ['-std=gnu11', '-O3', '-fno-math-errno', '-fPIC', '-shared', '-Wall', `-I${include_dir}`];

rmSync(output, { force: true });
mkdirSync(here('../build'), { recursive: true });
const compiler = process.env.CC || 'cc';
const { status, stderr } = spawnSync(compiler, [...flags, ...platform, ...sources, '-lm', '-o', output], {
  encoding: 'utf8',
});
if (status !== 0) {
  const reason = stderr ? stderr.trim().split('\n')[0] : `no C compiler (${compiler})`;
  process.stdout.write(`rnn: without native kernels: ${reason}; the portable ones serve instead\n`);
}
