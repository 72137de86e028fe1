import type { ComputeOptions, ModelSource, PortableModel, TextSource } from './library/api.ts';
import type { PortableRun, TrainOptions } from './library/api-run.ts';
import { loadModel } from './library/load.ts';
import { LoadedModel } from './library/model.ts';
import { Run } from './library/run.ts';

/*
 * The library in a browser: the same `train` and `load`, without files, threads and the inspector. It computes in the thread
 * that it is called in, with WebAssembly; a page that trains does so in a module worker.
 */

export { type ErrorCode, RnnError } from './errors.ts';
export type {
  Cancelable,
  Choice,
  ChoiceOptions,
  ComputeOptions,
  Evaluation,
  ModelSource,
  PortableModel as Model,
  ReadingOptions,
  Sample,
  SampleOptions,
  Session,
  Surprise,
  TextSource,
} from './library/api.ts';
export type { PortableRun as TrainRun, TrainEvent, TrainOptions } from './library/api-run.ts';
export type { SamplingSettings, Settings } from './library/settings.ts';

/**
 * Reads a model that `rnn train` or `train` has saved.
 *
 * @param source a URL, a Blob such as a file that was chosen, or the bytes
 * @throws RnnError with code `checkpoint` and one line that says what is wrong with the file, `config` naming a wrong
 *   option; signal.reason after an abort
 * @example
 * const model = await load('book.json');
 * for await (const piece of model.sample({ seed: 'THE ' })) output.append(piece);
 */
export function load(source: ModelSource, options: ComputeOptions = {}): Promise<PortableModel> {
  return loadModel(source, options, (checkpoint, compute) => new LoadedModel(checkpoint, compute));
}

/**
 * Trains a model on a text. A window of B streams and T steps is one unit of work: the event loop gets a turn after each,
 * at the latest 10 ms after the last. A small model on a page, a larger one in a worker.
 *
 * @param text what to learn from: URLs, `{ text }`, a Blob or bytes
 * @throws RnnError with code `config` naming every setting that is wrong; what the run itself throws, see TrainRun
 * @example
 * const run = train({ text: textarea.value }, { hidden: 64, steps: 500 });
 * for await (const event of run) if (event.event === 'step') progress.value = event.step;
 * const model = await run.model;
 * const further = train({ text: textarea.value }, { resume: await run.toBlob(), steps: 900 });
 */
export function train(text: TextSource, options: TrainOptions = {}): PortableRun {
  return new Run(text, options, (checkpoint, compute) => new LoadedModel(checkpoint, compute));
}
