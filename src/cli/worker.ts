import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fromFlags, parseLayers, workerSchema } from '../config/index.ts';
import { addFlags } from './options.ts';
import { closeRedis, connectRedis, PASSWORD, USERNAME } from './redis.ts';
import { QueueWorker } from './worker-run.ts';

export function configure(command: Command): void {
  addFlags(command, workerSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn worker redis://desk:6379\n  $ rnn worker rediss://queue.example:6380 --dir /mnt/project --jobs 4\n\n' +
        `A name and a password are taken from ${USERNAME} and\n${PASSWORD}. Ctrl-C hands back what runs: docs/sweeps.md.\n`,
    )
    .action(run);
}

async function run(address: string, flags: Record<string, unknown>): Promise<void> {
  const { dir, jobs: asked, threads: wanted } = parseLayers(workerSchema, [fromFlags(flags)]);
  const server = await connectRedis(address);
  const cores = availableParallelism();
  const jobs = asked ?? Math.max(1, Math.floor(cores / (wanted ?? 1)));
  // one alone finds out by itself how many are fastest
  const threads = wanted ?? (jobs === 1 ? undefined : Math.max(1, Math.floor(cores / jobs)));
  const worker = new QueueWorker(server, { dir: dir && resolve(dir), jobs, threads });
  const exitCode = await worker.run();
  closeRedis(server);
  process.exit(exitCode);
}
