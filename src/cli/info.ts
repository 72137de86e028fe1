import type { Command } from 'commander';
import { readCheckpoint } from '../checkpoint/index.ts';
import { fromFlags, infoSchema, parseLayers } from '../config/index.ts';
import { describeCheckpoint, formatCheckpoint, table } from '../report/index.ts';
import { describeMachine, formatMachine } from './machine.ts';
import { addFlags } from './options.ts';
import { chartOptions, print, toJson } from './output.ts';

export function configure(command: Command): void {
  addFlags(command, infoSchema).action(run);
}

async function run(path: string, flags: Record<string, unknown>): Promise<void> {
  const { json } = parseLayers(infoSchema, [fromFlags(flags)]);
  const checkpoint = await readCheckpoint(path);
  await print(
    json
      ? `${toJson({ ...describeCheckpoint(checkpoint), machine: describeMachine() })}\n`
      : `${formatCheckpoint(checkpoint, chartOptions(process.stdout))}\n${table([['this machine', formatMachine()]])}`,
  );
}
