import type { Command } from 'commander';
import { loadWeights, readCheckpoint } from '../checkpoint/index.ts';
import { evalSchema, fromFlags, parseLayers } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels } from '../kernels/index.ts';
import { grouped, table } from '../report/index.ts';
import { encodeText } from '../sample/index.ts';
import { bitsPerCharacter, evaluate } from '../train/index.ts';
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
  const { encoding, unknown, backend, threads, json } = parseLayers(evalSchema, [fromFlags(flags)]);
  const checkpoint = await readCheckpoint(path);
  const { unit } = checkpoint.config;
  const ids = encodeText(checkpoint.vocabulary, await readText(source, unit, encoding), unknown, source);
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
