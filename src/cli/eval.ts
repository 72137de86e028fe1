import chalk from 'chalk';
import type { Command } from 'commander';
import { readCheckpoint } from '../checkpoint/index.ts';
import { type EvalOptions, evalSchema, fromFlags, parseLayers } from '../config/index.ts';
import { baselines, type Ids, onlineBaselines } from '../corpus/index.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';
import { colorBySurprise, formatEvaluation } from '../report/index.ts';
import { bitsPerCharacter, evaluating, mixedSurprises, surprises } from '../train/index.ts';
import { loadModels } from './models.ts';
import { addFlags } from './options.ts';
import { print, toJson, write } from './output.ts';
import { readPart } from './text-part.ts';
import { finish } from './turns.ts';

export function configure(command: Command): void {
  addFlags(command, evalSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt --part validation --per-char\n',
    )
    .action(run);
}

async function run(path: string, patterns: string[], flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(evalSchema, [fromFlags(flags)]);
  const checkpoint = await readCheckpoint(path);
  const { vocabulary } = checkpoint;
  const { ids, known } = await readPart(checkpoint, patterns, options);
  const kernels = createKernels(options.backend);
  const models = await loadModels(checkpoint, options.with, kernels);
  const { nats, characters, bits } = await measure(models, ids, kernels, options);
  const levels = known ? baselines(known, ids, vocabulary.size) : onlineBaselines(ids, vocabulary.size);
  const bpc = bitsPerCharacter({ nats, characters });
  const perplexity = Math.exp(nats / characters);
  const result = { characters, nats, bpc, perplexity, baselines: levels };
  const units = bits && Array.from(ids, (id) => vocabulary.unitAt(id));
  if (options.json) return print(`${toJson(bits ? { ...result, units, bits } : result)}\n`);
  if (bits) await write(colorBySurprise(units!, bits, chalk));
  await print(formatEvaluation(result, known !== undefined));
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
