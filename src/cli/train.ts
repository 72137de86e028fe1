import chalk from 'chalk';
import type { Command } from 'commander';
import { readCheckpoint } from '../checkpoint/index.ts';
import {
  type Config,
  flagName,
  loadTraining,
  type RunOptions,
  runSchema,
  trainSchema,
} from '../config/index.ts';
import { baselines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import { formatPreflight, formatRateTest } from '../report/index.ts';
import {
  findLearningRate,
  type Plan,
  planTraining,
  resumeConfig,
  type Start,
  Trainer,
} from '../train/index.ts';
import { addFlags } from './options.ts';
import { say, toJson, write } from './output.ts';
import { claimRunFiles, type RunFiles, resumedRunFiles } from './run-files.ts';
import { follow } from './run-training.ts';
import { checkTexts, readTexts } from './training-texts.ts';
import { finish } from './turns.ts';

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
  const { config: asked, run: options, given } = await loadTraining(flags);
  const start = await readStart(options);
  const config = start.kind === 'resume' ? resumeConfig(start.checkpoint, given, flagName) : asked;
  const model = inheritModel(config, start, given);
  const texts = await readTexts(patterns, options.validation, model, start);
  checkTexts(texts, start);
  const plan = planTraining(model, texts.corpus, texts.validation);
  const files = options.findLr
    ? undefined
    : await claimFiles(start, options, patterns[0]!, flags.out !== undefined);
  for (const note of plan.notes) say(`note: ${note}`);
  process.stderr.write(
    formatPreflight(plan, baselines(plan.train, plan.validation, plan.corpus.vocabulary.size)),
  );
  const kernels = createKernels(options.backend);
  if (files === undefined) return findRate(plan, kernels, start, options);
  sayNumerics(start, kernels);
  const trainer = new Trainer(plan, kernels, start, options.threads);
  await follow(trainer, files, options, plan.config);
}

function claimFiles(start: Start, options: RunOptions, source: string, outGiven: boolean): Promise<RunFiles> {
  return start.kind === 'resume'
    ? resumedRunFiles(options.resume!, outGiven ? options.out : undefined)
    : claimRunFiles(options.out, source);
}

async function findRate(plan: Plan, kernels: Kernels, start: Start, options: RunOptions): Promise<void> {
  const found = await finish(findLearningRate(plan, kernels, start, options.threads));
  const width = Math.min(process.stdout.columns || 80, 130);
  // colours are escape sequences of our own, so this text goes out as it is
  await write(
    options.json ? `${toJson({ event: 'find-lr', ...found })}\n` : formatRateTest(found, chalk, width),
  );
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

/** Fine-tuning keeps the shape of the model it starts from. */
function inheritModel(config: Config, start: Start, given: Partial<Config>): Config {
  if (start.kind !== 'weights') return config;
  const { cell, hidden, layers, nonlinearity, embedding, unit } = start.checkpoint.config;
  const model = { cell, hidden, layers, nonlinearity, embedding, unit };
  for (const [key, value] of Object.entries(model)) {
    const asked = given[key as keyof Config];
    if (asked !== undefined && asked !== value) {
      throw new RnnError(
        'config',
        `${flagName(key)} ${asked}: the model of --init-from has ${value}; drop ${flagName(key)}`,
      );
    }
  }
  return Object.freeze({ ...config, ...model });
}
