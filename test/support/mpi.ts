import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, ROOT, temporaryFolder } from './cli.ts';

/** Where launcher and compiler may be, and how the launcher calls itself. */
const FAMILIES = {
  'Open MPI': {
    commands: ['mpirun.openmpi', 'mpirun'],
    compilers: ['mpicc.openmpi', 'mpicc'],
    says: /Open MPI/,
  },
  MPICH: { commands: ['mpirun.mpich', 'mpirun'], compilers: ['mpicc.mpich', 'mpicc'], says: /HYDRA/ },
};
export type Family = keyof typeof FAMILIES;

export interface Mpi {
  mpirun: string[];
  compiler: string;
}

/** An MPI of this machine, or why there is none. */
export function findMpi(family: Family): Mpi | string {
  const { commands, compilers, says } = FAMILIES[family];
  const output = (command: string, flag: string) =>
    spawnSync(command, [flag], { encoding: 'utf8' }).stdout ?? '';
  const command = commands.find((name) => says.test(output(name, '--version')));
  if (command === undefined) return `no mpirun of ${family}`;
  const compiler = compilers.find((name) =>
    output(name, '-show').includes(family === 'MPICH' ? 'mpich' : 'openmpi'),
  );
  if (compiler === undefined) return `no mpicc of ${family}`;
  const flags = family === 'Open MPI' ? ['--allow-run-as-root', '--oversubscribe'] : [];
  return { mpirun: [command, ...flags], compiler };
}

/** The built tool in a folder of its own, so that what it builds for MPI stays there. */
export function copyOfTool(): string {
  const folder = temporaryFolder();
  for (const name of ['bin', 'dist/lib', 'build/bindings.cjs', 'native', 'package.json']) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  for (const name of ['kernels.node', 'wasm-simd128.wasm', 'wasm-relaxed.wasm'])
    cpSync(join(ROOT, 'build', name), join(folder, 'build', name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What no launcher in a container lacks: other machines to log in to, the memory of other processes. */
const ALONE = { OMPI_MCA_plm_rsh_agent: 'false', OMPI_MCA_btl_vader_single_copy_mechanism: 'none' };

/**
 * Starts so many ranks of the tool, in a folder where each leaves its process number in `pid.RANK` and its machine in `host.RANK`.
 * @param onOutput called with what rank 0 has printed so far
 */
export function launch(
  { mpirun }: Mpi,
  tool: string,
  cwd: string,
  ranks: number,
  argsOf: (rank: number) => readonly string[],
  onOutput: (stdout: string, child: ChildProcess) => void = () => {},
): Promise<Result> {
  const script = join(cwd, 'rank.sh');
  const cases = Array.from(
    { length: ranks },
    (_, rank) => `${rank}) exec "${process.execPath}" "${tool}/bin/rnn.js" ${argsOf(rank).join(' ')};;`,
  );
  writeFileSync(
    script,
    `#!/bin/sh\nrank=\${OMPI_COMM_WORLD_RANK:-$PMI_RANK}\necho $$ > pid.$rank\nhostname > host.$rank\ncase $rank in\n${cases.join('\n')}\nesac\n`,
  );
  chmodSync(script, 0o755);
  const [command, ...flags] = mpirun as [string, ...string[]];
  const child = spawn(command, [...flags, '-n', String(ranks), script], {
    cwd,
    env: { ...process.env, ...ALONE },
  });
  const result: Result = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result.stdout += text;
    onOutput(result.stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  child.stdin.end();
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code })));
}
