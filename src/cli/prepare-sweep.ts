import path from 'node:path';
import type { SweepOptions } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { listTrials, loadSweep, type SweepDefinition, type Trial } from '../sweep/index.ts';
import { checkMemory } from './memory.ts';
import { type PlannedSweep, planSweep } from './plan-sweep.ts';
import { runName } from './run-name.ts';
import type { SweepIdentity } from './sweep-files.ts';
import { sayNote } from './text.ts';

/** A sweep whose trials are known and planned. */
export interface PreparedSweep {
  file: string;
  options: SweepOptions;
  definition: SweepDefinition;
  trials: readonly Trial[];
  plan: PlannedSweep;
  /** of each trial; 0 where it has not been planned */
  steps: readonly number[];
  directory: string;
  identity: SweepIdentity;
}

/** Reads the file of a sweep and plans its trials, or the one that is run alone. */
export async function prepare(file: string, options: SweepOptions): Promise<PreparedSweep> {
  const { trial } = options;
  const definition = await loadSweep(file);
  const trials = inFile(file, () => listTrials(definition));
  if (trial !== undefined && trial > trials.length) {
    const expected = `at most ${trials.length}, the trials of ${file}`;
    throw new RnnError('usage', `--trial ${trial}`, { expected });
  }
  const plan = await planSweep(definition, trial === undefined ? trials : [trials[trial - 1]!], file);
  checkMemory(plan.memoryBytes);
  plan.notes.forEach(sayNote);
  const title = runName(file, false, path);
  return {
    file,
    options,
    definition,
    trials,
    plan,
    steps: trials.map(({ configuration }) => plan.steps.get(configuration) ?? 0),
    directory: options.out ?? path.join('checkpoints', `${title}.sweep`),
    identity: { file, definition, title, name: plan.name },
  };
}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RnnError)) throw error;
    throw new RnnError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}
