import { flagName, type SweepOptions } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { count, formatSweep, tally } from '../report/index.ts';
import {
  bestTrial,
  isOver,
  resultOf,
  rungSteps,
  type SweepDefinition,
  type TrialRecord,
} from '../sweep/index.ts';
import { print, say, toJson } from './output.ts';
import type { SweepFiles } from './sweep-files.ts';
import type { Share } from './sweep-place.ts';

export function sayStart(
  records: readonly TrialRecord[],
  { seeds, rungs }: SweepDefinition,
  share: Share | { queue: string } | undefined,
  directory: string,
): void {
  const configurations = records.length / seeds.length;
  const over = records.filter(isOver).length;
  const seedText =
    seeds.length > 1 ? ` (${count(configurations, 'configuration')}, ${seeds.length} seeds each)` : '';
  say(`${count(records.length, 'trial')}${seedText}${share ? `, ${shareText(share)}` : ''}, in ${directory}`);
  if (rungs) {
    const steps = rungSteps(rungs, Math.max(...records.map(({ steps }) => steps)));
    say(`at steps ${steps.join(', ')} only the best 1/${rungs.reduction} go on`);
  }
  if (over > 0) say(over === records.length ? 'all are over already' : `${over} are over already`);
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
  { out, queue, json }: SweepOptions,
): Promise<void> {
  const best = bestTrial(records);
  const open = records.some(({ state }) => state === 'waiting' || state === 'unfinished');
  if (json) {
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
  if (open) say(`go on with: ${sweepCommand(file, { out, queue })}`);
  const failed = records.filter(({ state }) => state === 'failed');
  if (failed.length === records.length)
    throw new RnnError('usage', `no trial finished; trial 1: ${failed[0]!.error}`);
  say(`results: ${files.path('results.csv')}, report: ${files.path('report.html')}`);
  if (best) {
    const file = files.checkpoint(best).replace(/\.json$/, '.best.json');
    say(`the best is trial ${best.number}; go on with: rnn sample ${file}`);
  }
}

/** The command that goes on with a sweep. */
export const sweepCommand = (file: string, { out, queue }: Partial<SweepOptions>): string =>
  [
    `rnn sweep ${file}`,
    ...Object.entries({ out, queue }).map(([key, value]) => value && `${flagName(key)} ${value}`),
  ]
    .filter(Boolean)
    .join(' ');
