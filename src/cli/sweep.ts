import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { fromFlags, parseLayers, sweepSchema } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { count, formatSweep, tally } from '../report/index.ts';
import {
  bestTrial,
  catchUp,
  listTrials,
  loadSweep,
  resultOf,
  rungSteps,
  rungsOf,
  type SweepDefinition,
  type TrialRecord,
} from '../sweep/index.ts';
import { checkMemory, measureMemory } from './memory.ts';
import { addFlags } from './options.ts';
import { print, say, toJson } from './output.ts';
import { type PlannedSweep, planSweep } from './plan-sweep.ts';
import { runName } from './run-name.ts';
import { SweepFiles } from './sweep-files.ts';
import { type Share, Sweep } from './sweep-run.ts';
import { sayNote } from './text.ts';

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
  const definition = await loadSweep(file);
  const trials = inFile(file, () => listTrials(definition));
  const plan = await planSweep(definition, trials, file);
  checkMemory(plan.memoryBytes);
  plan.notes.forEach(sayNote);
  const title = runName(file, false, path);
  const directory = options.out ?? path.join('checkpoints', `${title}.sweep`);
  const files = await SweepFiles.open(directory, definition, title, plan.name);
  process.once('exit', () => files.close());
  const records = await files.read(trials, plan.steps, file);
  await recover(records, files, definition);
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

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RnnError)) throw error;
    throw new RnnError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

/** Brings the record up to what the checkpoints say: a sweep that was killed has not noted everything. */
async function recover(
  records: TrialRecord[],
  files: SweepFiles,
  definition: SweepDefinition,
): Promise<void> {
  for (const trial of records) {
    if (trial.state === 'finished' || trial.state === 'stopped') continue;
    await files.awaitWriter(trial);
    const measured = await files.measured(trial);
    // what failed is tried again
    Object.assign(trial, { state: 'waiting', error: null });
    if (measured) catchUp(records, trial, measured, rungsOf(definition, trial));
  }
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

function sayStart(
  records: readonly TrialRecord[],
  { seeds, rungs }: SweepDefinition,
  { jobs, threads }: Share,
  directory: string,
): void {
  const configurations = records.length / seeds.length;
  const over = records.filter(({ state }) => state === 'finished' || state === 'stopped').length;
  const seedText =
    seeds.length > 1 ? ` (${count(configurations, 'configuration')}, ${seeds.length} seeds each)` : '';
  const threadText = threads === undefined ? '' : ` with ${count(threads, 'thread')} each`;
  say(`${count(records.length, 'trial')}${seedText}, ${jobs} at once${threadText}, in ${directory}`);
  if (rungs) {
    const steps = rungSteps(rungs, Math.max(...records.map(({ steps }) => steps)));
    say(`at steps ${steps.join(', ')} only the best 1/${rungs.reduction} go on`);
  }
  if (over > 0) say(over === records.length ? 'all are over already' : `${over} are over already`);
}

async function sayEnd(
  records: readonly TrialRecord[],
  files: SweepFiles,
  definition: SweepDefinition,
  file: string,
  { out, json }: { out?: string | undefined; json: boolean },
): Promise<void> {
  const best = bestTrial(records);
  const open = records.some(({ state }) => state === 'waiting' || state === 'unfinished');
  if (json) {
    const states = Object.fromEntries(
      ['finished', 'stopped', 'failed', 'unfinished', 'waiting'].map((wanted) => [
        wanted,
        records.filter(({ state }) => state === wanted).length,
      ]),
    );
    await print(
      `${toJson({ event: 'done', ...states, best: best ? resultOf(definition, best) : null, report: files.path('report.html') })}\n`,
    );
  }
  process.stderr.write(formatSweep(records));
  say(tally(records));
  if (open) say(`go on with: rnn sweep ${file}${out === undefined ? '' : ` --out ${out}`}`);
  const failed = records.filter(({ state }) => state === 'failed');
  if (failed.length === records.length)
    throw new RnnError('usage', `no trial finished; trial 1: ${failed[0]!.error}`);
  say(`results: ${files.path('results.csv')}, report: ${files.path('report.html')}`);
  if (best) {
    const file = files.checkpoint(best).replace(/\.json$/, '.best.json');
    say(`the best is trial ${best.number}; go on with: rnn sample ${file}`);
  }
}
