import chalk from 'chalk';
import type { Command } from 'commander';
import { readCheckpoint } from '../checkpoint/index.ts';
import { fromFlags, inspectSchema, parseLayers } from '../config/index.ts';
import { inspectGradients } from '../inspect/index.ts';
import { formatInspection } from '../report/index.ts';
import { encodeText } from '../sample/index.ts';
import { addFlags } from './options.ts';
import { print, survivePipes, toJson, write } from './output.ts';
import { readText } from './text.ts';

export function configure(command: Command): void {
  addFlags(command, inspectSchema)
    .addHelpText('after', '\nExample:\n  $ rnn inspect-gradients checkpoints/tiny.json\n')
    .action(run);
}

async function run(path: string, flags: Record<string, unknown>): Promise<void> {
  survivePipes(() => process.exit(0));
  const { text, json, lags, failOn, ...options } = parseLayers(inspectSchema, [fromFlags(flags)]);
  const checkpoint = await readCheckpoint(path);
  const { vocabulary, config, excerpt } = checkpoint;
  const ids =
    text === undefined
      ? excerpt
      : encodeText(vocabulary, (await readText(text, config.unit, 'utf-8')).text, 'error', text);
  const source = text ?? "the checkpoint's excerpt of its corpus";
  const inspection = inspectGradients(
    checkpoint,
    ids,
    source,
    lags === undefined ? options : { ...options, lags },
  );
  if ((failOn as string[]).includes(inspection.verdict.kind)) process.exitCode = 1;
  if (json) return print(`${toJson(inspection)}\n`);
  const width = Math.min(process.stdout.columns || 80, 120);
  // colours are escape sequences of our own, so this text goes out as it is
  await write(formatInspection(inspection, { width, ascii: process.env.TERM === 'dumb', color: chalk }));
}
