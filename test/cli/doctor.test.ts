import { describe, expect, it } from 'vitest';
import { describe as describeMachine, type Examination, writesUnicode } from '../../src/cli/doctor.ts';
import { rnn } from '../support/cli.ts';

const machine: Examination = {
  version: '1.2.3',
  node: '24.1.0',
  platform: 'linux',
  arch: 'riscv64',
  kernels: 'wasm-relaxed',
  available: ['wasm-relaxed', 'wasm-simd128', 'reference'],
  native: { file: undefined, reasons: ['build/kernels.node: not there', 'k: invalid ELF header'] },
  mpi: [],
  cores: 3,
  memory: { total: 8e9, free: 2.5e9 },
  terminal: { columns: 100, colours: 256, unicode: false },
};

describe('rnn doctor', () => {
  it('says what computes here and why nothing faster does', () => {
    expect(describeMachine(machine)).toEqual([
      ['rnn', '1.2.3'],
      ['Node.js', '24.1.0 on linux riscv64'],
      ['kernels', 'wasm-relaxed (the fastest here)'],
      ['others', 'wasm-simd128, reference'],
      [
        'native',
        'none: build/kernels.node: not there; k: invalid ELF header; npm run build:native in the folder of rnn builds them where a C compiler is',
      ],
      ['MPI', 'not built; rnn doctor --mpi builds it where mpicc is'],
      ['threads', 'up to 3, one a core'],
      ['memory', '8.0 GB, 2.5 GB of it free'],
      ['terminal', '100 columns, 256 colours, no Unicode by its locale; charts in ASCII with TERM=dumb'],
      ['pages', 'HTML files for any browser; none has to be on this machine'],
    ]);
  });

  it.each([
    ['build/kernels.node', 'built on this machine: build/kernels.node'],
    ['prebuilds/linux-x64.node', 'of the package: prebuilds/linux-x64.node'],
  ])('%s is where native kernels come from', (file, words) => {
    const rows = describeMachine({ ...machine, native: { file, reasons: [] } });
    expect(rows).toContainEqual(['native', words]);
  });

  it.each([
    ['linux', { LANG: 'de_DE.UTF-8' }, true],
    ['linux', { LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, false],
    ['darwin', { LC_ALL: '', LC_CTYPE: 'utf8' }, true],
    ['linux', {}, false],
    ['win32', {}, false],
    ['win32', { WT_SESSION: '1' }, true],
  ] as const)('Unicode on %s with %j: %s', (platform, env, expected) => {
    expect(writesUnicode(platform, env)).toBe(expected);
  });

  it('--json is one object that says the same; a pipe has no width', async () => {
    const { code, stdout, stderr } = await rnn(['doctor', '--json'], { env: { LC_ALL: 'C.UTF-8' } });
    expect([code, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout) as Examination;
    expect([found.node, found.platform, found.arch]).toEqual([
      process.versions.node,
      process.platform,
      process.arch,
    ]);
    expect(found.available[0]).toBe(found.kernels);
    expect(found.available.at(-1)).toBe('reference');
    expect(found.terminal).toEqual({ colours: 1, unicode: true });
    expect((await rnn(['doctor'])).stdout).toContain('  terminal  none: output goes to a file or pipe\n');
  });
});
