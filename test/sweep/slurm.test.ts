import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ranges, slurmScript } from '../../src/sweep/slurm.ts';

const ARRAY = {
  name: 'rates',
  trials: [1, 2, 3, 7, 9, 10],
  cwd: '/home/a',
  directory: 'checkpoints/rates.sweep',
  command: ['/usr/bin/node', '/opt/rnn.js', 'sweep', 'rates.yaml', '--out', 'checkpoints/rates.sweep'],
};
const directives = (script: string): string[] =>
  script.split('\n').filter((line) => line.startsWith('#SBATCH'));

describe('the script of an array', () => {
  it.each([
    [[], ''],
    [[5], '5'],
    [[1, 2], '1-2'],
    [[1, 2, 3, 7, 9, 10], '1-3,7,9-10'],
  ])('numbers %j are %j to sbatch', (numbers, text) => {
    expect(ranges(numbers)).toBe(text);
  });

  it('has a task for each trial, limits those at once and asks for the signal', () => {
    expect(directives(slurmScript({ ...ARRAY, jobs: 4, threads: 3 }))).toEqual([
      '#SBATCH --job-name=rates',
      '#SBATCH --array=1-3,7,9-10%4',
      '#SBATCH --output=checkpoints/rates.sweep/slurm-%a.log',
      '#SBATCH --open-mode=append',
      '#SBATCH --cpus-per-task=3',
      '#SBATCH --requeue',
      '#SBATCH --signal=B:TERM@120',
    ]);
    expect(directives(slurmScript(ARRAY))).toHaveLength(6);
    expect(slurmScript(ARRAY)).toContain(
      '\n/usr/bin/node /opt/rnn.js sweep rates.yaml --out checkpoints/rates.sweep --trial "$SLURM_ARRAY_TASK_ID" ',
    );
  });

  it('is a script of bash, whatever its names hold', () => {
    const name = 'it\'s 5 % of "$(all)" \\';
    const script = slurmScript({
      ...ARRAY,
      name,
      cwd: `/x/${name}`,
      directory: name,
      command: ['node', name],
    });
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(directives(script)).toContain('#SBATCH --job-name="it\'s 5 % of \\"$(all)\\" \\\\"');
    expect(directives(script)).toContain('#SBATCH --output="it\'s 5 %% of \\"$(all)\\" \\\\/slurm-%a.log"');
    expect(script).toContain(`\ncd '/x/it'\\''s 5 % of "$(all)" \\' || exit 1\n`);
  });
});
