import { gzipSync } from 'node:zlib';
import { type Checkpoint, serialize } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { baselines } from '../../src/corpus/index.ts';
import { drain } from '../../src/drain.ts';
import { createKernels, prepareKernels } from '../../src/kernels/index.ts';
import { findingCopies } from '../../src/live/copied.ts';
import { stepNameOf } from '../../src/live/names.ts';
import type { Embedded, RunRecord, Snapshot } from '../../src/live/protocol.ts';
import { planTraining, Trainer } from '../../src/train/index.ts';
import { configOf, readString } from './models.ts';

/** A run as the live page is told of it, with the checkpoints that it can load. */
export interface Recorded {
  run: RunRecord;
  models: Embedded['models'];
}

/**
 * Trains and keeps what a live page shows.
 * @param keepEvery steps between snapshots
 */
export async function recordRun(
  id: string,
  text: string,
  settings: PartialConfig,
  keepEvery: number,
): Promise<Recorded> {
  const corpus = await readString(text, {});
  const plan = planTraining(configOf(settings), corpus);
  await prepareKernels();
  const trainer = new Trainer(
    plan,
    createKernels('auto', () => plan.memoryBytes),
    undefined,
    1,
  );
  const V = corpus.vocabulary.size;
  const levels = baselines(plan.train, plan.validation, V);
  const run: RunRecord = {
    ...emptyRecord(id, trainer.steps),
    settings: { ...plan.config },
    parameters: plan.parameters,
    stepsPerEpoch: plan.streams.windows,
    charactersPerStep: plan.config.batchSize * plan.config.seqLength,
    levels: (['uniform', 'unigram', 'bigram', 'fivegram'] as const).map((name) => ({
      name,
      bpc: levels[name],
    })),
    seconds: 75,
    charactersPerSecond: 43_210,
    status: { kind: 'finished', message: null },
  };
  const models: Embedded['models'] = {};
  const keep = (snapshot: Snapshot, checkpoint: Checkpoint) => {
    const { kind } = snapshot;
    run.snapshots = [...run.snapshots.filter((other) => kind === 'kept' || other.kind !== kind), snapshot];
    models[`${id}/${stepNameOf(snapshot)}`] = packed(serialize(checkpoint));
  };
  for (const event of trainer.run()) {
    if (event.event === 'step') {
      run.step = event.step;
      run.columns.step.push(event.step);
      run.columns.bpc.push(event.bpc);
      run.columns.learningRate.push(trainer.learningRate);
      run.columns.gradientNorm.push(event.gradientNorm);
      run.columns.clipRate.push(event.clipped ? 1 : 0);
      if (event.step % keepEvery === 0) keep({ step: event.step, kind: 'kept' }, trainer.snapshot());
    } else if (event.event === 'evaluate') {
      const { event: _, epoch, best, ...row } = event;
      run.history.push(row);
    } else if (event.event === 'sample') {
      const preview = { step: event.step, text: event.text, copied: null };
      run.previews.push(...drain(findingCopies([preview], plan.train, corpus.vocabulary)));
    } else if (event.event === 'inspect') {
      const { event: _, ...row } = event;
      run.flow.push(row);
    } else if (event.event === 'save') keep({ step: event.step, kind: event.kind }, event.checkpoint);
  }
  return { run, models };
}

/** A checkpoint's file as a page holds it. */
export const packed = (file: string | Uint8Array): string => gzipSync(file).toString('base64');

/** A run that has not made a step. */
export const emptyRecord = (id: string, steps: number): RunRecord => ({
  id,
  checkpoint: `checkpoints/${id}.json`,
  settings: { hidden: 7 },
  parameters: 123,
  steps,
  stepsPerEpoch: 11,
  charactersPerStep: 15,
  startStep: 0,
  step: 0,
  levels: [],
  columns: { step: [], bpc: [], learningRate: [], gradientNorm: [], clipRate: [] },
  history: [],
  previews: [],
  flow: [],
  rateChanges: [],
  snapshots: [],
  seconds: null,
  charactersPerSecond: null,
  status: { kind: 'running', message: null },
});

/** A page with the runs in it. */
export function embeddedOf(recorded: readonly Recorded[], language: Embedded['language'] = 'en'): Embedded {
  const models = Object.assign({}, ...recorded.map(({ models }) => models));
  return { language, runs: recorded.map(({ run }) => run), models };
}
