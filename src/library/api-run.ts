import type { FlowRow, HistoryRow } from '../checkpoint/rows.ts';
import type { ComputeOptions, ModelSource, PortableModel, TextSource } from './api.ts';
import type { Settings } from './settings.ts';

/* What a program sees of training. */

/** Texts and settings of a training run. Every setting of `rnn train` is there under its name in camelCase. */
export interface TrainOptions extends Settings, ComputeOptions {
  /** held-out text for validation, instead of a fraction of the text */
  validation?: TextSource | undefined;
  /**
   * A run to go on with, exactly where it stopped: what `save` or `toBlob` has written of it, or its model. The texts are
   * its own; settings are its own unless given. Of those given, totals, rates and intervals may differ from its own.
   */
  resume?: ModelSource | PortableModel | undefined;
  /** a model whose weights a new run begins with; characters that it does not know are added */
  initFrom?: ModelSource | PortableModel | undefined;
  /** settings to start from, which those given here override */
  preset?: 'hello' | 'small' | 'medium' | 'best-rnn' | 'best-lstm' | 'best-gru' | undefined;
}

/** An event of a training run. Losses are in bits per character, of the training text and of the validation text. */
export type TrainEvent =
  | {
      event: 'start';
      /** made before, and in total */
      step: number;
      steps: number;
      epoch: number;
      stepsPerEpoch: number;
      parameters: number;
      /** settings changed to fit the length of the text, and remarks on its reading, one sentence each */
      notes: readonly string[];
    }
  | {
      event: 'step';
      step: number;
      epoch: number;
      /** of this window */
      bpc: number;
      /** mean over the windows since the last evaluation */
      trainBpc: number;
      gradientNorm: number;
      clipped: boolean;
      /** of this window */
      characters: number;
    }
  | ({ event: 'evaluate'; epoch: number; best: boolean } & HistoryRow)
  /** a preview of what the model writes now */
  | { event: 'sample'; step: number; text: string }
  /** a look at the gradient's flow (`inspectEvery`) */
  | ({ event: 'inspect' } & FlowRow)
  /** a good moment to save: `best` after the best evaluation so far, `last` every `saveEvery` steps and at the end */
  | { event: 'save'; step: number; kind: 'last' | 'best' }
  | {
      event: 'done';
      reason: 'finished' | 'patience' | 'stopped';
      step: number;
      epoch: number;
      trainBpc: number | null;
      validationBpc: number | null;
    };

/**
 * A training run. It begins when somebody iterates over it, or asks for its model; who iterates sets its pace, and ends it
 * by leaving the loop.
 */
export interface PortableRun<Model = PortableModel> extends AsyncIterable<TrainEvent> {
  /**
   * The learned model, once the run has ended: its best state, or the last one without a validation text. Inside the loop
   * over the run's events it is available from `done` on. The best state of a run that was resumed is in the file that
   * kept it, unless it is the one gone on from, or a later one is better.
   *
   * @throws the error that ended the run, or signal.reason after an abort. RnnError has code `corpus` of a text that cannot
   *   be read or is not that of the resumed run, `config` of a setting that the resumed run or the model does not have,
   *   `checkpoint` of a file that is none, `usage` where an imported model is resumed, `diverged`, `thread`
   */
  readonly model: Promise<Model>;
  /** Pauses the run after the step or evaluation in progress, until `resume`. */
  pause(): void;
  /** Continues the run. */
  resume(): void;
  /** Ends the run after its last whole step; the learned weights are kept. */
  stop(): void;
  /**
   * The run as it stands after its last whole step, as the bytes of a checkpoint that `rnn train --resume` goes on with.
   *
   * @throws RnnError with code `usage` before the run has begun
   */
  toBlob(): Promise<Blob>;
}
