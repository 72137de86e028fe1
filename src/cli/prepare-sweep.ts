import path from 'node:path';
import type { SweepOptions } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import {
  type Asked,
  listTrials,
  loadSweep,
  type SweepDefinition,
  type Trial,
  withSeeds,
} from '../sweep/index.ts';
import { checkMemory } from './memory.ts';
import { type PlannedSweep, planSweep } from './plan-sweep.ts';
import { runName } from './run-name.ts';
import { askedIn, isBegun, type SweepIdentity } from './sweep-files.ts';
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
  /** what a sampler was asked for, where there is one */
  asked: Asked[];
  identity: SweepIdentity;
}

/** Reads the file of a sweep and plans its trials, or the one that is run alone. */
export async function prepare(file: string, options: SweepOptions): Promise<PreparedSweep> {
  const { trial, sampler } = options;
  const definition = await loadSweep(file);
  const drawn = inFile(file, () => listTrials(definition));
  const title = runName(file, false, path);
  const directory = options.out ?? path.join('checkpoints', `${title}.sweep`);
  const asked = await askedBefore(file, directory, definition, sampler);
  const trials = asked
    ? withSeeds(
        asked.map(({ settings }) => settings),
        definition.seeds,
      )
    : drawn;
  if (trial !== undefined && trial > trials.length) {
    const expected = `at most ${trials.length}, the trials of ${file}`;
    throw new RnnError('usage', `--trial ${trial}`, { expected });
  }
  const plan = await planSweep(
    definition,
    trial === undefined ? (trials.length > 0 ? trials : drawn) : [trials[trial - 1]!],
    file,
  );
  checkMemory(plan.memoryBytes);
  plan.notes.forEach(sayNote);
  return {
    file,
    options,
    definition,
    trials,
    plan,
    steps: trials.map(({ configuration }) => plan.steps.get(configuration) ?? 0),
    directory,
    asked: asked ?? [],
    identity: { file, definition, title, name: plan.name },
  };
}

/** Configurations that the sampler was asked for; undefined where there is none. */
async function askedBefore(
  file: string,
  directory: string,
  { trials }: SweepDefinition,
  sampler: string | undefined,
): Promise<Asked[] | undefined> {
  const known = await askedIn(directory);
  if (sampler === undefined && known === undefined) return undefined;
  const hint = (name: (setting: string) => string) =>
    `${sampler === undefined ? 'add' : 'drop'} it, or name another directory with ${name('out')}`;
  if (isBegun(directory) && (sampler === undefined) !== (known === undefined)) {
    const how = known ? 'with' : 'without';
    throw new RnnError('usage', (name) => `${directory} was begun ${how} ${name('sampler')}`, { hint });
  }
  if (trials === undefined) {
    const expected = 'how many configurations to ask for';
    throw new RnnError('usage', `${file}: trials`, { expected, got: 'none' });
  }
  return known ?? [];
}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RnnError)) throw error;
    throw new RnnError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}
