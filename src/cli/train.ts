import { createHash } from 'node:crypto';
import chalk from 'chalk';
import type { Command } from 'commander';
import { type Checkpoint, readCheckpoint } from '../checkpoint/index.ts';
import {
  flagName,
  loadTraining,
  type RunOptions,
  runSchema,
  type Training,
  trainSchema,
} from '../config/index.ts';
import { type Baselines, baselines } from '../corpus/index.ts';
import { RnnError, type Wording, word } from '../errors.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import { bpc, formatPreflight, formatRateTest } from '../report/index.ts';
import {
  type DoneReason,
  findLearningRate,
  otherNumerics,
  type Plan,
  readStart,
  type Start,
  Trainer,
  type Transport,
  whyFinished,
} from '../train/index.ts';
import { versionOf } from './file-identity.ts';
import { type Launched, launched } from './launched.ts';
import { LiveRun } from './live-run.ts';
import { checkMemory } from './memory.ts';
import type { Facts } from './mpi-run.ts';
import { addFlags } from './options.ts';
import { beQuiet, print, say, toJson, write } from './output.ts';
import { ownPackage } from './own-package.ts';
import { planRun } from './plan-run.ts';
import { claimRunFiles, lacksBest, type RunFiles, resumedRunFiles } from './run-files.ts';
import { RunLog } from './run-log.ts';
import { accompany, follow } from './run-training.ts';
import { finish } from './turns.ts';

export function configure(command: Command): void {
  addFlags(command, runSchema, trainSchema)
    .addHelpText(
      'after',
      '\nKeys in a terminal: c curve, s sample, p pause, q save and quit, ? help.\n' +
        '\nExamples:\n  $ rnn train corpora/tiny.txt\n  $ rnn train book.txt --hidden 256 --layers 2 --seq-length 100\n' +
        '  $ rnn train corpora/tiny.txt --resume checkpoints/tiny.json --epochs 100\n  $ cat text | rnn train - --json\n',
    )
    .action(run);
}

async function run(patterns: string[], flags: Record<string, unknown>): Promise<void> {
  const launch = launched(process.env);
  if (launch !== undefined) return runAsRank(launch, patterns, flags);
  const prepared = await prepare(patterns, flags);
  if (prepared !== undefined) await train(prepared);
}

/** As one of several processes that an MPI launcher has started. */
async function runAsRank(
  launch: Launched,
  patterns: string[],
  flags: Record<string, unknown>,
): Promise<void> {
  const { MpiRun } = await import('./mpi-run.ts');
  const mpi = MpiRun.join(launch, ownPackage().version);
  await mpi?.run(
    () => prepare(patterns, flags, mpi.transport),
    factsOf,
    (prepared) => train(prepared, mpi.transport),
  );
}

/** All that a run needs before its first step. */
interface Prepared {
  plan: Plan;
  kernels: Kernels;
  start: Start;
  options: RunOptions;
  levels: Baselines;
  /** none where nothing is saved, or another process does it */
  files: RunFiles | undefined;
}

/**
 * Reads, plans and claims; @returns nothing where nothing is left to do
 * @param transport to the other processes, where there are several: rank 0 alone prints and writes
 */
async function prepare(
  patterns: string[],
  flags: Record<string, unknown>,
  transport?: Transport,
): Promise<Prepared | undefined> {
  const training = await loadTraining(flags);
  const isFirst = transport === undefined || transport.rank === 0;
  const options = training.run;
  if (options.quiet) beQuiet();
  const version = await versionOf(options.resume ?? '');
  const start = await readStart(options, readCheckpoint);
  const { plan, name } = await planRun(patterns, training, start);
  if (transport) checkRanks(plan, options, transport);
  const over = isFirst && start.kind === 'resume' && !options.findLr && whyFinished(start.checkpoint, plan);
  if (over && !(await owesBest(options.resume!, start.checkpoint))) {
    await sayFinished(start.checkpoint, over, options);
    return undefined;
  }
  const scarce = checkMemory(plan.memoryBytes);
  const levels = baselines(plan.train, plan.validation, plan.corpus.vocabulary.size);
  const files =
    options.findLr || !isFirst
      ? undefined
      : await (start.kind === 'resume'
          ? resumeFiles(training, start.checkpoint, version)
          : claimRunFiles(options.out, name));
  process.once('exit', () => files?.lock.release());
  for (const note of [...(files?.lock.notes ?? []), ...plan.notes, ...(scarce ? [scarce] : [])])
    say(`note: ${note}`);
  if (transport) say(`note: ${transport.ranks} processes train one model, ${shareOf(plan, transport)}`);
  if (isFirst && !options.quiet)
    process.stderr.write(formatPreflight(plan, levels, process.stderr.columns || undefined));
  const kernels = createKernels(options.backend);
  if (files !== undefined) {
    const note = otherNumerics(start, kernels.numerics);
    if (note !== undefined) say(`note: ${note}`);
    if (options.logDir !== undefined) {
      const { last: checkpoint, inPlace: resumed } = files;
      const step = start.kind === 'resume' ? start.checkpoint.state.step : 0;
      files.log = await RunLog.open(options.logDir, { checkpoint, resumed, step });
    }
  }
  return { plan, kernels, start, options, levels, files };
}

