import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { fromFlags, parseLayers, sweepSchema } from '../config/index.ts';
import { adopt, isOver } from '../sweep/index.ts';
import { measureMemory } from './memory.ts';
import { addFlags } from './options.ts';
import { print, toJson } from './output.ts';
import type { PlannedSweep } from './plan-sweep.ts';
import { prepare } from './prepare-sweep.ts';
import { sayEnd, sayStart } from './say-sweep.ts';
import { SweepFiles } from './sweep-files.ts';
import { recover } from './sweep-recover.ts';
import { type Share, Sweep } from './sweep-run.ts';
import { writeArray } from './sweep-slurm.ts';
import { runTask } from './sweep-task.ts';

export function configure(command: Command): void {
  addFlags(command, sweepSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn sweep rates.yaml\n  $ rnn sweep rates.yaml --jobs 4 --json > sweep.jsonl\n\n' +
        'The file, YAML or JSON: corpus, and settings of rnn train, each with a value,\n' +
        'a list [64, 128] or a range {min: 0.001, max: 0.03, log: true}; also validation,\n' +
        'seeds, trials (how many draws) and rungs (early stopping): docs/sweeps.md.\n',
    )
    .action(run);
}

async function run(file: string, flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(sweepSchema, [fromFlags(flags)]);
  const prepared = await prepare(file, options);
  if (options.trial !== undefined) return runTask(prepared, options.trial);
  const { definition, trials, plan, steps, directory, identity } = prepared;
  const files = await SweepFiles.open(directory, identity);
  process.once('exit', () => files.close());
  const records = await files.read(trials, steps, !options.slurm);
  if (options.slurm) return writeArray(prepared, records, files);
  for (const trial of records) {
    const isOpen = !isOver(trial) && trial.state !== 'failed';
    if (isOpen && (await files.awaitWriter(trial))) adopt(trial, files.noted(trial), true);
    await recover(trial, records, files, definition);
  }
  const open = records.filter(({ state }) => state === 'waiting' || state === 'unfinished').length;
  const share = shareCores(options, Math.max(1, open), plan);
  sayStart(records, definition, share, directory);
  await files.write(records);
  if (options.json) {
    const { jobs, threads } = share;
    await print(`${toJson({ event: 'start', directory, trials: records.length, open, jobs, threads })}\n`);
  }
  const exitCode = await new Sweep(definition, records, files, share, options.json).run();
  await sayEnd(records, files, definition, file, options);
  if (exitCode !== undefined) process.exitCode = exitCode;
}

/** Trials of one thread each use cores best, so threads are what is left when every trial has one. */
function shareCores(
  { jobs, threads }: { jobs?: number | undefined; threads?: number | undefined },
  open: number,
  plan: PlannedSweep,
): Share {
  const cores = availableParallelism();
  const fitting = Math.max(1, Math.floor(measureMemory().free / plan.memoryBytes));
  const most = jobs ?? Math.min(Math.max(1, Math.floor(cores / (threads ?? 1))), fitting);
  const own = Math.min(most, open);
  if (threads !== undefined) return { jobs: own, threads };
  if (own === 1) return { jobs: own };
  return { jobs: own, threads: Math.min(Math.max(1, Math.floor(cores / own)), plan.threads) };
}
