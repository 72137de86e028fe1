import type { TrialRecord } from './record.ts';
import type { SweepDefinition, Value } from './sweep-file.ts';
import { asArguments, trainFlags } from './trials.ts';

/** Result of a trial, as results.jsonl has it: nothing in it depends on when or how fast it ran. */
export interface TrialResult {
  trial: number;
  configuration: number;
  settings: Readonly<Record<string, Value>>;
  seed: number;
  state: TrialRecord['state'];
  step: number;
  /** the lowest loss in bits per character, and where it was measured */
  bpc: number | null;
  bestStep: number | null;
  error: string | null;
  /** the same by hand */
  command: string;
}

export const resultOf = (definition: SweepDefinition, trial: TrialRecord): TrialResult => ({
  trial: trial.number,
  configuration: trial.configuration,
  settings: trial.settings,
  seed: trial.seed,
  state: trial.state,
  step: trial.step,
  bpc: trial.best?.bpc ?? null,
  bestStep: trial.best?.step ?? null,
  error: trial.error,
  command: commandOf(definition, trial),
});

/** How to train a trial by hand. */
export const commandOf = (definition: SweepDefinition, trial: TrialRecord): string =>
  ['rnn', 'train', ...definition.corpus, ...asArguments(trainFlags(definition, trial))].map(quoted).join(' ');

/** An argument as a shell reads it. */
export const quoted = (argument: string): string =>
  /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;

export const resultsJsonl = (results: readonly TrialResult[]): string =>
  results.map((result) => `${JSON.stringify(result)}\n`).join('');

/** A table for spreadsheets (RFC 4180), one line a trial. */
export function resultsCsv(definition: SweepDefinition, results: readonly TrialResult[]): string {
  const keys = definition.varied.map(({ key }) => key);
  const head = ['trial', 'configuration', ...keys, 'seed', 'state', 'step', 'bestStep', 'bpc', 'error'];
  const rows = results.map((result) => [
    result.trial,
    result.configuration,
    ...keys.map((key) => result.settings[key]),
    result.seed,
    result.state,
    result.step,
    result.bestStep,
    result.bpc,
    result.error,
  ]);
  return [head, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: Value | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The trial of the lowest loss, the earliest of several. */
export function bestTrial(trials: readonly TrialRecord[]): TrialRecord | undefined {
  return trials
    .filter(({ best }) => best !== null)
    .reduce<TrialRecord | undefined>((a, b) => (a && a.best!.bpc <= b.best!.bpc ? a : b), undefined);
}

/** A configuration over its seeds. */
export interface ConfigurationResult {
  configuration: number;
  settings: Readonly<Record<string, Value>>;
  /** of trials that ended on their own */
  finished: number;
  /** all trials of it */
  trials: number;
  /** mean and standard deviation (n − 1) of the best losses of those that finished */
  mean: number | null;
  deviation: number | null;
}

/** Each configuration over its seeds, the lowest mean first; those with nothing finished come last. */
export function byConfiguration(trials: readonly TrialRecord[]): ConfigurationResult[] {
  const groups = new Map<number, TrialRecord[]>();
  for (const trial of trials)
    groups.set(trial.configuration, [...(groups.get(trial.configuration) ?? []), trial]);
  const results = [...groups].map(([configuration, own]) => {
    const values = own.flatMap(({ state, best }) => (state === 'finished' && best ? [best.bpc] : []));
    const { settings } = own[0]!;
    return { configuration, settings, finished: values.length, trials: own.length, ...spread(values) };
  });
  return results.sort(
    (a, b) => (a.mean ?? Infinity) - (b.mean ?? Infinity) || a.configuration - b.configuration,
  );
}

function spread(values: readonly number[]): { mean: number | null; deviation: number | null } {
  const n = values.length;
  if (n === 0) return { mean: null, deviation: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)) };
}
