import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { corpus, jsonLines, rnn, temporaryFolder } from '../support/cli.ts';
import { hasSlurm, SlurmCluster } from '../support/slurm.ts';

const TIMEOUT = { timeout: 170_000, interval: 50 };
const cwd = temporaryFolder();
writeFileSync(join(cwd, 'text.txt'), readFileSync(corpus('tiny.txt'), 'utf8').slice(0, 3000));
writeFileSync(
  join(cwd, 'array.yaml'),
  'corpus: text.txt\nbatchSize: 3\nseqLength: 7\nhidden: 5\nevalEvery: 10\nsteps: [2000, 2010, 30, 31, 40, 50]\n',
);
const read = (directory: string, name: string): string => readFileSync(join(cwd, directory, name), 'utf8');

describe.skipIf(!hasSlurm)(
  'on a Slurm cluster of one node (needs root and Debian’s slurmctld, slurmd)',
  () => {
    let cluster: SlurmCluster;
    beforeAll(async () => {
      cluster = await SlurmCluster.start();
    });
    afterAll(() => cluster.stop());

    it('an array of 6, two of them requeued while they run, ends with the bytes of a sweep', async () => {
      await rnn(['sweep', 'array.yaml', '--out', 'local'], { cwd });
      const { stdout } = await rnn(['sweep', 'array.yaml', '--out', 'an array', '--slurm', '--jobs', '2'], {
        cwd,
      });
      expect(stdout).toBe("sbatch 'an array/slurm.sh'\n");
      const job = cluster.run('sbatch', '--parsable', '--chdir', cwd, join(cwd, 'an array/slurm.sh'));
      await vi.waitFor(() => {
        for (const trial of ['001', '002'])
          expect(statSync(join(cwd, 'an array', trial, 'text.best.json')).size).toBeGreaterThan(0);
      }, TIMEOUT);

      // by hand, and as when their time is over: the script itself requeues the second
      cluster.run('scontrol', 'requeue', `${job}_1`);
      const endSignal = cluster.terminate(`${job}_2`);
      for (const trial of ['1', '2']) {
        await vi.waitFor(() => expect(cluster.field(`${job}_${trial}`, 'JobState')).toBe('PENDING'), TIMEOUT);
        endSignal();
        const { progress } = JSON.parse(read(`an array/00${trial}`, 'trial.json')) as {
          progress: { state: string; step: number };
        };
        expect(progress.state).toBe('unfinished');
        expect(progress.step).toBeGreaterThanOrEqual(10);
        // Slurm holds back what is requeued for two minutes
        cluster.run('scontrol', 'update', `jobid=${job}_${trial}`, 'StartTime=now');
      }

      await vi.waitFor(() => expect(cluster.run('squeue', '--noheader')).toBe(''), TIMEOUT);
      for (const trial of ['1', '2', '3', '4', '5', '6']) {
        expect(cluster.field(`${job}_${trial}`, 'JobState')).toBe('COMPLETED');
        expect(cluster.field(`${job}_${trial}`, 'Restarts')).toBe(trial < '3' ? '1' : '0');
      }
      expect(read('an array', 'slurm-2.log')).toMatch(/saved at step [\s\S]*finished/);
      const gathered = await rnn(['sweep', 'array.yaml', '--out', 'an array', '--json'], { cwd });
      expect(jsonLines(gathered.stdout).map(({ event }) => event)).toEqual(['start', 'done']);
      for (const name of ['results.csv', 'results.jsonl'])
        expect(read('an array', name)).toBe(read('local', name));
      for (const trial of ['001', '002', '003', '004', '005', '006'])
        for (const name of ['text.json', 'text.best.json'])
          expect(read(`an array/${trial}`, name)).toBe(read(`local/${trial}`, name));
    }, 600_000);
  },
);
