import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { flagName, fromFlags, parseLayers, type SweepOptions, sweepSchema } from '../config/index.ts';
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
import { ownPackage } from './own-package.ts';
import { type PlannedSweep, planSweep } from './plan-sweep.ts';
import { closeRedis, connectRedis } from './redis.ts';
import { runName } from './run-name.ts';
import { SweepFiles } from './sweep-files.ts';
import { LocalPlace, type Share, type SweepPlace } from './sweep-place.ts';
import { claimId, InputFiles, numericsOf, type Posting } from './sweep-posting.ts';
import { QueuePlace } from './sweep-queue.ts';
import { Sweep } from './sweep-run.ts';
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
  checkQueue(options);
  const definition = await loadSweep(file);
  const trials = inFile(file, () => listTrials(definition));
  const plan = await planSweep(definition, trials, file);
  checkMemory(plan.memoryBytes);
  plan.notes.forEach(sayNote);
  const title = runName(file, false, path);
  const directory = options.out ?? path.join('checkpoints', `${title}.sweep`);
  const server = options.queue === undefined ? undefined : await connectRedis(options.queue);
  const files = await SweepFiles.open(directory, definition, title, plan.name);
  process.once('exit', () => files.close());
  const records = await files.read(trials, plan.steps, file);
  await recover(records, files, definition, server !== undefined);
  const open = records.filter(({ state }) => state === 'waiting' || state === 'unfinished').length;
  const share = server ? { queue: server.address } : shareCores(options, Math.max(1, open), plan);
  sayStart(records, definition, share, directory);
  await files.write(records);
  if (options.json)
    await print(`${toJson({ event: 'start', directory, trials: records.length, open, ...share })}\n`);
  const place: SweepPlace = server
    ? await QueuePlace.open(server, await postingOf(definition, plan, title, directory), records)
    : new LocalPlace(definition, files, share as Share);
  const exitCode = await new Sweep(definition, records, files, place, options.json).run();
  if (server) {
    await place.close?.();
    closeRedis(server);
  }
  await sayEnd(records, files, definition, file, options);
  if (exitCode !== undefined) process.exitCode = exitCode;
}

/** Of a queue each worker says how many trials it runs, and how. */
function checkQueue({ queue, jobs, threads }: SweepOptions): void {
  const [own] = Object.entries({ jobs, threads }).find(([, value]) => value !== undefined) ?? [];
  if (queue === undefined || own === undefined) return;
  throw new RnnError(
    'usage',
    (name) => `${name(own)}: with ${name('queue')} each worker has its own; drop it`,
  );
}

async function postingOf(
  definition: SweepDefinition,
  { name, memoryBytes }: PlannedSweep,
  title: string,
  directory: string,
): Promise<Posting> {
  const root = process.cwd();
  const inputs = await new InputFiles().list(definition, root);
  const [id, numerics] = [claimId(directory), numericsOf(definition)];
  const { version } = ownPackage();
  return { id, version, title, name, root, directory, definition, inputs, memoryBytes, numerics };
}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RnnError)) throw error;
    throw new RnnError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

/**
 * Brings the record up to what the checkpoints say: a sweep that was killed has not noted everything.
 * @param isQueued whether workers may still be at it
 */
async function recover(
  records: TrialRecord[],
  files: SweepFiles,
  definition: SweepDefinition,
  isQueued: boolean,
): Promise<void> {
  for (const trial of records) {
    if (trial.state === 'finished' || trial.state === 'stopped') continue;
    if (!isQueued) await files.awaitWriter(trial);
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
  share: Share | { queue: string },
  directory: string,
): void {
  const configurations = records.length / seeds.length;
  const over = records.filter(({ state }) => state === 'finished' || state === 'stopped').length;
  const seedText =
    seeds.length > 1 ? ` (${count(configurations, 'configuration')}, ${seeds.length} seeds each)` : '';
  say(`${count(records.length, 'trial')}${seedText}, ${shareText(share)}, in ${directory}`);
  if (rungs) {
    const steps = rungSteps(rungs, Math.max(...records.map(({ steps }) => steps)));
    say(`at steps ${steps.join(', ')} only the best 1/${rungs.reduction} go on`);
  }
  if (over > 0) say(over === records.length ? 'all are over already' : `${over} are over already`);
}

function shareText(share: Share | { queue: string }): string {
  if ('queue' in share) return `for the workers of ${share.queue}`;
  const { jobs, threads } = share;
  return `${jobs} at once${threads === undefined ? '' : ` with ${count(threads, 'thread')} each`}`;
}

async function sayEnd(
  records: readonly TrialRecord[],
  files: SweepFiles,
  definition: SweepDefinition,
  file: string,
  { out, queue, json }: SweepOptions,
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
  if (open) {
    const flags = Object.entries({ out, queue }).map(([key, value]) => value && ` ${flagName(key)} ${value}`);
    say(`go on with: rnn sweep ${file}${flags.join('')}`);
  }
  const failed = records.filter(({ state }) => state === 'failed');
  if (failed.length === records.length)
    throw new RnnError('usage', `no trial finished; trial 1: ${failed[0]!.error}`);
  say(`results: ${files.path('results.csv')}, report: ${files.path('report.html')}`);
  if (best) {
    const file = files.checkpoint(best).replace(/\.json$/, '.best.json');
    say(`the best is trial ${best.number}; go on with: rnn sample ${file}`);
  }
}
