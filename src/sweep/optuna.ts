import type { TrialRecord } from './record.ts';
import type { SweepDefinition, Value, Varied } from './sweep-file.ts';

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

/** As Python writes it in UTC. */
const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '+00:00');
