import type { Baselines } from '../../corpus/index.ts';
import type { DoneReason } from '../../train/index.ts';
import { bpc, clock, count, grouped } from '../numbers.ts';
import { nameLevels } from './baselines.ts';
import type { LossRow } from './loss-chart.ts';
import { table } from './table.ts';

/** A run as it ended. */
export interface Ending {
  reason: DoneReason;
  /** made, and of how many */
  step: number;
  steps: number;
  epoch: number;
  /** of this session */
  seconds: number;
  /** evaluations, the closing one last */
  rows: readonly LossRow[];
  best: { step: number; bpc: number } | undefined;
  baselines: Baselines;
  cell: string;
}

/** A rise of the loss that is more than the noise of an evaluation, in bits per character. */
const RISE = 0.005;

/** Whether a model has learned anything: it predicts better than a uniform guess. */
export const hasLearned = ({ best, baselines }: Pick<Ending, 'best' | 'baselines'>): boolean =>
  best === undefined || best.bpc < baselines.uniform;

/** Why a run ended, how good its best state is beside counting, and whether it went on too long. */
export function formatClosing(ending: Ending, width?: number): string {
  const { best, baselines } = ending;
  const rows: [string, string][] = [['ended', whyEnded(ending)]];
  if (best) {
    rows.push([
      'best',
      `step ${grouped(best.step)}: ${bpc(best.bpc)} bits per character${ofWhat(baselines)}`,
    ]);
    if (baselines.held || !hasLearned(ending)) rows.push(['compared', judge(ending, best.bpc)]);
    const turn = sayTurn(ending, best);
    if (turn) rows.push(['turned', turn]);
  }
  return table(rows, width);
}

const ofWhat = ({ held }: Baselines): string =>
  held ? ' on the validation text' : ' on the training text itself';

function whyEnded({ reason, step, steps, epoch, seconds, best }: Ending): string {
  const time = `in ${clock(seconds)}`;
  if (reason === 'finished')
    return `all ${grouped(steps)} steps were made (${epoch === 0 ? 'less than an epoch' : count(epoch, 'epoch')}), ${time}`;
  const made = `step ${grouped(step)} of ${grouped(steps)}`;
  if (reason === 'stopped') return `stopped at ${made}, ${time}`;
  return `stopped early at ${made}, ${time}: no evaluation since step ${grouped(best?.step ?? 0)} was better (--patience)`;
}

/** Verdict on the best loss beside the baselines shown above the run. */
function judge({ baselines, cell, ...ending }: Ending, loss: number): string {
  const levels = nameLevels(baselines);
  const shown = levels.map(({ name, bpc }) => `${name} ${bpc.toFixed(2)}`);
  if (!hasLearned({ ...ending, baselines })) {
    const worse = `worse than ${shown[0]}, where all characters are equally likely`;
    return (ending.rows.at(-1)?.trainBpc ?? Infinity) < baselines.uniform
      ? `${worse}: what was learned of the training text does not hold for the validation text`
      : `${worse}: nothing was learned; try a lower --learning-rate, or look for one with --find-lr`;
  }
  const beaten = levels.filter(({ bpc }) => loss < bpc).length;
  if (beaten === levels.length) return `better than ${listed(shown)}`;
  const gate = cell === 'rnn' ? '; --cell gru or lstm may reach further' : '';
  return `better than ${listed(shown.slice(0, beaten))}, but worse than ${listed(shown.slice(beaten))}${gate}`;
}

const listed = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('');

/** Rise of the loss since the best evaluation: overfitting, where the training loss went on falling, else instability. */
function sayTurn({ rows, baselines }: Ending, best: { step: number; bpc: number }): string | undefined {
  const last = rows.at(-1);
  const then = rows.find(({ step }) => step === best.step);
  if (!baselines.held || !last || !then || last.validationBpc === null) return undefined;
  if (last.validationBpc < best.bpc + RISE) return undefined;
  const rose = `at step ${grouped(best.step)}: since then validation rose from ${bpc(best.bpc)} to ${bpc(last.validationBpc)}`;
  return last.trainBpc < then.trainBpc
    ? `${rose} while training fell: the model overfits, it learns the training text by heart`
    : `${rose}, and training with it: a lower --learning-rate may help`;
}
