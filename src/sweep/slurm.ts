import { quoted } from './results.ts';

/* A script for Slurm's sbatch: an array of tasks, each a trial of a sweep. */

export interface SlurmArray {
  /** of the job */
  name: string;
  /** numbers of the trials, in order */
  trials: readonly number[];
  /** where its tasks run and find their files */
  cwd: string;
  /** where they leave what they print */
  directory: string;
  /** what a task runs, beside the number of its trial */
  command: readonly string[];
  /** tasks at once, where that is limited */
  jobs?: number | undefined;
  /** of each task */
  threads?: number | undefined;
}

/**
 * --signal needs its B: since only the shell of a batch script runs here, no step of srun; the shell hands the signal on.
 * Where a cancelled or preempted job ends, Slurm itself sends it to every process.
 */
export function slurmScript({ name, trials, cwd, directory, command, jobs, threads }: SlurmArray): string {
  const throttle = jobs === undefined ? '' : `%${jobs}`;
  const output = `${directory.replaceAll('%', '%%')}/slurm-%a.log`;
  return `#!/bin/bash
#SBATCH --job-name=${directive(name)}
#SBATCH --array=${ranges(trials)}${throttle}
#SBATCH --output=${directive(output)}
#SBATCH --open-mode=append
${threads === undefined ? '' : `#SBATCH --cpus-per-task=${threads}\n`}#SBATCH --requeue
#SBATCH --signal=B:TERM@120

# Two minutes before its time is over a trial saves and ends, and goes back into the queue.
cd ${quoted(cwd)} || exit 1
${command.map(quoted).join(' ')} --trial "$SLURM_ARRAY_TASK_ID" --threads "\${SLURM_CPUS_PER_TASK:-1}" &
trial=$!
trap 'kill -TERM "$trial" 2>/dev/null' TERM
wait "$trial"
code=$?
# a signal ends wait before the trial has ended
while kill -0 "$trial" 2>/dev/null; do
  wait "$trial"
  code=$?
done
# one that is cancelled, or requeued by others, is not in this state
if [ "$code" = 143 ] && [ "$(squeue --noheader --jobs "$SLURM_JOB_ID" --format %T)" = RUNNING ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
`;
}

/** A value in a line that sbatch reads. */
const directive = (value: string): string =>
  /^[\w./:=@%+-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;

/** Numbers as sbatch reads them: 1-3,7. */
export function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
