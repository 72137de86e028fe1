import { z } from 'zod';
import { RnnError } from '../errors.ts';
import { jsonOf, type Progress, progress, progressOf, type TrialRecord } from './record.ts';
import { commandOf } from './results.ts';
import type { SweepDefinition } from './sweep-file.ts';

/*
 * How far a trial has come that has a process of its own, on whatever machine: the file trial.json beside its checkpoints,
 * from which the sweep and the other trials know.
 */

const noteSchema = z.strictObject({
  format: z.literal('rnn-trial'),
  version: z.literal(1),
  /** which run it is */
  command: z.string(),
  progress,
});

export function writeNote(definition: SweepDefinition, trial: TrialRecord): string {
  const [command, known] = [commandOf(definition, trial), progressOf(trial)];
  return `${JSON.stringify({ format: 'rnn-trial', version: 1, command, progress: known })}\n`;
}

/**
 * @param file the sweep's; @param path the note's; both for messages
 * @throws RnnError when it is no note, or one of another run
 */
export function readNote(
  text: string,
  definition: SweepDefinition,
  trial: TrialRecord,
  { file, path }: { file: string; path: string },
): Progress {
  const { data } = noteSchema.safeParse(jsonOf(text));
  if (data?.command === commandOf(definition, trial)) return data.progress;
  const what = data
    ? `${file} has changed since ${path} was written (it was: ${data.command})`
    : `${path}: expected what a trial has noted, got something else`;
  throw new RnnError('usage', what, { hint: (name) => `name another directory with ${name('out')}` });
}

/**
 * What is known of a trial, by the record and by its own note, which is as new: the sweep removes it when it runs the trial.
 * @param noted where there is a note; @param retry what is on record as failed is tried again
 */
export function adopt(trial: TrialRecord, noted: Progress | undefined, retry: boolean): void {
  if (trial.state === 'finished') return;
  const hasFailed = trial.state === 'failed';
  if (hasFailed && retry) Object.assign(trial, { state: 'waiting', error: null });
  if (noted && !(hasFailed && noted.state === 'failed')) Object.assign(trial, noted);
}
