import { type ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { launched } from '../../src/cli/launched.ts';
import { familyOf, mpiFolders } from '../../src/cli/mpi-addon.ts';
import { CELL_NAMES } from '../../src/config/names.ts';
import { type Result, rnn, temporaryFolder } from '../support/cli.ts';
import { copyOfTool, type Family, findMpi, launch, type Mpi } from '../support/mpi.ts';
import { hasSlurm, SlurmCluster } from '../support/slurm.ts';
import { canPlayTwoHosts, TwoHosts } from '../support/two-hosts.ts';

/** All that lives in the trainer, at odd sizes. */
const RUN = [
  '--hidden 7 --layers 2 --embedding 3 --seq-length 11 --batch-size 20 --replicas 4 --steps 9 --schedule constant',
  '--dropout 0.1 --weight-drop 0.1 --average 0.9 --clip-norm 0.3',
  '--eval-every 4 --save-every 3 --sample-every 5 --inspect-every 8',
].flatMap((flags) => flags.split(' '));
/** of that run, as an LSTM */
const PARAMETERS = 845;
const words = Array.from({ length: 3000 }, (_, i) => `${(i * i * 7919) % 1013} `);
const TEXT = `a text with Ünicode\n${words.join('')}`;

/** A folder with a text. */
function folder(text = TEXT): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'text.txt'), text);
  return cwd;
}

