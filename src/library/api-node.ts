import type { Inspection } from '../inspect/inspection.ts';
import type { PortableModel, ReadingOptions, TextSource } from './api.ts';
import type { PortableRun } from './api-run.ts';

/* The public interface of the library in Node, beyond that in a browser. */

export type { Inspection };

/** Options of an inspection; each is optional. */
export interface InspectOptions extends ReadingOptions {
  /** the text to measure on; by default what the model keeps of its corpus */
  text?: TextSource | undefined;
  /** steps to follow the gradient back, 2 to 10,000; by default twice the window, at least 50 */
  lags?: number | undefined;
  /** number of positions whose loss is followed back, 2 to 10,000; 64 unless given */
  anchors?: number | undefined;
  /** position in the text, from 0, of the prediction to trace back to the characters that drive it; by default the last */
  position?: number | undefined;
  /** whether gradients are compared with finite differences; true unless given */
  check?: boolean | undefined;
  /** random seed; 1 unless given */
  rngSeed?: number | undefined;
}

/** A trained model, with the averaged weights where its run kept an average. */
export interface Model extends PortableModel {
  /**
   * Writes a checkpoint file, which `load` and the command line read. A file of that name is replaced in one step.
   *
   * @throws RnnError with code `checkpoint` when nothing was replaced
   * @example
   * await model.save('book.json');
   */
  save(path: string): Promise<void>;

  /**
   * The model in another format, as the bytes of its files by their names: `model.onnx`, `model.safetensors`, `model.js`,
   * or those of the folder of an ml5 charRNN.
   *
   * @throws RnnError with code `config` of another format, `usage` where the format has no such model
   * @example
   * const { 'model.onnx': onnx } = await model.export('onnx');
   */
  export(format: 'onnx' | 'safetensors' | 'ml5' | 'js'): Promise<Record<string, Uint8Array>>;

  /**
   * Inspects how the gradient flows back through time, in float64: the object of `rnn inspect-gradients --json`. It takes some
   * seconds, in a thread of its own, which an abort ends at once.
   *
   * @throws RnnError with code `config` naming a wrong setting, `corpus` where the text is too short; signal.reason after
   *   an abort
   * @example
   * const { answers } = await model.inspect();
   */
  inspect(options?: InspectOptions): Promise<Inspection>;
}

/**
 * A training run. It begins when somebody iterates over it, or asks for its model; who iterates sets its pace, and ends it
 * by leaving the loop.
 */
export interface TrainRun extends PortableRun<Model> {
  /**
   * Writes the run as it stands after its last whole step: a checkpoint that `rnn train --resume` goes on with.
   *
   * @throws RnnError with code `usage` before the run has begun, `checkpoint` when nothing was replaced
   * @example
   * for await (const { event } of run) if (event === 'save') await run.save('book.json');
   */
  save(path: string): Promise<void>;
}
