import { catchUp, isOver, rungsOf, type SweepDefinition, type TrialRecord } from '../sweep/index.ts';
import type { SweepFiles } from './sweep-files.ts';

/** Brings a trial that is not over up to what its checkpoints say: who was killed has not noted everything. */
export async function recover(
  trial: TrialRecord,
  records: readonly TrialRecord[],
  files: SweepFiles,
  definition: SweepDefinition,
): Promise<void> {
  if (isOver(trial) || trial.state === 'failed') return;
  const measured = await files.measured(trial);
  trial.state = 'waiting';
  if (measured) catchUp(records, trial, measured, rungsOf(definition, trial));
}
