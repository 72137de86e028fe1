import { z } from 'zod';
import { jsonOf, type TrialRecord } from './record.ts';
import { byConfiguration } from './results.ts';
import type { SweepDefinition, Value, Varied } from './sweep-file.ts';
import { rounded } from './trials.ts';

/*
 * A sweep as a journal that Optuna 5 reads (optuna.storages.journal.JournalFileBackend): one operation a line, applied in
 * order; studies and trials are numbered from 0.
 */

const CREATE_STUDY = 0;
const CREATE_TRIAL = 4;
const SET_PARAMETER = 5;
const SET_STATE = 6;
const SET_INTERMEDIATE = 7;
const SET_ATTRIBUTE = 8;

const MINIMIZE = 1;
/** Optuna's numbers of the states in which a trial is over. */
const STATES: Partial<Record<TrialRecord['state'], number>> = { finished: 1, stopped: 2, failed: 3 };

/** @param name of the study; trials that have not begun are left out */
export function optunaJournal(
  name: string,
  { varied }: SweepDefinition,
  trials: readonly TrialRecord[],
): string {
  const begun = trials.filter(({ started }) => started !== null);
  const operations = [
    { op_code: CREATE_STUDY, study_name: name, directions: [MINIMIZE] },
    ...begun.flatMap((trial, id) => trialOperations(varied, trial, id)),
  ];
  return operations
    .map(({ op_code, ...rest }) => `${JSON.stringify({ op_code, worker_id: 'rnn-sweep', ...rest })}\n`)
    .join('');
}

function trialOperations(varied: readonly Varied[], trial: TrialRecord, id: number) {
  const { settings, curve, number, configuration, seed, error } = trial;
  const attributes = Object.entries({ trial: number, configuration, seed, ...(error && { error }) });
  const state = STATES[trial.state];
  const value = trial.state === 'failed' ? null : (trial.best?.bpc ?? null);
  return [
    { op_code: CREATE_TRIAL, study_id: 0, datetime_start: timeOf(trial.started!) },
    ...varied.map((one) => ({
      op_code: SET_PARAMETER,
      trial_id: id,
      param_name: one.key,
      param_value_internal: internalValue(one, settings[one.key]!),
      distribution: JSON.stringify(distributionOf(one)),
    })),
    ...curve.map(([step, bpc]) => ({
      op_code: SET_INTERMEDIATE,
      trial_id: id,
      step,
      intermediate_value: bpc,
    })),
    ...attributes.map(([key, attribute]) => ({
      op_code: SET_ATTRIBUTE,
      trial_id: id,
      user_attr: { [key]: attribute },
    })),
    ...(state === undefined
      ? []
      : [
          {
            op_code: SET_STATE,
            trial_id: id,
            state,
            values: value === null ? null : [value],
            datetime_complete: timeOf(trial.ended ?? trial.started!),
          },
        ]),
  ];
}

/** Of a list its place, of a range the number itself. */
const internalValue = (one: Varied, value: Value): number =>
  'values' in one ? one.values.indexOf(value) : Number(value);

function distributionOf(one: Varied) {
  if ('values' in one) return { name: 'CategoricalDistribution', attributes: { choices: one.values } };
  const { min: low, max: high, log, integer } = one;
  return integer
    ? { name: 'IntDistribution', attributes: { log, step: 1, low, high } }
    : { name: 'FloatDistribution', attributes: { step: null, low, high, log } };
}

/** What `optuna ask` is told of the settings to choose. */
export const searchSpace = (varied: readonly Varied[]): string =>
  JSON.stringify(Object.fromEntries(varied.map((one) => [one.key, distributionOf(one)])));

const answer = z.looseObject({
  number: z.number(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** What `optuna ask` answers: the number of its trial, and the settings; undefined where that is none. */
export function readAnswer(
  text: string,
  varied: readonly Varied[],
): { number: number; settings: Record<string, Value> } | undefined {
  const { data } = answer.safeParse(jsonOf(text));
  const values = varied.map((one): [string, Value | undefined] => {
    const value = data?.params[one.key];
    return [one.key, 'values' in one || value === undefined ? value : rounded(one, Number(value))];
  });
  if (!data || values.some(([, value]) => value === undefined)) return undefined;
  return { number: data.number, settings: Object.fromEntries(values) as Record<string, Value> };
}

/**
 * What is known of a configuration, for `optuna tell`: its mean over the seeds once they have all finished. One that was
 * stopped early or failed counts as worse than all of those, which Optuna calls pruned; undefined while it runs.
 */
export function valueToTell(trials: readonly TrialRecord[]): number | 'pruned' | undefined {
  if (trials.some(({ state }) => state === 'waiting' || state === 'unfinished')) return undefined;
  const [result] = byConfiguration(trials);
  return result && result.mean !== null && result.finished === trials.length ? result.mean : 'pruned';
}

/** As Python writes it in UTC. */
const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '+00:00');
