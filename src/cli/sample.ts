import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import { type Checkpoint, newestCheckpoint, readCheckpoint } from '../checkpoint/index.ts';
import { fromFlags, parseLayers, type SampleOptions, sampleSchema } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels } from '../kernels/index.ts';
import { createRandom } from '../random.ts';
import { harmless } from '../report/index.ts';
import { defaultSeed, encodeText, generate } from '../sample/index.ts';
import { loadModels } from './models.ts';
import { addFlags } from './options.ts';
import { say, toJson, write } from './output.ts';
import { readText } from './text.ts';

const MAX_JSON_CHARACTERS = 10_000_000;

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
  if (options.json) expectOneString(options);
  const checkpoint = await load(path);
  const rngSeed = options.rngSeed ?? randomInt(2 ** 47);
  const seed = await readSeed(checkpoint, options);
  const { vocabulary } = checkpoint;
  const kernels = createKernels(options.backend);
  const models = await loadModels(checkpoint, options.with, kernels);
  const sink = options.json ? undefined : createSink(checkpoint);
  const samples: string[] = [];
  for (let i = 0; i < options.count; i++) {
    if (i > 0) await sink?.write(undefined);
    const ids = [...seed.shown];
    for (const id of seed.shown) await sink?.write(id);
    const random = createRandom(`${rngSeed}/${i}`, 'sample');
    const stream = generate(models, kernels, seed.ids, options, random);
    for (const id of ending(stream, vocabulary, options)) {
      if (options.json) ids.push(id);
      await sink?.write(id);
    }
    if (options.json) samples.push(vocabulary.decode(ids));
  }
  await sink?.end();
  if (!options.json) return;
  const result = { seed: vocabulary.decode(seed.shown), text: samples[0], rngSeed };
  await write(`${toJson(options.count > 1 ? { ...result, samples } : result)}\n`);
}

/** A JSON object is one string, made when all is drawn. */
function expectOneString({ len, count }: SampleOptions): void {
  if (len * count <= MAX_JSON_CHARACTERS) return;
  throw new RnnError(
    'usage',
    `--json: expected at most ${MAX_JSON_CHARACTERS} characters (--len times --count), got ${len * count}; drop --json, and they are written as they come`,
  );
}

async function load(path: string | undefined): Promise<Checkpoint> {
  if (path !== undefined) return readCheckpoint(path);
  const newest = await newestCheckpoint('checkpoints');
  for (const reason of newest.skipped) say(`skipped a damaged checkpoint: ${reason}`);
  if (process.stderr.isTTY) say(`from ${newest.path}`);
  return newest.checkpoint;
}

/** The ids the model reads first, and those of them that belong to the text. */
async function readSeed({ vocabulary, config }: Checkpoint, { seed, unknown }: SampleOptions) {
  let text: string | Uint8Array = seed ?? '';
  if (seed === '-') ({ text } = await readText('-', config.unit, 'utf-8'));
  else if (seed?.startsWith('@')) ({ text } = await readText(seed.slice(1), config.unit, 'utf-8'));
  const shown = encodeText(vocabulary, text, unknown, '--seed');
  return { shown, ids: shown.length > 0 ? shown : defaultSeed(vocabulary) };
}

/** `len` characters, fewer when the stop string appears. */
function* ending(stream: Iterable<number>, vocabulary: Vocabulary, { len, stop }: SampleOptions) {
  if (len === 0) return;
  let generated = 0;
  let tail = '';
  for (const id of stream) {
    yield id;
    if (stop) tail = (tail + vocabulary.decode([id])).slice(-stop.length);
    if (++generated === len || (stop && tail === stop)) return;
  }
}

/** How many characters gather before they go through a pipe; a terminal gets each at once. */
const CHUNK = 4096;

/** Streams ids to stdout: exact bytes through a pipe, harmless text on a terminal. `undefined` parts two samples. */
function createSink({ vocabulary, config }: Checkpoint) {
  const decoder = new TextDecoder();
  let pending: number[] = [];
  let endsLine = true;
  const flush = async () => {
    const bytes = vocabulary.decodeBytes(pending);
    pending = [];
    await write(process.stdout.isTTY ? harmless(decoder.decode(bytes, { stream: true })) : bytes);
  };
  return {
    async write(id: number | undefined) {
      if (id !== undefined) pending.push(id);
      if (id === undefined || process.stdout.isTTY || pending.length >= CHUNK) await flush();
      if (id === undefined) await write('\n');
      endsLine =
        id === undefined ||
        (config.unit === 'byte' ? vocabulary.units[id] === 10 : vocabulary.units[id] === '\n');
    },
    async end() {
      await flush();
      if (process.stdout.isTTY && !endsLine) await write('\n');
    },
  };
}
