import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint/index.ts';
import { fromFlags, parseLayers, sampleSchema } from '../config/index.ts';
import type { Ids } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels } from '../kernels/index.ts';
import { createRandom, type Random } from '../random.ts';
import { escapeControls } from '../report/index.ts';
import { type GenerateOptions, Sampler } from '../sample/index.ts';
import { loadModels, readModel } from './models.ts';
import { addFlags } from './options.ts';
import { MAX_CHARACTERS, toJson, write } from './output.ts';
import { encodeStop, readSeed } from './seed.ts';

export function configure(command: Command): void {
  addFlags(command, sampleSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn sample --seed h --len 50\n  $ rnn sample checkpoints/tiny.best.json --temperature 0.7 --seed @start.txt\n',
    )
    .action(run);
}

async function run(path: string | undefined, flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(sampleSchema, [fromFlags(flags)]);
  const checkpoint = await readModel(path);
  const rngSeed = options.rngSeed ?? randomInt(2 ** 47);
  const seed = await readSeed(checkpoint, options);
  const stop = encodeStop(checkpoint, options);
  const { vocabulary } = checkpoint;
  const kernels = createKernels(options.backend);
  const sampler = new Sampler(await loadModels(checkpoint, options.with, kernels), kernels);
  const sink = options.json ? undefined : createSink(checkpoint);
  const samples: string[] = [];
  if (options.json) expectOneObject((options.len + seed.shown.length) * options.count);
  for (let i = 0; i < options.count; i++) {
    if (i > 0) await sink?.write(undefined);
    const ids: number[] = [];
    await sink?.echo(seed.shown);
    const random = createRandom(`${rngSeed}/${i}`, 'sample');
    sampler.prime(seed.ids);
    for (const id of text(sampler, options, stop, random)) {
      if (options.json) ids.push(id);
      await sink?.write(id);
    }
    if (options.json) samples.push(vocabulary.decode([...seed.shown, ...ids]));
  }
  await sink?.end();
  if (!options.json) return;
  const result = { seed: vocabulary.decode(seed.shown), text: samples[0], rngSeed, skipped: seed.skipped };
  await write(`${toJson(options.count > 1 ? { ...result, samples } : result)}\n`);
}

function expectOneObject(characters: number): void {
  if (characters <= MAX_CHARACTERS) return;
  throw new RnnError(
    'usage',
    `--json: expected at most ${MAX_CHARACTERS} characters (seed and --len, times --count), got ${characters}; drop --json, and they are written as they come`,
  );
}

/** `len` characters, fewer when what is generated ends with the ids of `stop`. */
function* text(
  sampler: Sampler,
  options: GenerateOptions & { len: number },
  stop: ArrayLike<number>,
  random: Random,
) {
  const tail: number[] = [];
  for (let generated = 0; generated < options.len; generated++) {
    const id = sampler.next(options, random);
    yield id;
    tail.push(id);
    if (tail.length > stop.length) tail.shift();
    if (stop.length > 0 && tail.length === stop.length && tail.every((own, i) => own === stop[i])) return;
  }
}

/** How many characters gather before they go through a pipe; a terminal gets each at once. */
const CHUNK = 4096;

/** Streams ids to stdout: exact bytes through a pipe, harmless text on a terminal. `undefined` parts two samples. */
function createSink({ vocabulary }: Checkpoint) {
  const decoder = new TextDecoder();
  let pending: number[] = [];
  let endsLine = true;
  const flush = async () => {
    const bytes = vocabulary.decodeBytes(pending);
    pending = [];
    await write(process.stdout.isTTY ? escapeControls(decoder.decode(bytes, { stream: true })) : bytes);
  };
  const isBreak = (id: number) => ['\n', '\r\n', 10].includes(vocabulary.units[id]!);
  return {
    /** a whole text */
    async echo(ids: Ids) {
      for (let from = 0; from < ids.length; from += CHUNK) {
        pending = [...ids.subarray(from, from + CHUNK)];
        await flush();
      }
      if (ids.length > 0) endsLine = isBreak(ids.at(-1)!);
    },
    async write(id: number | undefined) {
      if (id !== undefined) pending.push(id);
      if (id === undefined || process.stdout.isTTY || pending.length >= CHUNK) await flush();
      if (id === undefined) await write('\n');
      endsLine = id === undefined || isBreak(id);
    },
    async end() {
      await flush();
      if (process.stdout.isTTY && !endsLine) await write('\n');
    },
  };
}
