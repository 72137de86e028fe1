import type { Command } from 'commander';
import { type Checkpoint, loadWeights, readCheckpoint } from '../checkpoint/index.ts';
import { evalSchema, fromFlags, parseLayers } from '../config/index.ts';
import type { Ids } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels } from '../kernels/index.ts';
import { grouped, table } from '../report/index.ts';
import { encodeText } from '../sample/index.ts';
import { bitsPerCharacter, evaluate, splitCorpus } from '../train/index.ts';
import { addFlags } from './options.ts';
import { print, survivePipes, toJson } from './output.ts';
import { readText } from './text.ts';

export function configure(command: Command): void {
  addFlags(command, evalSchema)
    .addHelpText('after', '\nExample:\n  $ rnn eval checkpoints/tiny.json corpora/tiny.txt\n')
    .action(run);
}

async function run(path: string, source: string, flags: Record<string, unknown>): Promise<void> {
  survivePipes(() => process.exit(0));
  const { part, encoding, unknown, backend, threads, json } = parseLayers(evalSchema, [fromFlags(flags)]);
  const checkpoint = await readCheckpoint(path);
  const { unit } = checkpoint.config;
  const text = await readText(source, unit, encoding);
  const all = encodeText(checkpoint.vocabulary, text.text, unknown, source);
  const ids = part === 'all' ? all : partOf(checkpoint, all, text.sha256, source, part);
  if (ids.length < 2) {
    throw new RnnError(
      'corpus',
      `${source}: expected at least 2 known characters to measure, got ${ids.length}`,
    );
  }
  const kernels = createKernels(backend);
  const evaluation = evaluate(loadWeights(checkpoint, kernels), ids, kernels, threads);
  const { nats, characters } = evaluation;
  const bpc = bitsPerCharacter(evaluation);
  const perplexity = Math.exp(nats / characters);
  if (json) return print(`${toJson({ characters, nats, bpc, perplexity })}\n`);
  await print(
    table([
      ['characters', grouped(characters)],
      ['bits per character', bpc.toFixed(4)],
      ['perplexity', `${perplexity.toFixed(3)} (as unsure as among that many equally likely characters)`],
      ['uniform guessing', `${Math.log2(checkpoint.vocabulary.size).toFixed(4)} bits per character`],
    ]),
  );
}

/** One part of the checkpoint's own corpus, split as for training. */
function partOf(
  { config, corpus }: Checkpoint,
  ids: Int32Array,
  sha256: string,
  source: string,
  part: 'train' | 'validation' | 'test',
): Ids {
  if (sha256 !== corpus.sha256) {
    throw new RnnError(
      'corpus',
      `--part ${part}: ${source} is not the one text this model was trained on (sha256 ${sha256.slice(0, 12)}…, ` +
        `expected ${corpus.sha256.slice(0, 12)}…); name that text, or drop --part`,
    );
  }
  return splitCorpus(config, { ids: Uint32Array.from(ids) })[part];
}
