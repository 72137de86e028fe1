/** One row of a run's history: the result of an evaluation. Losses in bits per character. */
export interface HistoryRow {
  step: number;
  trainBpc: number;
  validationBpc: number | null;
  /** mean norm of the gradient before clipping since the row before */
  gradientNorm: number;
  /** fraction of those steps in which clipping changed the gradient, by value or by norm */
  clipRate: number;
  /** mean factor by which clipping shortened those gradients, null where none was clipped */
  shrink: number | null;
}

/** A preview: what the model wrote at that step. */
export interface PreviewRow {
  step: number;
  text: string;
}

/** The learning rate is multiplied by the factor in the updates after that step. */
export interface RateChange {
  step: number;
  factor: number;
}

/**
 * The main figures of the gradient's flow at one step of a run (`inspectEvery`); null where no float holds one:
 * a gradient above 1e308, an exponent of −∞.
 */
export interface FlowRow {
  step: number;
  /** fraction of the gradient of one loss that is left one window back */
  kept: number | null;
  decayPerStep: number | null;
  recommendedSeqLength: number | null;
  largestLyapunov: number | null;
  largestSingularValue: number;
  spectralRadius: number;
  shareAbove99: number;
}
