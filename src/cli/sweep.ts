import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { fromFlags, parseLayers, type SweepOptions, sweepSchema } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { adopt, isOver, type Trial } from '../sweep/index.ts';
import { measureMemory } from './memory.ts';
import { addFlags } from './options.ts';
import { OptunaSampler } from './optuna-sampler.ts';
import { print, toJson } from './output.ts';
import { ownPackage } from './own-package.ts';
import { type PlannedSweep, planSweep } from './plan-sweep.ts';
import { type PreparedSweep, prepare } from './prepare-sweep.ts';
import { closeRedis, connectRedis } from './redis.ts';
import { sayEnd, sayStart } from './say-sweep.ts';
import { SweepFiles } from './sweep-files.ts';
import { LocalPlace, type Share, type SweepPlace } from './sweep-place.ts';
import { claimId, InputFiles, numericsOf, type Posting } from './sweep-posting.ts';
import { QueuePlace } from './sweep-queue.ts';
import { recover } from './sweep-recover.ts';
import { Sweep } from './sweep-run.ts';
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
  checkTogether(options);
  const prepared = await prepare(file, options);
  if (options.trial !== undefined) return runTask(prepared, options.trial);
  const { definition, trials, plan, steps, directory, identity } = prepared;
  const server = options.queue === undefined ? undefined : await connectRedis(options.queue);
  const files = await SweepFiles.open(directory, identity);
  process.once('exit', () => files.close());
  const records = await files.read(trials, steps, !options.slurm);
  if (options.slurm) return writeArray(prepared, records, files);
  for (const trial of records) {
    // at a queue workers may still be at it
    const mayBeSaving = !isOver(trial) && trial.state !== 'failed' && server === undefined;
    if (mayBeSaving && (await files.awaitWriter(trial))) adopt(trial, files.noted(trial), true);
    await recover(trial, records, files, definition);
  }
  const open = records.filter(({ state }) => state === 'waiting' || state === 'unfinished').length;
  const most = options.sampler === undefined ? open : definition.trials! * definition.seeds.length;
  const share = server ? { queue: server.address } : shareCores(options, Math.max(1, most), plan);
  const sampler =
    options.sampler === undefined ? undefined : await openSampler(prepared, options.sampler, files);
  sayStart(prepared, records, share);
  await files.write(records);
  if (options.json)
    await print(`${toJson({ event: 'start', directory, trials: records.length, open, ...share })}\n`);
  const place: SweepPlace = server
    ? await QueuePlace.open(server, await postingOf(prepared), records)
    : new LocalPlace(definition, files, share as Share);
  const exitCode = await new Sweep(definition, records, files, place, options.json, sampler).run();
  if (sampler) {
    await sampler.tell(records);
    await files.write(records);
  }
  if (server) {
    await place.close?.();
    closeRedis(server);
  }
  await sayEnd(records, files, definition, file, options);
  if (exitCode !== undefined) process.exitCode = exitCode;
}

/** Trials run in one way; of a queue each worker says how many it runs, and how. */
function checkTogether({ sampler, queue, slurm, trial, jobs, threads }: SweepOptions): void {
  // a sampler chooses by what has been measured here
  const ways = Object.entries({ sampler, queue, slurm: slurm || undefined, trial });
  const [first, second] = ways.filter(([, value]) => value !== undefined).map(([key]) => key);
  if (first !== undefined && second !== undefined) {
    throw new RnnError(
      'usage',
      (name) => `${name(first)} and ${name(second)}: expected one of them, got both; drop one of them`,
    );
  }
  const [own] = Object.entries({ jobs, threads }).find(([, value]) => value !== undefined) ?? [];
  if (queue === undefined || own === undefined) return;
  throw new RnnError(
    'usage',
    (name) => `${name(own)}: with ${name('queue')} each worker has its own; drop it`,
  );
}

function openSampler(
  { file, definition, identity, asked }: PreparedSweep,
  command: string,
  files: SweepFiles,
): Promise<OptunaSampler> {
  files.asked = asked;
  const steps = async (trial: Trial) =>
    (await planSweep(definition, [trial], file)).steps.get(trial.configuration)!;
  return OptunaSampler.open(command, files.path('study.log'), identity.title, { definition, asked, steps });
}

async function postingOf({ definition, plan, directory, identity }: PreparedSweep): Promise<Posting> {
  const root = process.cwd();
  const inputs = await new InputFiles().list(definition, root);
  const [id, numerics] = [claimId(directory), numericsOf(definition)];
  const { title, name } = identity;
  const { version } = ownPackage();
  const { memoryBytes } = plan;
  return { id, version, title, name, root, directory, definition, inputs, memoryBytes, numerics };
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
