import { z } from 'zod';
import { fileName, flag, integer, text } from './fields.ts';

/** Options of `rnn sweep` for processes and files; the trials stand in the sweep's file. */
export const sweepSchema = z.strictObject({
  out: fileName('a directory', 'directory')
    .optional()
    .describe('directory of the sweep (default: checkpoints/NAME.sweep, where NAME is that of the file)'),
  jobs: integer(1, 256)
    .optional()
    .describe('trials that run at the same time (default: as many as there are cores for their threads)'),
  threads: integer(1, 256)
    .optional()
    .describe('threads of each trial (default: as many as are worth it, within its part of the cores)'),
  sampler: text('the command of Optuna, such as "optuna --sampler TPESampler"')
    .meta({ placeholder: 'command' })
    .optional()
    .describe(
      'ask Optuna for each configuration, by its command line, with options of optuna ask (default: drawn at random)',
    ),
  queue: text('an address such as redis://host:6379')
    .meta({ placeholder: 'address' })
    .optional()
    .describe('queue the trials at a Redis server for rnn worker, which may run on many machines'),
  slurm: flag()
    .default(false)
    .describe('start nothing: write a script for sbatch that runs what is not over, and the results so far'),
  trial: integer(1, 10_000)
    .optional()
    .describe(
      'run this trial alone, while others run elsewhere; the same command without it has the results',
    ),
  json: flag().default(false).describe('print events as JSON Lines'),
});

/** Options of `rnn worker`. */
export const workerSchema = z.strictObject({
  dir: fileName('a directory', 'directory')
    .optional()
    .describe(
      'directory of this machine in which names of files begin (default: the one in which the sweep was started, which has the same name here)',
    ),
  jobs: integer(1, 256)
    .optional()
    .describe('trials that run at the same time (default: as many as there are cores for their threads)'),
  threads: integer(1, 256).optional().describe('threads of each trial (default: its part of the cores)'),
});

export type SweepOptions = Readonly<z.output<typeof sweepSchema>>;
