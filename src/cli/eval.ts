import chalk from 'chalk';
import type { Command } from 'commander';
import { coldEveryOf, type EvalOptions, evalSchema, fromFlags, parseLayers } from '../config/index.ts';
import { baselines, type Characters, charactersOf, type Ids, onlineBaselines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';
import { colorBySurprise, formatEvaluation } from '../report/index.ts';
import { bitsPerCharacter, evaluating, mixedSurprises, scoring, surprises } from '../train/index.ts';
import { answersIn } from './answers.ts';
import { separateModel } from './model-and-texts.ts';
import { loadModels, readModel } from './models.ts';
import { addFlags } from './options.ts';
import { beQuiet, MAX_CHARACTERS, print, toJson, write } from './output.ts';
import { sayNote } from './text.ts';
import { readPart } from './text-part.ts';
import { finish } from './turns.ts';

export function configure(command: Command): void {
  addFlags(command, evalSchema)
    .usage('[options] [checkpoint] <text...>')
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt --part validation --per-char\n',
    )
    .action(run);
}

async function run(files: string[], flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(evalSchema, [fromFlags(flags)]);
  if (options.quiet) beQuiet();
  const { path, patterns } = await separateModel('eval', files);
  const checkpoint = await readModel(path);
  const { vocabulary } = checkpoint;
  const { ids, known, skipped, remark } = await readPart(checkpoint, patterns, options);
  if (options.perChar) refuseTooLong(ids.length);
  const kernels = createKernels(options.backend);
  const models = await loadModels(checkpoint, options.with, kernels);
  const coldEvery = options.coldEvery ?? coldEveryOf(checkpoint.config);
  const measured = { ...options, coldEvery };
  const places = options.answersAfter && answersIn(ids, vocabulary, options.answersAfter);
  // first, since dynamic evaluation changes the models
  const answers = places ? await finish(scoring(models, ids, places, kernels, coldEvery)) : undefined;
  const before =
    options.dynamic > 0 ? await measure(models, ids, kernels, { ...measured, dynamic: 0 }) : undefined;
  const { nats, characters, bits } = await measure(models, ids, kernels, measured);
  const levels = known ? baselines(known, ids, vocabulary.size) : onlineBaselines(ids, vocabulary.size);
  const bpc = bitsPerCharacter({ nats, characters });
  const perplexity = Math.exp(nats / characters);
  if (!Number.isFinite(perplexity)) throw overflow(path ?? 'the newest run', options.dynamic, perplexity);
  const staticBpc = before && bitsPerCharacter(before);
  const result = {
    characters,
    nats,
    bpc,
    perplexity,
    skipped,
    coldEvery,
    baselines: levels,
    ...(before && { staticBpc }),
    ...(answers && { answers }),
  };
  if (options.json) {
    const units = bits && Array.from(ids, (id) => vocabulary.nameOf(id));
    await print(`${toJson(bits ? { ...result, units, bits } : result)}\n`);
  } else {
    if (bits) await write(colorCharacters(charactersOf(vocabulary, ids), bits));
    await print(formatEvaluation(result, known !== undefined));
  }
  if (remark) sayNote(remark);
}

function overflow(path: string, dynamic: number, perplexity: number): RnnError {
  const [subject, remedy] =
    dynamic > 0
      ? [`--dynamic ${dynamic}`, 'try a lower rate']
      : [path, 'the numbers of this model overflow: train anew with a lower --learning-rate'];
  return new RnnError('diverged', `${subject}: expected a finite perplexity, got ${perplexity}; ${remedy}`);
}

function refuseTooLong(length: number): void {
  if (length <= MAX_CHARACTERS) return;
  throw new RnnError(
    'usage',
    `--per-char: expected at most ${MAX_CHARACTERS} characters to show, got ${length}; take a part of the text`,
  );
}

/** The surprise of a character of a byte model is that of all its bytes. */
function colorCharacters({ characters, lengths }: Characters, bits: readonly (number | null)[]): string {
  let at = 0;
  const sums = lengths.map((length) => {
    const own = bits.slice(at, at + length);
    at += length;
    return own.includes(null) ? null : own.reduce<number>((sum, value) => sum + value!, 0);
  });
  return colorBySurprise(characters, sums, chalk);
}

/** All at once over threads; where single characters count, one after another. */
async function measure(
  models: readonly Weights[],
  ids: Ids,
  kernels: Kernels,
  {
    perChar,
    dynamic,
    threads,
    coldEvery,
  }: Pick<EvalOptions, 'perChar' | 'dynamic' | 'threads' | 'coldEvery'>,
): Promise<{ nats: number; characters: number; bits?: (number | null)[] }> {
  if (!perChar && dynamic === 0 && models.length === 1)
    return finish(evaluating(models[0]!, ids, kernels, threads, coldEvery));
  const bits: (number | null)[] = [null];
  let nats = 0;
  const read = (weights: Weights) => surprises(weights, ids, kernels, dynamic, coldEvery);
  for (const surprise of mixedSurprises(models.map(read))) {
    nats += surprise;
    if (perChar) bits.push(surprise / Math.LN2);
  }
  const result = { nats, characters: ids.length - 1 };
  return perChar ? { ...result, bits } : result;
}
