import { bpc, type Ending, formatClosing, hasLearned, lossChart } from '../report/index.ts';
import type { TrainEvent, Trainer } from '../train/index.ts';
import { chartOptions, say } from './output.ts';
import type { RunFiles } from './run-files.ts';

type Done = Extract<TrainEvent, { event: 'done' }>;
/** Facts of a run beside its last event. */
type Run = Pick<Trainer, 'steps' | 'history'> & Pick<Ending, 'seconds' | 'cell' | 'best' | 'baselines'>;

/** Says how a run has ended, where it is saved, and how to go on; a run that was stopped is not judged yet. */
export function sayEnd(done: Done, run: Run, files: Pick<RunFiles, 'last' | 'best'>): void {
  const { reason, step, trainBpc, validationBpc } = done;
  const { last, best } = files;
  const validation = validationBpc === null ? '' : `, validation ${bpc(validationBpc)}`;
  const saved = `saved ${last} at step ${step} (train ${bpc(trainBpc)}${validation} bpc)`;
  if (reason === 'stopped') {
    say(`${saved}; to go on, repeat the command with --resume ${last}`);
    return;
  }
  const ending: Ending = { ...run, ...done, rows: rowsOf(done, run) };
  const chart = lossChart(ending.rows, chartOptions(process.stderr));
  process.stderr.write(chart + formatClosing(ending, process.stderr.columns || undefined));
  const isBest = run.best === undefined || run.best.step === step;
  const next = isBest
    ? `; go on with: rnn sample ${last}`
    : `, its best state as ${best}; go on with: rnn sample ${best}`;
  say(hasLearned(ending) ? saved + next : saved);
}

/** The evaluations of a run, with the closing one. */
function rowsOf({ step, trainBpc, validationBpc }: Done, { history }: Run): Ending['rows'] {
  if (history.at(-1)?.step === step || trainBpc === null) return history;
  return [...history, { step, trainBpc, validationBpc }];
}
