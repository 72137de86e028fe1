import type { Config } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import type { Kernels, NumericsId } from '../kernels/index.ts';
import { type Architecture, Weights } from '../model/index.ts';

/** One row of a run's history: what a measurement found. Losses in bits per character. */
export interface HistoryRow {
  step: number;
  trainBpc: number;
  validationBpc: number | null;
  /** mean norm of the gradient before clipping since the row before */
  gradientNorm: number;
  /** share of those steps in which the gradient was clipped */
  clipRate: number;
}

/** Sums since the last row of the history. */
export interface Meter {
  nats: number;
  characters: number;
  steps: number;
  clipped: number;
  gradientNorm: number;
}

/** Everything beside the weights that the next update depends on. */
export interface TrainingState {
  step: number;
  epoch: number;
  /** windows of this epoch already trained on: the data cursor */
  window: number;
  best: { step: number; bpc: number } | null;
  /** measurements since the best one */
  sinceBest: number;
  meter: Meter;
  history: HistoryRow[];
}

/** A model and its run, complete: enough to sample, resume, evaluate and inspect. */
export interface Checkpoint {
  config: Config;
  vocabulary: Vocabulary;
  corpus: { sha256: string; characters: number };
  /** which arithmetic trained it; resuming is exact to the byte under the same */
  numerics: NumericsId;
  state: TrainingState;
  /** all parameters in the order of the parameter table */
  weights: Float32Array;
  /** optimiser moments, each as long as `weights` */
  moments: Float32Array[];
  /** carried states (L,S,B,H) */
  carried: Float32Array;
  /** ids of a stretch of the corpus, so that the model can be inspected without it */
  excerpt: number[];
}

export function architectureOf({ config, vocabulary }: Checkpoint): Architecture {
  const { cell, hidden, layers } = config;
  return { cell, hidden, layers, vocabularySize: vocabulary.size };
}

/** The weights of a checkpoint, ready to run. */
export function loadWeights(checkpoint: Checkpoint, kernels: Kernels): Weights {
  const weights = new Weights(architectureOf(checkpoint), kernels);
  weights.data.set(checkpoint.weights);
  weights.refresh();
  return weights;
}
