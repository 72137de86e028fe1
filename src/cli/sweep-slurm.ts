import path from 'node:path';
import { replaceFile } from '../checkpoint/index.ts';
import { count } from '../report/index.ts';
import { asClimber, isOver, quoted, revivable, slurmScript, type TrialRecord } from '../sweep/index.ts';
import { print, say, toJson } from './output.ts';
import type { PreparedSweep } from './prepare-sweep.ts';
import { sayEnd, sayStart, sweepCommand } from './say-sweep.ts';
import type { SweepFiles } from './sweep-files.ts';
import { recover } from './sweep-recover.ts';

/** Writes the results so far, and a script for sbatch that runs what is neither over nor running. */
export async function writeArray(
  prepared: PreparedSweep,
  records: TrialRecord[],
  files: SweepFiles,
): Promise<void> {
  const { file, options, definition, directory, identity } = prepared;
  const { jobs, threads, json, out } = options;
  const running = records.filter((trial) => !isOver(trial) && files.isRunning(trial));
  for (const trial of records) if (!running.includes(trial)) await recover(trial, records, files, definition);
  await files.write(records);
  sayStart(prepared, records, undefined);
  if (running.length > 0) say(`${count(running.length, 'trial')} run now: ${numbersOf(running).join(', ')}`);
  const revived = definition.rungs ? revivable(records.map(asClimber), definition.rungs.reduction) : [];
  const open = records.filter(
    (trial) => !running.includes(trial) && (!isOver(trial) || revived.includes(trial.number)),
  );
  if (open.length === 0) return sayEnd(records, files, definition, file, options);
  const script = files.path('slurm.sh');
  const command = [process.execPath, path.resolve(process.argv[1]!), 'sweep', file, '--out', directory];
  const array = { name: identity.title, trials: numbersOf(open), cwd: process.cwd(), directory, command };
  await replaceFile(script, [slurmScript({ ...array, jobs, threads })]);
  const submit = `sbatch ${quoted(script)}`;
  say(`wrote ${script}, an array with a task for each of ${count(open.length, 'trial')}; submit it with:`);
  await print(
    json ? `${toJson({ event: 'slurm', script, submit, trials: numbersOf(open) })}\n` : `${submit}\n`,
  );
  const again = sweepCommand(file, { out });
  say(`when its tasks have ended, ${again} has the results; until then ${again} --slurm has those so far`);
}

const numbersOf = (trials: readonly TrialRecord[]): number[] => trials.map(({ number }) => number);
