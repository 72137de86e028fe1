import { type Config, OPTIMIZER_MOMENTS } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import type { Kernels, NumericsId } from '../kernels/index.ts';
import { type Architecture, architectureFor, Weights } from '../model/index.ts';

/** One row of a run's history: what a measurement found. Losses in bits per character. */
export interface HistoryRow {
  step: number;
  trainBpc: number;
  validationBpc: number | null;
  /** mean norm of the gradient before clipping since the row before */
  gradientNorm: number;
  /** share of those steps in which clipping changed the gradient, by value or by norm */
  clipRate: number;
  /** mean factor by which clipping shortened those gradients, null where none was clipped */
  shrink: number | null;
}

/** The main figures of the gradient's flow at one step of a run (`train --inspect-every`). */
export interface FlowRow {
  step: number;
  /** share of the gradient of one loss that is left one window back */
  kept: number;
  decayPerStep: number;
  recommendedSeqLength: number | null;
  largestLyapunov: number;
  largestSingularValue: number;
  spectralRadius: number;
  shareAbove99: number;
}

/** Sums since the last row of the history. */
export interface Meter {
  nats: number;
  characters: number;
  steps: number;
  clipped: number;
  /** summed factors of clipped gradients */
  shrink: number;
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
  /** of the plateau schedule: measurements since the best one or the last cut, and the product of all cuts */
  plateau: { sinceCut: number; scale: number };
  meter: Meter;
  history: HistoryRow[];
  flow: FlowRow[];
}

/** By what a text is known again. */
export interface TextRecord {
  /** of its bytes */
  sha256: string;
  /** how many, as the run's unit counts them */
  characters: number;
}

/** A model and its run, complete: enough to sample, resume, evaluate and inspect. */
export interface Checkpoint {
  config: Config;
  vocabulary: Vocabulary;
  /** the text that was split into training, validation and test part */
  corpus: TextRecord;
  /** a validation text of its own (`--validation`), null where it is a part of the corpus */
  validation: TextRecord | null;
  /** which arithmetic trained it; resuming is exact to the byte under the same */
  numerics: NumericsId;
  state: TrainingState;
  /** all parameters in the order of the parameter table */
  weights: Float32Array;
  /** optimiser moments, each as long as `weights`; where weights are averaged, their average comes last */
  moments: Float32Array[];
  /** carried states (L,S,B,H) */
  carried: Float32Array;
  /** ids of a stretch of the corpus, so that the model can be inspected without it */
  excerpt: number[];
}

export function architectureOf({ config, vocabulary }: Checkpoint): Architecture {
  return architectureFor(config, vocabulary.size);
}

/** How many tensors beside the weights a run remembers. */
export const countMoments = ({ optimizer, average }: Config): number =>
  OPTIMIZER_MOMENTS[optimizer] + (average > 0 ? 1 : 0);

/** What the run has learned: its weights, or their average where it keeps one. */
export function learnedWeights({ config, weights, moments }: Checkpoint): Float32Array {
  return config.average > 0 ? moments.at(-1)! : weights;
}

/** What a checkpoint has learned, ready to run. */
export function loadWeights(checkpoint: Checkpoint, kernels: Kernels): Weights {
  const weights = new Weights(architectureOf(checkpoint), kernels);
  weights.data.set(learnedWeights(checkpoint));
  weights.refresh();
  return weights;
}
