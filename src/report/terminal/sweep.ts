import {
  bestTrial,
  byConfiguration,
  type ConfigurationResult,
  describeTrial,
  type TrialRecord,
} from '../../sweep/index.ts';
import { bpc, clock, count } from '../numbers.ts';
import { columns as tableColumns } from './table.ts';

/** A trial that runs now. */
export interface RunningTrial {
  trial: TrialRecord;
  step: number;
  bpc: number | null;
  /** who runs it, where there are several */
  worker?: string | undefined;
}

const [LEAST_BAR, MOST_BAR] = [6, 20];
/** Columns from which there is room for bars. */
const BAR_COLUMNS = 60;
/** Configurations that the closing table names. */
const MAX_ROWS = 10;

const ENDED = ['finished', 'stopped', 'failed'] as const;

/** How many trials have ended how: 5 of 12 trials ended (1 stopped early, 1 failed). */
export function tally(trials: readonly TrialRecord[]): string {
  const number = (wanted: TrialRecord['state']) => trials.filter(({ state }) => state === wanted).length;
  const ended = ENDED.reduce((sum, state) => sum + number(state), 0);
  const others = [
    [number('stopped'), 'stopped early'],
    [number('failed'), 'failed'],
  ].flatMap(([n, how]) => (n === 0 ? [] : [`${n} ${how}`]));
  const how = others.length > 0 ? ` (${others.join(', ')})` : '';
  return `${ended} of ${count(trials.length, 'trial')} ended${how}`;
}

/** The best so far in a few words. */
const bestLine = (best: TrialRecord): string =>
  `${bpc(best.best!.bpc)} bpc, trial ${best.number}: ${describeTrial(best)}`;

/**
 * The live picture of a sweep: how far it is, the best so far, and a line for each trial that runs, none longer than the
 * terminal is wide and no more of them than it is high.
 * @param now what is left to be done, in seconds, is unknown at first; workers are where there is a queue
 */
export function sweepView(
  trials: readonly TrialRecord[],
  running: readonly RunningTrial[],
  now: { seconds: number; left: number | undefined; workers?: number | undefined },
  size: { columns: number; rows: number },
): string[] {
  const best = bestTrial(trials);
  const left = now.left === undefined ? '' : `  ETA ${clock(now.left)}`;
  const workers = now.workers === undefined ? '' : `  ${count(now.workers, 'worker')}`;
  const head = `${tally(trials)}  elapsed ${clock(now.seconds)}${left}${workers}`;
  const room = Math.max(1, size.rows - 3);
  const lines = [
    head,
    ...(best ? [`best ${bestLine(best)}`] : []),
    ...running.slice(0, room).map((one) => runningLine(one, size.columns)),
  ];
  return lines.map((line) => cut(line, size.columns));
}

function runningLine({ trial, step, bpc: loss, worker }: RunningTrial, width: number): string {
  const cells =
    width < BAR_COLUMNS ? 0 : Math.min(MOST_BAR, LEAST_BAR + Math.floor((width - BAR_COLUMNS) / 3));
  const full = trial.steps > 0 ? Math.floor((cells * step) / trial.steps) : 0;
  const bar = cells === 0 ? '' : `${'█'.repeat(full)}${'░'.repeat(cells - full)}  `;
  const steps = `${String(step).padStart(String(trial.steps).length)}/${trial.steps}`;
  const where = worker === undefined ? '' : `${worker}: `;
  return `${String(trial.number).padStart(4)}  ${bar}${steps}  ${bpc(loss)}  ${where}${describeTrial(trial)}`;
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** A line for a trial that has ended. */
export function trialLine(trial: TrialRecord, trials: readonly TrialRecord[], worker?: string): string {
  const { number, state, step, error, best } = trial;
  const what = {
    finished: 'finished',
    stopped: `stopped at step ${step}`,
    failed: `failed: ${error}`,
    waiting: 'did not begin',
    unfinished: `saved at step ${step}`,
  }[state];
  const loss = best === null ? '' : `  ${bpc(best.bpc)} bpc at step ${best.step}`;
  const mark = bestTrial(trials) === trial ? ', the best so far' : '';
  return `trial ${number}/${trials.length}  ${what}${loss}${mark}  (${describeTrial(trial)})${worker === undefined ? '' : `  ${worker}`}`;
}

/** The best configurations, each over its seeds. */
export function formatSweep(trials: readonly TrialRecord[]): string {
  const ranked = byConfiguration(trials).filter(({ mean }) => mean !== null);
  if (ranked.length === 0) return '';
  const keys = Object.keys(trials[0]!.settings);
  const head = ['configuration', ...keys, 'bpc', ...(ranked.some(hasSpread) ? ['seeds'] : [])];
  const rows = ranked
    .slice(0, MAX_ROWS)
    .map((result) => [
      String(result.configuration),
      ...keys.map((key) => String(result.settings[key])),
      meanText(result),
      ...(ranked.some(hasSpread) ? [`${result.finished} of ${result.trials}`] : []),
    ]);
  const more = ranked.length > MAX_ROWS ? `  … and ${ranked.length - MAX_ROWS} more, see the report\n` : '';
  return tableColumns(head, rows) + more;
}

const hasSpread = ({ trials }: ConfigurationResult): boolean => trials > 1;

/** Mean ± standard deviation of the lowest losses. */
export const meanText = ({ mean, deviation }: ConfigurationResult): string =>
  deviation === null ? bpc(mean) : `${bpc(mean)} ± ${deviation.toFixed(3)}`;
