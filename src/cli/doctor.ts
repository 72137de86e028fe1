import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import chalk from 'chalk';
import type { Command } from 'commander';
import { doctorSchema, fromFlags, parseLayers } from '../config/index.ts';
import { createKernels, findAddon, loadWasm, WASM_BUILDS } from '../kernels/index.ts';
import { bytes, table } from '../report/index.ts';
import { measureMemory } from './memory.ts';
import { mpiFiles, mpiFolders } from './mpi-addon.ts';
import { buildMpi, describeMpi } from './mpi-build.ts';
import { addFlags } from './options.ts';
import { print, toJson } from './output.ts';
import { ownPackage } from './own-package.ts';

export function configure(command: Command): void {
  addFlags(command, doctorSchema).action(run);
}

async function run(flags: Record<string, unknown>): Promise<void> {
  const { json, mpi } = parseLayers(doctorSchema, [fromFlags(flags)]);
  const show = (found: object, rows: [string, string][]) =>
    print(json ? `${toJson(found)}\n` : table(rows, Math.min(process.stdout.columns || 80, 100)));
  if (mpi) {
    const built = await buildMpi(process.env, ownPackage().version);
    return show(built, describeMpi(built));
  }
  const machine = examine();
  await show(machine, describe(machine));
}

/** The object that `rnn doctor --json` prints. */
export interface Examination {
  version: string;
  node: string;
  platform: string;
  arch: string;
  kernels: string;
  /** every kernel set that runs here, the fastest first */
  available: string[];
  native: { file: string | undefined; reasons: string[] };
  /** what was built for MPI */
  mpi: string[];
  cores: number;
  memory: { total: number; free: number };
  /** of stdout; without a width where that is no terminal */
  terminal: { columns: number | undefined; colours: number; unicode: boolean };
}

function examine(): Examination {
  const { version } = ownPackage();
  const { module, file, reasons } = findAddon();
  const native = module?.instructionSets().map((name) => `native-${name}`) ?? [];
  const wasm = WASM_BUILDS.filter((build) => loadWasm([build]) !== undefined);
  return {
    version,
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    kernels: createKernels('auto').numerics,
    available: [...native, ...wasm, 'reference'],
    native: { file, reasons },
    mpi: mpiFiles(mpiFolders(process.env, version)).filter((file) => existsSync(file)),
    cores: availableParallelism(),
    memory: measureMemory(),
    terminal: {
      columns: process.stdout.isTTY ? process.stdout.columns : undefined,
      colours: [1, 16, 256, 2 ** 24][chalk.level]!,
      unicode: writesUnicode(process.platform, process.env),
    },
  };
}

/** Whether the locale says so; Windows has it in its newer terminals. */
export function writesUnicode(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform === 'win32') return env.WT_SESSION !== undefined || env.TERM_PROGRAM !== undefined;
  // of POSIX: the first that is set and not empty counts
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

export function describe(machine: Examination): [string, string][] {
  const { version, node, platform, arch, kernels, available, native, mpi, cores, memory, terminal } = machine;
  const others = available.filter((name) => name !== kernels);
  const { columns, colours, unicode } = terminal;
  const plain = unicode ? 'Unicode' : 'no Unicode by its locale; charts in ASCII with TERM=dumb';
  const colour = colours === 1 ? 'no colours' : `${colours.toLocaleString('en-US')} colours`;
  return [
    ['rnn', version],
    ['Node.js', `${node} on ${platform} ${arch}`],
    ['kernels', `${kernels} (the fastest here)`],
    ['others', others.join(', ') || 'none'],
    ['native', describeNative(native)],
    [
      'MPI',
      mpi.length > 0 ? `built: ${mpi.join(', ')}` : 'not built; rnn doctor --mpi builds it where mpicc is',
    ],
    ['threads', `up to ${cores}, one a core`],
    ['memory', `${bytes(memory.total)}, ${bytes(memory.free)} of it free`],
    [
      'terminal',
      columns === undefined
        ? 'none: output goes to a file or pipe'
        : `${columns} columns, ${colour}, ${plain}`,
    ],
    ['pages', 'HTML files for any browser; none has to be on this machine'],
  ];
}

function describeNative({ file, reasons }: Examination['native']): string {
  if (file !== undefined)
    return file.startsWith('prebuilds/') ? `of the package: ${file}` : `built on this machine: ${file}`;
  return `none: ${reasons.join('; ')}; npm run build:native in the folder of rnn builds them where a C compiler is`;
}
