import chalk from 'chalk';
import type { Command } from 'commander';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../checkpoint/index.ts';
import {
  type Config,
  loadTraining,
  type RunOptions,
  runSchema,
  type Training,
  trainSchema,
} from '../config/index.ts';
import { baselines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { inspectFlow } from '../inspect/index.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import { createRandom } from '../random.ts';
import { bpc, formatFlow, formatPreflight, formatRateTest } from '../report/index.ts';
import { defaultSeed, generate } from '../sample/index.ts';
import {
  type DoneReason,
  findLearningRate,
  type Plan,
  type Start,
  type TrainEvent,
  Trainer,
  whyFinished,
} from '../train/index.ts';
import { Display } from './display.ts';
import { versionOf } from './file-identity.ts';
import { checkMemory } from './memory.ts';
import { addFlags } from './options.ts';
import { print, say, survivePipes, toJson, write } from './output.ts';
import { planRun } from './plan-run.ts';
import { claimRunFiles, type RunFiles, resumedRunFiles } from './run-files.ts';

const PREVIEW_LENGTH = 120;
/** The event loop gets a turn this often, so that Ctrl-C is heard. */
const TURN_MS = 25;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export function configure(command: Command): void {
  addFlags(addFlags(command, runSchema), trainSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn train corpora/tiny.txt\n  $ rnn train book.txt --hidden 256 --layers 2 --seq-length 100\n' +
        '  $ rnn train corpora/tiny.txt --resume checkpoints/tiny.json --epochs 100\n  $ cat text | rnn train - --json\n',
    )
    .action(run);
}

async function run(patterns: string[], flags: Record<string, unknown>): Promise<void> {
  const training = await loadTraining(flags);
  const options = training.run;
  const version = await versionOf(options.resume ?? '');
  const start = await readStart(options);
  const { plan, name } = await planRun(patterns, training, start);
  const over = start.kind === 'resume' && !options.findLr && whyFinished(start.checkpoint, plan);
  if (over) return sayFinished(start.checkpoint, over, options);
  const scarce = checkMemory(plan.memoryBytes);
  const preflight = formatPreflight(
    plan,
    baselines(plan.train, plan.validation, plan.corpus.vocabulary.size),
  );
  const files = options.findLr
    ? undefined
    : await (start.kind === 'resume' ? resumeFiles(training, version) : claimRunFiles(options.out, name));
  process.once('exit', () => files?.lock.release());
  for (const note of [...(files?.lock.notes ?? []), ...plan.notes, ...(scarce ? [scarce] : [])])
    say(`note: ${note}`);
  process.stderr.write(preflight);
  const kernels = createKernels(options.backend);
  if (files === undefined) return findRate(plan, kernels, options);
  sayNumerics(start, kernels);
  const trainer = new Trainer(plan, kernels, start, options.threads);
  await follow(trainer, files, options, plan.config);
}

async function resumeFiles({ run, origin }: Training, version: string | undefined): Promise<RunFiles> {
  const out = origin('out') && run.out;
  const files = await resumedRunFiles(run.resume!, out, version);
  if (!files.inPlace) say(`note: ${run.resume} stays as it is; the run goes on as ${files.last}`);
  return files;
}

/** A run that has nothing left to do leaves its file alone. */
async function sayFinished(
  { state, numerics: backend }: Checkpoint,
  { reason, advice }: { reason: DoneReason; advice: string },
  { resume: checkpoint, threads = 1, json }: RunOptions,
): Promise<void> {
  say(`note: ${checkpoint}: ${advice}`);
  const { step, epoch, history } = state;
  const measured = history.findLast((row) => row.step === step);
  const { trainBpc = null, validationBpc = null } = measured ?? {};
  if (!json) return;
  const totals = { reason, step, epoch, trainBpc, validationBpc, charactersPerSecond: 0 };
  await print(`${toJson({ event: 'done', ...totals, checkpoint, backend, threads })}\n`);
}

async function findRate(plan: Plan, kernels: Kernels, { threads, json }: RunOptions): Promise<void> {
  const search = findLearningRate(plan, kernels, threads);
  let next = search.next();
  for (; !next.done; next = search.next()) await new Promise((resolve) => setImmediate(resolve));
  await print(json ? `${toJson({ event: 'find-lr', ...next.value })}\n` : formatRateTest(next.value, chalk));
}

function sayNumerics(start: Start, { numerics }: Kernels): void {
  if (start.kind !== 'resume' || start.checkpoint.numerics === numerics) return;
  say(
    `note: this run was computed with ${start.checkpoint.numerics} and goes on with ${numerics}; the last digits may differ`,
  );
}

async function readStart({ resume, initFrom }: RunOptions): Promise<Start> {
  if (resume !== undefined && initFrom !== undefined) {
    throw new RnnError(
      'usage',
      '--resume and --init-from exclude each other: one continues a run, the other starts a new one',
    );
  }
  if (resume !== undefined) return { kind: 'resume', checkpoint: await readCheckpoint(resume) };
  if (initFrom !== undefined) return { kind: 'weights', checkpoint: await readCheckpoint(initFrom) };
  return { kind: 'fresh' };
}

/** Runs the trainer to its end: shows, prints and saves what it yields. */
async function follow(trainer: Trainer, files: RunFiles, options: RunOptions, config: Config): Promise<void> {
  const display = new Display();
  const signals = listen(trainer);
  survivePipes(() => trainer.stop());
  const emit = (event: object) => (options.json ? write(`${toJson(event)}\n`) : undefined);
  let turned = performance.now();
  let result = '';
  try {
    for (const event of trainer.run()) {
      if (event.event === 'save') await save(event, files, display, emit, trainer);
      else if (event.event !== 'wait') {
        display.show(event);
        if (event.event === 'done')
          result = `train ${bpc(event.trainBpc)}, validation ${bpc(event.validationBpc)} bpc`;
        await emit(await complete(event, trainer, files, display, config));
      }
      if (event.event === 'wait' || performance.now() - turned > TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turned = performance.now();
      }
    }
  } finally {
    display.close();
    signals.close();
  }
  say(`saved ${files.last} (${result}); go on with: rnn sample ${files.last}`);
  if (signals.exitCode !== undefined) process.exitCode = signals.exitCode;
}

/** The first signal ends the run after its step, with a checkpoint; the second leaves at once. */
function listen(trainer: Trainer) {
  const listener = {
    exitCode: undefined as number | undefined,
    close() {
      for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    },
  };
  function onSignal(signal: keyof typeof SIGNALS): void {
    if (listener.exitCode !== undefined) process.exit(listener.exitCode);
    listener.exitCode = SIGNALS[signal];
    trainer.stop();
  }
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  return listener;
}

/** Adds to an event what only the outside knows: text, time, files. */
async function complete(
  event: TrainEvent,
  trainer: Trainer,
  files: RunFiles,
  display: Display,
  config: Config,
): Promise<object> {
  if (event.event === 'sample') {
    const text = preview(trainer, config.rngSeed, event.step);
    display.log(`sample at step ${event.step}`, text);
    return { ...event, text };
  }
  if (event.event === 'inspect') {
    const row = inspectFlow(trainer.snapshot());
    trainer.recordFlow(row);
    display.log(`gradient at step ${event.step}`, formatFlow(row));
    return { ...event, ...row };
  }
  if (event.event !== 'done') return event;
  const { charactersPerSecond } = display.progress;
  return {
    ...event,
    charactersPerSecond,
    checkpoint: files.last,
    backend: trainer.kernels.numerics,
    threads: trainer.threads,
  };
}

/** A preview draws from a stream of its own, so that it never changes training. */
function preview(trainer: Trainer, rngSeed: number, step: number): string {
  const { vocabulary } = trainer;
  const random = createRandom(`${rngSeed}/${step}`, 'preview');
  const options = { temperature: 0.8, topK: 0, topP: 1, minP: 0, greedy: false };
  const stream = generate(trainer.weights, trainer.kernels, defaultSeed(vocabulary), options, random);
  const ids: number[] = [];
  for (const id of stream) if (ids.push(id) === PREVIEW_LENGTH) break;
  return vocabulary.decode(ids);
}

type SaveEvent = Extract<TrainEvent, { event: 'save' }>;

/**
 * Training goes on when a save in the middle fails (a full disk may be freed); the first and the last must succeed.
 */
async function save(
  event: SaveEvent,
  files: RunFiles,
  display: Display,
  emit: (event: object) => Promise<void> | undefined,
  trainer: Trainer,
): Promise<void> {
  const { step, kind, checkpoint } = event;
  const path = files[kind];
  files.lock.check();
  const error = await trySave(path, checkpoint, display);
  if (error === undefined) {
    await emit({ event: 'save', step, kind, checkpoint: path });
    return;
  }
  const must = kind === 'last' && (step === 0 || trainer.ended);
  if (must)
    throw new RnnError('checkpoint', `${error}; free some space or name another directory with --out`);
  display.warn(`${error}; training goes on, the next save will try again`);
  await emit({ event: 'save', step, kind, checkpoint: path, error });
}

let unconfirmed = false;

/** @returns what went wrong */
async function trySave(path: string, checkpoint: Checkpoint, display: Display): Promise<string | undefined> {
  try {
    const confirmed = await writeCheckpoint(path, checkpoint);
    if (!confirmed && !unconfirmed) {
      unconfirmed = true;
      display.warn('note: saved, but this file system does not confirm that a new file survives a power cut');
    }
    return undefined;
  } catch (error) {
    if (error instanceof RnnError) return error.message;
    throw error;
  }
}
