import type { FittedConfig } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import type { Kernels, NumericsId } from '../kernels/index.ts';
import { type Architecture, architectureFor, createWeights, type Weights } from '../model/index.ts';
import type { TextRecord, TrainingState } from './schema.ts';

export type { FlowRow, HistoryRow, PreviewRow, RateChange } from './rows.ts';
export type { Meter, TextRecord, TrainingState } from './schema.ts';

/** A model and its run, complete: enough to sample, resume, evaluate and inspect. */
export interface Checkpoint {
  config: FittedConfig;
  vocabulary: Vocabulary;
  /** the text that was split into training, validation and test part */
  corpus: TextRecord;
  /** a validation text of its own, null where it is a part of the corpus */
  validation: TextRecord | null;
  /** which arithmetic trained it; resuming is exact to the byte under the same */
  numerics: NumericsId;
  /** what a model that was trained elsewhere was imported from, for people */
  imported?: string | undefined;
  state: TrainingState;
  /** all parameters in the order of the parameter table */
  weights: Float32Array;
  /** optimizer moments, each as long as `weights` */
  moments: Float32Array[];
  /** the running average of the weights, as long as they; null where the run keeps none */
  average: Float32Array | null;
  /** carried states (L,S,B,H) */
  carried: Float32Array;
  /** ids of a stretch of the corpus, so that the model can be inspected without it */
  excerpt: number[];
}

export function architectureOf({ config, vocabulary }: Checkpoint): Architecture {
  return architectureFor(config, vocabulary.size);
}

/** The learned weights, or their average where the run keeps one. */
export const learnedWeights = ({ weights, average }: Checkpoint): Float32Array => average ?? weights;

/** The learned weights of a checkpoint, ready to run. */
export function loadWeights(checkpoint: Checkpoint, kernels: Kernels): Weights {
  const weights = createWeights(architectureOf(checkpoint), kernels);
  weights.assign(learnedWeights(checkpoint));
  return weights;
}
