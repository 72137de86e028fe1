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
  schedule: 'constant',
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

type SaveOf<Event> = Extract<Event, { event: 'save'; kind: string; checkpoint: unknown }>;

/** The checkpoint a finished run leaves behind, of this source or of the built package. */
export function lastCheckpoint<Event extends { event: string }>(
  events: readonly Event[],
): SaveOf<Event>['checkpoint'] {
  const isLast = (event: Event): event is SaveOf<Event> =>
    event.event === 'save' && (event as SaveOf<Event>).kind === 'last';
  const save = events.findLast(isLast);
  if (!save) throw new Error('the run saved nothing');
  return save.checkpoint;
}
