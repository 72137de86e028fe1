import type { ComputeOptions, ModelSource, TextSource } from './library/api.ts';
import type { Model, TrainRun } from './library/api-node.ts';
import type { TrainOptions } from './library/api-run.ts';
import { loadModel } from './library/load.ts';
import { createFileModel, FileRun } from './library/node.ts';

/*
 * The library: `train` and `load`. It prints nothing, handles no signals and keeps no global state. Errors that a user can
 * fix are RnnErrors. Its parts are exported by @rnn-lecture/rnn/core.
 */

export { type ErrorCode, RnnError } from './errors.ts';
export type {
  Cancelable,
  Choice,
  ChoiceOptions,
  ComputeOptions,
  Evaluation,
  ModelSource,
  ReadingOptions,
  Sample,
  SampleOptions,
  Session,
  Surprise,
  TextSource,
} from './library/api.ts';
export type { Inspection, InspectOptions, Model, TrainRun } from './library/api-node.ts';
export type { TrainEvent, TrainOptions } from './library/api-run.ts';
export type { SamplingSettings, Settings } from './library/settings.ts';

/**
 * Reads a model that `rnn train` or `train` has saved.
 *
 * @param source the name of its file, a URL, a Blob, or its bytes
 * @throws RnnError with code `checkpoint` and one line that says what is wrong with the file, `config` naming a wrong
 *   option; signal.reason after an abort
 * @example
 * const model = await load('checkpoints/book.best.json');
 * console.log(await model.sample({ seed: 'THE ' }).text());
 */
export function load(source: ModelSource, options: ComputeOptions = {}): Promise<Model> {
  return loadModel(source, options, createFileModel);
}

/**
 * Trains a model on a text. A window of B streams and T steps is one unit of work: the event loop gets a turn after each,
 * at the latest 10 ms after the last. Windows that take longer than 20 ms are left to other threads where there are any.
 *
 * @param text the training text: names of files, folders or globs, `{ text }`, a Blob or bytes
 * @throws RnnError with code `config` naming every setting that is wrong; for errors of the run itself see TrainRun
 * @example
 * const run = train('book.txt', { cell: 'gru', hidden: 256, epochs: 5 });
 * for await (const event of run) if (event.event === 'evaluate') console.log(event.step, event.validationBpc);
 * await run.save('run.json');
 * const further = await train('book.txt', { resume: 'run.json', epochs: 9 }).model;
 * const tuned = await train('letters.txt', { initFrom: further, epochs: 2 }).model;
 */
export function train(text: TextSource, options: TrainOptions = {}): TrainRun {
  return new FileRun(text, options, createFileModel);
}