const read = (cwd: string, name: string) => readFileSync(join(cwd, 'checkpoints', name), 'utf8');
const errorsOf = ({ stderr }: Result) => stderr.split('\n').filter((line) => line.startsWith('error: '));
/** The parts of two checkpoints that differ; a whole one would be too long to print. */
function differences(cwd: string, other: string): string[] {
  return ['text.json', 'text.best.json'].flatMap((name) => {
    const [a, b] = [cwd, other].map((folder) => JSON.parse(read(folder, name)) as Record<string, unknown>);
    const keys = Object.keys({ ...a, ...b });
    return keys
      .filter((key) => JSON.stringify(a![key]) !== JSON.stringify(b![key]))
      .map((key) => `${name} ${key}`);
  });
}
/** Not one that has ended, be it that nobody has asked for its exit code yet. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !/^(Z.*)?$/.test(stdout.trim());
}
const stepOf = (checkpoint: string) => (JSON.parse(checkpoint) as { state: { step: number } }).state.step;

describe('what a launcher says', () => {
  it.each([
    ['nothing', {}, undefined],
    ['mpirun -n 1', { OMPI_COMM_WORLD_SIZE: '1', OMPI_COMM_WORLD_RANK: '0' }, undefined],
    [
      'Open MPI',
      {
        OMPI_COMM_WORLD_SIZE: '5',
        OMPI_COMM_WORLD_RANK: '3',
        OMPI_COMM_WORLD_LOCAL_RANK: '1',
        PMIX_RANK: '3',
      },
      { rank: 3, ranks: 5, localRank: 1, family: 'openmpi' },
    ],
    [
      'MPICH',
      { PMI_SIZE: '3', PMI_RANK: '2', MPI_LOCALRANKID: '0' },
      { rank: 2, ranks: 3, localRank: 0, family: 'mpich' },
    ],
    [
      'srun --mpi=pmi2',
      { PMI_SIZE: '3', PMI_RANK: '2', SLURM_LOCALID: '1', SLURM_NTASKS: '3' },
      { rank: 2, ranks: 3, localRank: 1, family: 'mpich' },
    ],
    [
      'srun --mpi=pmix in a larger job',
      { PMIX_RANK: '1', SLURM_STEP_NUM_TASKS: '2', SLURM_NTASKS: '8', SLURM_LOCALID: '0' },
      { rank: 1, ranks: 2, localRank: 0, family: 'openmpi' },
    ],
    ['a batch script, or srun without MPI', { SLURM_NTASKS: '8', SLURM_PROCID: '0' }, undefined],
  ] as const)('%s', (_, env, expected) => {
    expect(launched(env)).toEqual(expected);
  });

  it.each([
    ['Open MPI v4.1.4, package: Debian OpenMPI', 'openmpi'],
    ['MPICH Version:\t4.0.2', 'mpich'],
    ['Intel(R) MPI Library 2021.13', 'mpich'],
  ])('%s is of the family %s', (library, family) => {
    expect(familyOf(library)).toBe(family);
  });

  it('what is built lies in the package, or in the cache of the user', () => {
    const [own, cache] = mpiFolders({ XDG_CACHE_HOME: '/cache' }, '1.2.3');
    expect(own).toMatch(/\/build$/);
    expect(cache).toBe(`/cache/rnn/1.2.3-${process.platform}-${process.arch}`);
  });
});

describe('rnn doctor --mpi', () => {
  it('without an MPI says what is missing', async () => {
    const { code, stdout, stderr } = await rnn(['doctor', '--mpi'], { env: { MPICC: 'no-mpicc' } });
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'error: no-mpicc: no such command; MPI is not installed, or its compiler is not in PATH; install it (Debian: apt-get install openmpi-bin libopenmpi-dev; on a cluster: module load openmpi), or name it: MPICC=… rnn doctor --mpi\n',
    ]);
  });

  it('without the headers of an MPI says what the compiler says', async () => {
    const { code, stderr } = await rnn(['doctor', '--mpi'], { env: { MPICC: 'cc' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: cc could not build rnn for MPI: .*mpi\.h.*\n$/);
  });
});

const BREAKS = [
  ['one rank is killed', 1, 'SIGKILL'],
  ['rank 0 is killed', 0, 'SIGKILL'],
  ['one rank is told to end', 1, 'SIGTERM'],
  ['Ctrl-C', undefined, 'SIGINT'],
] as const;

for (const family of ['Open MPI', 'MPICH'] as Family[]) {
  const found = findMpi(family);
  const note = typeof found === 'string' ? ` (skipped: ${found})` : '';
  describe.skipIf(typeof found === 'string')(`${family}${note}`, () => {
    const mpi = found as Mpi;
    // of another MPI what differs: its library and its launcher
    const isOpen = family === 'Open MPI';
    let tool: string;
    const start = (
      cwd: string,
      ranks: number,
      args: readonly string[] | ((rank: number) => readonly string[]),
      onOutput?: (stdout: string, child: ChildProcess) => void,
    ) => {
      const argsOf = typeof args === 'function' ? args : () => args;
      return launch(mpi, tool, cwd, ranks, (rank) => ['train', 'text.txt', ...argsOf(rank)], onOutput);
    };

    beforeAll(() => {
      tool = copyOfTool();
    });

    it('where nothing is built for it, one line says what to do', async () => {
      const cwd = folder();
      const result = await start(cwd, 2, ['--replicas', '2']);
      expect(errorsOf(result)).toEqual([
        expect.stringMatching(
          /^error: 2 processes were started to train one model, but rnn is not built for MPI on [^;]+; run rnn doctor --mpi there first$/,
        ),
      ]);
      expect(result.code).not.toBe(0);
      expect(readdirSync(cwd)).not.toContain('checkpoints');
    });

    it('rnn doctor --mpi builds it', () => {
      const args = [join(tool, 'bin/rnn.js'), 'doctor', '--mpi', '--json'];
      const env = { ...process.env, MPICC: mpi.compiler };
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      const name = { 'Open MPI': 'openmpi', MPICH: 'mpich' }[family];
      expect(JSON.parse(stdout)).toEqual({
        compiler: mpi.compiler,
        library: expect.stringContaining(family),
        family: name,
        file: join(tool, 'build', `mpi-${name}.node`),
      });
      expect(status).toBe(0);
      expect(readdirSync(join(tool, 'build')).filter((file) => file.startsWith('mpi-'))).toHaveLength(1);
    });

    it.each(isOpen ? CELL_NAMES : ['lstm'])(
      '%s: 1, 2 and 4 ranks write the files of one process, and print as one',
      async (cell) => {
        const args = [...RUN, '--cell', cell, '--json', '-q'];
        const alone = folder();
        const one = await rnn(['train', 'text.txt', ...args], { cwd: alone });
        expect([one.code, one.stderr]).toEqual([0, '']);
        const timeless = (text: string) =>
          text.replace(/\r/g, '').replace(/"(charactersPerSecond|threads)":[^,}]+/g, '');
        for (const ranks of [1, 2, 4]) {
          const cwd = folder();
          const result = await start(cwd, ranks, args);
          expect([result.code, result.stderr]).toEqual([0, '']);
          expect(timeless(result.stdout)).toBe(timeless(one.stdout));
          expect(readdirSync(join(cwd, 'checkpoints')).sort()).toEqual(['text.best.json', 'text.json']);
          expect(differences(cwd, alone)).toEqual([]);
        }
      },
    );

    it.each(BREAKS.filter(([, target]) => isOpen || target === undefined || target === 0))(
      '%s: all end, and what is left resumes to the bytes of an unbroken run',
      async (_, target, signal) => {
        const long = [...RUN, '--cell', 'gru', '--steps', '100000'];
        const cwd = folder();
        let sent = false;
        const broken = await start(cwd, 2, [...long, '--json'], (stdout, child) => {
          if (sent || !stdout.includes('"event":"step","step":13,')) return;
          sent = true;
          const pid =
            target === undefined ? child.pid! : Number(readFileSync(join(cwd, `pid.${target}`), 'utf8'));
          process.kill(pid, signal);
        });
        // that of MPICH sometimes forgets a code after Ctrl-C
        if (isOpen || target !== undefined) expect(broken.code).not.toBe(0);
        for (const rank of [0, 1]) {
          const pid = Number(readFileSync(join(cwd, `pid.${rank}`), 'utf8'));
          await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 60_000);
        }
        const step = stepOf(read(cwd, 'text.json'));
        expect(step).toBeGreaterThanOrEqual(12);
        // killed, it is a step of --save-every
        if (signal === 'SIGKILL') expect(step % 3).toBe(0);
        const more = ['--steps', String(step + 5)];
        const resumed = await start(cwd, 4, ['--resume', 'checkpoints/text.json', '-q', ...more]);
        expect([resumed.code, errorsOf(resumed)]).toEqual([0, []]);
        const whole = folder();
        await rnn(['train', 'text.txt', ...long, '-q', ...more], { cwd: whole });
        expect(differences(cwd, whole)).toEqual([]);
      },
    );

    if (!isOpen) return;

    const without = canPlayTwoHosts ? '' : ' (skipped: needs root and iproute2)';
    it.skipIf(!canPlayTwoHosts)(`two machines write the files of one${without}`, async () => {
      const [cwd, alone] = [folder(), folder()];
      const args = [...RUN, '--cell', 'lstm', '-q'];
      await rnn(['train', 'text.txt', ...args], { cwd: alone });
      const hosts = new TwoHosts(mpi, cwd);
      try {
        const result = await launch(hosts.mpi, tool, cwd, 4, () => ['train', 'text.txt', ...args]);
        expect([result.code, errorsOf(result)]).toEqual([0, []]);
        expect(differences(cwd, alone)).toEqual([]);
        const names = [0, 1, 2, 3].map((rank) => readFileSync(join(cwd, `host.${rank}`), 'utf8').trim());
        expect(names.map((name) => name.at(-1))).toEqual(['a', 'a', 'b', 'b']);
        expect(hosts.sent).toBeGreaterThan(9 * 4 * PARAMETERS);
      } finally {
        hosts.remove();
      }
    });

    const slurmless = hasSlurm ? '' : ' (skipped: no Slurm, or no root)';
    it.skipIf(!hasSlurm)(`srun --mpi=pmix starts them too${slurmless}`, async () => {
      const [cwd, alone] = [folder(), folder()];
      await rnn(['train', 'text.txt', ...RUN, '-q'], { cwd: alone });
      const cluster = await SlurmCluster.start();
      try {
        const command = [process.execPath, join(tool, 'bin/rnn.js'), 'train', 'text.txt', ...RUN, '-q'];
        cluster.run('srun', '--chdir', cwd, '--ntasks=2', '--mpi=pmix', ...command);
        expect(differences(cwd, alone)).toEqual([]);
        expect(readdirSync(join(cwd, 'checkpoints')).sort()).toEqual(['text.best.json', 'text.json']);
      } finally {
        await cluster.stop();
      }
    });

    it.each([
      [
        'settings',
        ['text.txt', '--hidden', '8'],
        /^error: rank 1 on \S+ has --hidden 8, rank 0 has 7; give all the same settings$/,
      ],
      [
        'a text',
        ['other.txt'],
        /^error: rank 1 on \S+ reads another text than rank 0: expected SHA-256 [0-9a-f]{12}…, got [0-9a-f]{12}…; give all the same file$/,
      ],
      [
        'kernels',
        ['text.txt', '--backend', 'reference'],
        /^error: rank 1 on \S+ computes with reference, rank 0 with \S+, whose last digits differ; choose what is the same everywhere: --backend wasm-simd128$/,
      ],
      [
        'a text that is missing',
        ['none.txt'],
        /^error: rank 1: none.txt: no such file or folder; check the name$/,
      ],
    ])('%s of one rank alone: an error says which', async (_, [text, ...given], message) => {
      const cwd = folder();
      writeFileSync(join(cwd, 'other.txt'), TEXT.replace('text', 'TEXT'));
      const result = await launch(mpi, tool, cwd, 2, (rank) =>
        rank === 0 ? ['train', 'text.txt', ...RUN, '-q'] : ['train', text!, ...RUN, ...given],
      );
      expect(errorsOf(result)).toEqual([expect.stringMatching(message)]);
      expect(result.code).not.toBe(0);
      expect(readdirSync(cwd).includes('checkpoints') && readdirSync(join(cwd, 'checkpoints'))).not.toContain(
        'text.json',
      );
    });

    it.each([
      [
        3,
        ['--replicas', '4'],
        'error: --replicas 4 in 3 processes: expected a multiple of 3, so that each computes as many, got 4; start as many processes as divide it, or change --replicas',
      ],
      [
        2,
        [],
        'error: --replicas 1 in 2 processes: expected a multiple of 2, so that each computes as many, got 1; start as many processes as divide it, or change --replicas',
      ],
      [2, ['--hidden', '0'], 'error: --hidden: expected an integer from 1 to 65536, got 0'],
    ] as const)('%i ranks with %j: one line says what is wrong', async (ranks, args, message) => {
      const result = await start(folder(), ranks, args);
      expect(errorsOf(result)).toEqual([message]);
      expect(result.code).not.toBe(0);
    });

    it('a run that diverges ends with one error, the checkpoint before it kept', async () => {
      const args = ['--replicas', '2', '--optimizer', 'sgd', '--learning-rate', '1e30', '--clip-norm', '0'];
      const cwd = folder();
      const result = await start(cwd, 2, [...args, '--nonlinearity', 'relu', '-q']);
      expect(errorsOf(result)).toEqual([
        expect.stringMatching(/^error: training diverged at step \d+: .* keeps step 0$/),
      ]);
      expect(result.code).toBe(1);
      expect(stepOf(read(cwd, 'text.json'))).toBe(0);
    });

    it('a folder that only rank 0 cannot write ends all ranks', async () => {
      const cwd = folder();
      writeFileSync(join(cwd, 'checkpoints'), '');
      const result = await start(cwd, 2, [...RUN, '-q']);
      expect(errorsOf(result)).toEqual([
        'error: --out checkpoints: expected a directory to write checkpoints to, got EEXIST; name another directory',
      ]);
    });
  });
}
