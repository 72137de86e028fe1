import type { RunRecord } from '../../protocol.ts';

/** A setting that is not the same in all runs. */
export interface Difference {
  setting: string;
  /** of each run, in their order */
  values: string[];
}

/** @param none what stands for a setting that a run has no value of */
export function differences(runs: readonly RunRecord[], none: string): Difference[] {
  const names = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  return names
    .map((setting) => ({ setting, values: runs.map(({ settings }) => written(settings[setting], none)) }))
    .filter(({ values }) => new Set(values).size > 1);
}

const written = (value: unknown, none: string): string => {
  if (value === undefined || value === null) return none;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
