import { flagName, type SweepOptions } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { count, formatSweep, tally } from '../report/index.ts';
import {
  bestTrial,
  isOver,
  quoted,
  resultOf,
  rungSteps,
  type SweepDefinition,
  type TrialRecord,
} from '../sweep/index.ts';
import { print, say, toJson } from './output.ts';
import type { PreparedSweep } from './prepare-sweep.ts';
import type { SweepFiles } from './sweep-files.ts';
import type { Share } from './sweep-place.ts';

export function sayStart(
  { definition, options, plan, directory }: PreparedSweep,
  records: readonly TrialRecord[],
  share: Share | { queue: string } | undefined,
): void {
  const { seeds, rungs, trials } = definition;
  const configurations = options.sampler === undefined ? records.length / seeds.length : trials!;
  const total = configurations * seeds.length;
  const over = records.filter(isOver).length;
  const seedText =
    seeds.length > 1 ? ` (${count(configurations, 'configuration')}, ${seeds.length} seeds each)` : '';
  say(`${count(total, 'trial')}${seedText}${share ? `, ${shareText(share)}` : ''}, in ${directory}`);
  if (rungs) {
    const steps = rungSteps(rungs, Math.max(...plan.steps.values()));
    say(`at steps ${steps.join(', ')} only the best 1/${rungs.reduction} go on`);
  }
  if (over > 0) say(over === total ? 'all are over already' : `${over} are over already`);
}

function shareText(share: Share | { queue: string }): string {
  if ('queue' in share) return `for the workers of ${share.queue}`;
  const { jobs, threads } = share;
  return `${jobs} at once${threads === undefined ? '' : ` with ${count(threads, 'thread')} each`}`;
}

export async function sayEnd(
  records: readonly TrialRecord[],
  files: SweepFiles,
  definition: SweepDefinition,
  file: string,
  options: SweepOptions,
): Promise<void> {
  const best = bestTrial(records);
  const isOpen =
    records.some(({ state }) => state === 'waiting' || state === 'unfinished') ||
    (options.sampler !== undefined && records.length < definition.trials! * definition.seeds.length);
  if (options.json) {
    const states = Object.fromEntries(
      ['finished', 'stopped', 'failed', 'unfinished', 'waiting'].map((wanted) => [
        wanted,
        records.filter(({ state }) => state === wanted).length,
      ]),
    );
    await print(
      `${toJson({ event: 'done', ...states, best: best ? resultOf(definition, best) : null, report: files.path('report.html') })}\n`,
    );
  }
  process.stderr.write(formatSweep(records));
  say(tally(records));
  if (isOpen) say(`go on with: ${sweepCommand(file, options)}`);
  const failed = records.filter(({ state }) => state === 'failed');
  if (records.length > 0 && failed.length === records.length)
    throw new RnnError('usage', `no trial finished; trial 1: ${failed[0]!.error}`);
  say(`results: ${files.path('results.csv')}, report: ${files.path('report.html')}`);
  if (best) {
    const file = files.checkpoint(best).replace(/\.json$/, '.best.json');
    say(`the best is trial ${best.number}; go on with: rnn sample ${file}`);
  }
}

/** The command that goes on with a sweep. */
export const sweepCommand = (file: string, { out, queue, sampler }: Partial<SweepOptions>): string => {
  const flags = Object.entries({ out, queue, sampler }).filter(([, value]) => value !== undefined);
  return ['rnn', 'sweep', file, ...flags.flatMap(([key, value]) => [flagName(key), value!])]
    .map(quoted)
    .join(' ');
};