async function train(prepared: Prepared, transport?: Transport): Promise<void> {
  const { plan, kernels, start, options, levels, files } = prepared;
  if (options.findLr) return findRate(prepared, transport);
  const trainer = new Trainer(plan, kernels, start, options.threads, undefined, transport);
  if (files === undefined) return accompany(trainer);
  try {
    const state = start.kind === 'resume' ? start.checkpoint.state : undefined;
    const live = options.open ? await LiveRun.open(trainer, plan, files, levels, state) : undefined;
    await follow(trainer, files, options, plan.config, levels, live);
  } finally {
    // not left to the exit, before which an MPI that was told to end may kill this process
    files.lock.release();
  }
}

function checkRanks({ config: { replicas } }: Plan, { open }: RunOptions, { ranks }: Transport): void {
  if (open)
    throw new RnnError('usage', '--open: a run of several processes has no page', {
      hint: 'look at its checkpoint with rnn ui, while it runs too',
    });
  if (replicas % ranks === 0) return;
  throw new RnnError('usage', (name) => `${name('replicas')} ${replicas} in ${ranks} processes`, {
    setting: 'replicas',
    expected: `a multiple of ${ranks}, so that each computes as many`,
    got: replicas,
    hint: (name) => `start as many processes as divide it, or change ${name('replicas')}`,
  });
}

const shareOf = ({ config: { replicas } }: Plan, { ranks }: Transport): string =>
  `each ${replicas / ranks} of its ${replicas} replicas`;

function factsOf({ plan, kernels, start }: Prepared): Facts {
  const { config, corpus, validationText } = plan;
  return {
    version: ownPackage().version,
    text: corpus.sha256,
    validation: validationText?.sha256 ?? '',
    start: start.kind === 'fresh' ? '' : hashOf(start.checkpoint),
    numerics: kernels.numerics,
    settings: config,
  };
}

function hashOf(checkpoint: Checkpoint): string {
  const hash = createHash('sha256').update(JSON.stringify(checkpoint.state));
  for (const data of [checkpoint.weights, checkpoint.carried, ...checkpoint.moments]) hash.update(data);
  return hash.digest('hex');
}

/** Whether a run that made all its steps was killed before its closing evaluation, which is made up for then. */
async function owesBest(path: string, { state }: Checkpoint): Promise<boolean> {
  return state.best === null && !path.endsWith('.best.json') && (await lacksBest(path));
}

async function resumeFiles(
  { run, origin }: Training,
  checkpoint: Checkpoint,
  version: string | undefined,
): Promise<RunFiles> {
  const out = origin('out') && run.out;
  const files = await resumedRunFiles(run.resume!, out, checkpoint, version);
  if (!files.inPlace) say(`note: ${run.resume} stays as it is; the run goes on as ${files.last}`);
  const { best } = checkpoint.state;
  if (files.inPlace && best && files.kept === undefined)
    say(
      `note: ${files.best} is missing; it is written again once an evaluation is below ${bpc(best.bpc)} bpc`,
    );
  return files;
}

/** A run that has nothing left to do leaves its file alone. */
async function sayFinished(
  { state, numerics: backend }: Checkpoint,
  { reason, advice }: { reason: DoneReason; advice: Wording },
  { resume: checkpoint, threads = 1, json }: RunOptions,
): Promise<void> {
  say(`note: ${checkpoint}: ${word(advice, flagName)}`);
  const { step, epoch, history, best } = state;
  const measured = history.findLast((row) => row.step === step);
  const { trainBpc = null, validationBpc = null } = measured ?? {};
  if (!json) return;
  const totals = { reason, step, epoch, trainBpc, validationBpc, best, charactersPerSecond: 0 };
  await print(`${toJson({ event: 'done', ...totals, checkpoint, backend, threads })}\n`);
}

async function findRate({ plan, kernels, start, options }: Prepared, transport?: Transport): Promise<void> {
  const found = await finish(findLearningRate(plan, kernels, start, options.threads, transport));
  if (transport && transport.rank > 0) return;
  const width = Math.min(process.stdout.columns || 80, 130);
  // colours are escape sequences of our own, so this text goes out as it is
  await write(
    options.json ? `${toJson({ event: 'find-lr', ...found })}\n` : formatRateTest(found, chalk, width),
  );
}
