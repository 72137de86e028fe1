import chalk from 'chalk';
import type { Command } from 'commander';
import { type Checkpoint, readCheckpoint } from '../checkpoint/index.ts';
import { type EvalOptions, evalSchema, fromFlags, parseLayers } from '../config/index.ts';
import { baselines, type Ids, onlineBaselines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';
import { colorBySurprise, formatEvaluation } from '../report/index.ts';
import { encodeText } from '../sample/index.ts';
import { bitsPerCharacter, evaluating, mixedSurprises, splitCorpus, surprises } from '../train/index.ts';
import { loadModels } from './models.ts';
import { addFlags } from './options.ts';
import { print, survivePipes, toJson, write } from './output.ts';
import { readText } from './text.ts';
import { finish } from './turns.ts';

export function configure(command: Command): void {
  addFlags(command, evalSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt --part validation --per-char\n',
    )
    .action(run);
}

async function run(path: string, source: string, flags: Record<string, unknown>): Promise<void> {
  survivePipes(() => process.exit(0));
  const options = parseLayers(evalSchema, [fromFlags(flags)]);
  const checkpoint = await readCheckpoint(path);
  const { vocabulary } = checkpoint;
  const { ids, known } = await readPart(checkpoint, source, options);
  const kernels = createKernels(options.backend);
  const models = await loadModels(checkpoint, options.with, kernels);
  const { nats, characters, bits } = await measure(models, ids, kernels, options);
  const levels = known ? baselines(known, ids, vocabulary.size) : onlineBaselines(ids, vocabulary.size);
  const bpc = bitsPerCharacter({ nats, characters });
  const perplexity = Math.exp(nats / characters);
  const { uniform, unigram, bigram, fivegram } = levels;
  const result = { characters, nats, bpc, perplexity, baselines: { uniform, unigram, bigram, fivegram } };
  const units = bits && Array.from(ids, (id) => vocabulary.unitAt(id));
  if (options.json) return print(`${toJson(bits ? { ...result, units, bits } : result)}\n`);
  if (bits) await write(colorBySurprise(units!, bits, chalk));
  await print(formatEvaluation(result, known !== undefined));
}

/** The ids to measure, and, where the text is the checkpoint's own corpus, those it was trained on. */
async function readPart(
  checkpoint: Checkpoint,
  source: string,
  { part, encoding, unknown }: EvalOptions,
): Promise<{ ids: Ids; known?: Ids }> {
  const { config, vocabulary, corpus } = checkpoint;
  const { text, sha256 } = await readText(source, config.unit, encoding);
  const all = Uint32Array.from(encodeText(vocabulary, text, unknown, source));
  if (part !== 'all' && sha256 !== corpus.sha256) {
    throw new RnnError(
      'corpus',
      `--part ${part}: ${source} is not the one text this model was trained on (sha256 ${sha256.slice(0, 12)}…, ` +
        `expected ${corpus.sha256.slice(0, 12)}…); name that text, or drop --part`,
    );
  }
  const split = part === 'all' ? undefined : splitCorpus(config, { ids: all });
  const ids = split && part !== 'all' ? split[part] : all;
  if (ids.length < 2) {
    const what = part === 'all' ? 'known characters' : `characters in the ${part} part`;
    throw new RnnError('corpus', `${source}: expected at least 2 ${what} to measure, got ${ids.length}`);
  }
  return split && part !== 'train' ? { ids, known: split.train } : { ids };
}

/** All at once over threads; where single characters count, one after another. */
async function measure(
  models: readonly Weights[],
  ids: Ids,
  kernels: Kernels,
  { perChar, dynamic, threads }: EvalOptions,
): Promise<{ nats: number; characters: number; bits?: (number | null)[] }> {
  if (!perChar && dynamic === 0 && models.length === 1)
    return finish(evaluating(models[0]!, ids, kernels, threads));
  const bits: (number | null)[] = [null];
  let nats = 0;
  for (const surprise of mixedSurprises(models.map((weights) => surprises(weights, ids, kernels, dynamic)))) {
    nats += surprise;
    if (perChar) bits.push(surprise / Math.LN2);
  }
  const result = { nats, characters: ids.length - 1 };
  return perChar ? { ...result, bits } : result;
}
