import type { Checkpoint } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import type { Corpus } from '../../src/corpus/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { planTraining, type Start, type TrainEvent, Trainer } from '../../src/train/index.ts';
import { configOf, corpusOf, someText } from './models.ts';

export const SMALL: PartialConfig = {
  hidden: 7,
  seqLength: 5,
  batchSize: 3,
  evalEvery: 4,
  saveEvery: 6,
  epochs: 1000,
};

export function trainerOf(
  settings: PartialConfig,
  start?: Start,
  corpus: Corpus = corpusOf(someText(200)),
): Trainer {
  return new Trainer(
    planTraining(configOf({ ...SMALL, ...settings }), corpus),
    new ReferenceKernels(),
    start,
  );
}

/** Runs to the end; returns all events but the pauses. */
export const eventsOf = (trainer: Trainer): TrainEvent[] =>
  [...trainer.run()].filter(({ event }) => event !== 'wait');

/** The checkpoint a finished run leaves behind. */
export function lastCheckpoint(events: readonly TrainEvent[]): Checkpoint {
  const save = events.findLast((event) => event.event === 'save' && event.kind === 'last');
  if (save?.event !== 'save') throw new Error('the run saved nothing');
  return save.checkpoint;
}
