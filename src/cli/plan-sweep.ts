import { readCheckpoint } from '../checkpoint/index.ts';
import { loadTraining } from '../config/index.ts';
import { Streams } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import type { SweepDefinition } from '../sweep/index.ts';
import { describeTrial, rungSteps, type Trial, trainFlags } from '../sweep/index.ts';
import {
  configFor,
  mostThreads,
  type Plan,
  planTraining,
  readStart,
  type Start,
  totalSteps,
} from '../train/index.ts';
import { nameOf } from './plan-run.ts';
import { readTexts, type Texts } from './training-texts.ts';

/** Facts of all trials before the first one starts. */
export interface PlannedSweep {
  /** what each run is called */
  name: string;
  /** of each configuration, by its number */
  steps: ReadonlyMap<number, number>;
  /** bytes that the largest trial needs */
  memoryBytes: number;
  /** as many as the work of the largest trial may be worth */
  threads: number;
  /** what has to be changed for the text, one sentence each */
  notes: string[];
}

/**
 * Plans every configuration as `rnn train` would, so that none fails later for its settings or its text.
 * @param file the sweep's, for messages
 */
export async function planSweep(
  definition: SweepDefinition,
  trials: readonly Trial[],
  file: string,
): Promise<PlannedSweep> {
  const { initFrom } = definition.options;
  const start = await readStart({ initFrom }, readCheckpoint);
  const texts = new Map<string, Texts>();
  const steps = new Map<number, number>();
  const [memoryBytes, threads, notes] = [new Set<number>(), new Set<number>(), new Set<string>()];
  for (const trial of trials) {
    if (steps.has(trial.configuration)) continue;
    const plan = await planTrial(definition, trial, start, texts).catch((error: unknown) => {
      throw error instanceof RnnError && error.code === 'config' ? named(error, trial, file) : error;
    });
    const { windows } = new Streams(plan.train, plan.config.batchSize, plan.config.seqLength);
    const total = totalSteps(plan.config, windows);
    checkRungs(definition, plan, total, `${file}: rungs.first`);
    steps.set(trial.configuration, total);
    memoryBytes.add(plan.memoryBytes);
    threads.add(mostThreads(plan));
    for (const note of plan.notes) notes.add(note);
  }
  const [read] = texts.values();
  return {
    name: await nameOf(definition.corpus[0]!, read!.sources[0]!),
    steps,
    memoryBytes: Math.max(...memoryBytes),
    threads: Math.max(...threads),
    notes: [...notes],
  };
}

/** Texts are read once for all trials that read them alike. */
async function planTrial(
  definition: SweepDefinition,
  trial: Trial,
  start: Start,
  texts: Map<string, Texts>,
): Promise<Plan> {
  const training = await loadTraining(trainFlags(definition, trial));
  const config = configFor(training, start);
  const { unit, encoding, invalid } = config;
  const reading = [unit, encoding, invalid].join();
  const read =
    texts.get(reading) ?? (await readTexts([...definition.corpus], training.run.validation, config, start));
  texts.set(reading, read);
  return planTraining(config, read.corpus, read.validation);
}

const named = (error: RnnError, trial: Trial, file: string): RnnError =>
  new RnnError(
    error.code,
    error
      .lines((name) => name)
      .map((line) => `${file}: ${line} (trial ${trial.number}: ${describeTrial(trial)})`),
    { cause: error },
  );

/** Trials are compared by what they measure at a rung, so they must measure there, and go on after it. */
function checkRungs({ rungs }: SweepDefinition, { config }: Plan, steps: number, place: string): void {
  if (rungs === undefined) return;
  const { first } = rungs;
  if (rungSteps(rungs, steps).length === 0) {
    throw new RnnError('config', `${place} ${first}`, {
      expected: `less than the ${steps} steps of the shortest trial`,
    });
  }
  if (first % config.evalEvery !== 0) {
    throw new RnnError('config', `${place} ${first}`, {
      expected: `a multiple of evalEvery, ${config.evalEvery}, since trials are compared by what they measure there`,
    });
  }
}
