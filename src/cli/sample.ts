import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint/index.ts';
import { fromFlags, parseLayers, type SampleOptions, sampleSchema } from '../config/index.ts';
import type { Ids, Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels } from '../kernels/index.ts';
import { createRandom } from '../random.ts';
import { type CopiesReport, formatCopies } from '../report/index.ts';
import { continuation, Sampler } from '../sample/index.ts';
import { findCopies, readCompared, requireComparable } from './copies.ts';
import { converse, requireTerminal } from './interactive.ts';
import { loadModels, readModel } from './models.ts';
import { addFlags } from './options.ts';
import { beQuiet, MAX_CHARACTERS, say, toJson, warn, write } from './output.ts';
import { encodeStop, readSeed, type Seed } from './seed.ts';
import { TextSink } from './text-sink.ts';

export function configure(command: Command): void {
  addFlags(command, sampleSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn sample --seed h --len 50\n  $ rnn sample checkpoints/tiny.best.json --temperature 0.7 --seed @start.txt\n  $ rnn sample --count 3 --against corpora/tiny.txt\n  $ rnn sample --interactive\n',
    )
    .action(run);
}

/** Model, seed and stop of samples. */
interface Session {
  sampler: Sampler;
  seed: Seed;
  stop: Ids;
  rngSeed: number;
}

async function run(path: string | undefined, flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(sampleSchema, [fromFlags(flags)]);
  if (options.quiet) beQuiet();
  if (options.interactive) requireTerminal(options);
  const checkpoint = await readModel(path);
  const { vocabulary } = checkpoint;
  if (options.against.length > 0) requireComparable(options.len * options.count, checkpoint);
  const texts = await readCompared(checkpoint, options);
  const seed = await readSeed(checkpoint, options);
  if (options.json) expectOneObject((options.len + seed.shown.length) * options.count);
  const stop = encodeStop(checkpoint, options);
  const kernels = createKernels(options.backend);
  const sampler = new Sampler(await loadModels(checkpoint, options.with, kernels), kernels);
  const rngSeed = options.rngSeed ?? randomInt(2 ** 47);
  if (options.rngSeed === undefined && !options.greedy && !options.json)
    say(`random seed: ${rngSeed} (--rng-seed repeats it)`);
  const session = { sampler, seed, stop, rngSeed };
  if (options.interactive) {
    process.exitCode = await converse({ ...session, vocabulary }, options);
    return;
  }
  const samples = await writeSamples(session, checkpoint, options);
  const copies = texts.length > 0 ? findCopies(samples, texts, vocabulary) : undefined;
  if (options.json) return write(`${toJson(resultOf(samples, copies, session, vocabulary))}\n`);
  copies?.forEach((copy, i) => {
    if (options.count > 1) warn(ruleOf(i, options.count));
    formatCopies(copy, vocabulary.unit === 'byte' ? 'byte' : 'character').forEach(warn);
  });
}

/** The object that --json prints: of several samples the first, and all. */
function resultOf(
  samples: readonly number[][],
  copies: readonly CopiesReport[] | undefined,
  { seed, rngSeed }: Session,
  vocabulary: Vocabulary,
) {
  const texts = samples.map((ids) => vocabulary.decode([...seed.shown, ...ids]));
  const isOne = samples.length === 1;
  return {
    seed: vocabulary.decode(seed.shown),
    text: texts[0],
    rngSeed,
    skipped: seed.skipped,
    ...(copies && { copied: copies[0] }),
    ...(isOne ? {} : { samples: texts, ...(copies && { copies }) }),
  };
}

/** Writes all samples, or none for JSON. @returns what was generated, where something else needs it */
async function writeSamples(
  { sampler, seed, stop, rngSeed }: Session,
  { vocabulary }: Checkpoint,
  options: SampleOptions,
): Promise<number[][]> {
  const { count, json, against } = options;
  const sink = json ? undefined : new TextSink(vocabulary);
  const samples: number[][] = [];
  for (let i = 0; i < count; i++) {
    if (i > 0) await sink?.end('blank line');
    if (sink && count > 1) say(ruleOf(i, count));
    const ids: number[] = [];
    await sink?.echo(seed.shown);
    sampler.prime(seed.ids);
    for (const id of continuation(sampler, options, stop, createRandom(`${rngSeed}/${i}`, 'sample'))) {
      if (json || against.length > 0) ids.push(id);
      await sink?.write(id);
    }
    samples.push(ids);
  }
  await sink?.end(process.stdout.isTTY ? 'line' : undefined);
  return samples;
}

/** Stands on stderr before each of several samples, and what is said of them. */
const ruleOf = (sample: number, count: number): string => `--- sample ${sample + 1} of ${count} ---`;

function expectOneObject(characters: number): void {
  if (characters <= MAX_CHARACTERS) return;
  throw new RnnError(
    'usage',
    `--json: expected at most ${MAX_CHARACTERS} characters (seed and --len, times --count), got ${characters}; drop --json, and they are written as they come`,
  );
}
