import { basename } from 'node:path';
import type { Command } from 'commander';
import { architectureOf, type Checkpoint, checkpointFiles, readCheckpoint } from '../checkpoint/index.ts';
import { fromFlags, listSchema, parseLayers } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { countParameters } from '../model/index.ts';
import { formatCheckpoints, type Listed } from '../report/index.ts';
import { systemReason } from '../system-reason.ts';
import { addFlags } from './options.ts';
import { print, say, toJson } from './output.ts';

export function configure(command: Command): void {
  addFlags(command, listSchema).action(run);
}

async function run(directory = 'checkpoints', flags: Record<string, unknown>): Promise<void> {
  const { json } = parseLayers(listSchema, [fromFlags(flags)]);
  const files = await checkpointFiles(directory).catch((cause: NodeJS.ErrnoException): never => {
    const hint = 'train a model with rnn train <corpus>, or name another directory';
    const got = cause.code === 'ENOENT' ? 'none' : systemReason(cause);
    throw new RnnError('usage', directory, { expected: 'a directory of checkpoints', got, hint, cause });
  });
  const checkpoints: Listed[] = [];
  const skipped: string[] = [];
  // one after the other, since a checkpoint may be as large as memory
  for (const { path, modified } of files) {
    try {
      checkpoints.push(summaryOf(basename(path), await readCheckpoint(path), modified));
    } catch (error) {
      if (!(error instanceof RnnError)) throw error;
      skipped.push(error.message);
    }
  }
  if (json) return print(`${toJson({ directory, checkpoints, skipped })}\n`);
  for (const reason of skipped) say(`skipped a damaged checkpoint: ${reason}`);
  if (checkpoints.length > 0) return print(formatCheckpoints(checkpoints));
  say(`no checkpoints in ${directory}; train a model with rnn train <corpus>`);
}

function summaryOf(file: string, checkpoint: Checkpoint, modified: Date): Listed {
  const architecture = architectureOf(checkpoint);
  const { cell, layers, hidden } = architecture;
  const { step, history } = checkpoint.state;
  const { trainBpc = null, validationBpc = null } = history.at(-1) ?? {};
  const parameters = countParameters(architecture);
  return {
    file,
    cell,
    layers,
    hidden,
    parameters,
    step,
    trainBpc,
    validationBpc,
    saved: modified.toISOString(),
  };
}
