// CONTRACT between the inspector's numbers (src/inspect, written by someone else on main right now) and its pictures
// (src/report, yours). All numbers are float64; "logs" are natural logarithms. Import these types from
// '../inspect/index.ts' in the end; until the numbers have landed keep this file as src/inspect/contract.ts in your branch.

export interface LagRow {
  lag: number;
  median: number;
  low: number;
  high: number;
  /** weights alone (Pascanu 2013) */ bound: number /** with the measured slopes of each step: tighter */;
  stepBound: number;
}

export interface RecurrentSpectrum {
  /** 'h' for the rnn; 'i','f','g','o' for lstm; 'r','z','n' for gru: the H×H block of Whh */
  gate: string;
  spectralRadius: number;
  largestSingularValue: number;
  /** Henrici's departure from normality √(‖W‖²−Σ|λ|²)/‖W‖, 0…1 */
  departure: number;
  eigenvalues: { re: number; im: number }[];
}
export interface GateStatistics {
  gate: string;
  mean: number /** share of values below 0.1 / above 0.9 */;
  low: number;
  high: number;
  /** per unit: share of time below 0.1 and above 0.9 (the scatter of Karpathy, Johnson & Li 2015) */ units: {
    low: number;
    high: number;
  }[];
}
export interface CellPath {
  /** lstm: f, gru: z */ gate: string;
  /** −1/ln(mean gate) of each unit, in steps, sorted descending; null = for ever */ timescales: (
    | number
    | null
  )[];
  /** geometric mean of the gate: what the path without weights keeps a step */ keptPerStep: number;
}
export interface LayerInspection {
  /** median ‖∂L_s/∂state_{s−k}‖ of this layer for k = 0…K */ median: number[];
  spectralRadius: number;
  largestSingularValue: number;
  inputSingularValue: number;
  recurrent: RecurrentSpectrum[];
  lyapunov: {
    exponents: number[] /** standard deviation over stretches of seqLength steps */;
    spread: number[];
    steps: number;
    complete: boolean;
  };
  /** of the Jacobian product over `lag` steps: ln σ_i, largest first, and ln of the condition number (null: not all are known) */
  singularValues: { lag: number; logs: number[]; logCondition: number | null }[];
  saturation: Saturation;
  gates: GateStatistics[];
  cellPath: CellPath | null;
}
export interface Saturation {
  shareAbove90: number;
  shareAbove99: number;
  meanDerivative: number;
  stuckUnits: number;
  deadUnits: number /** ten bins of |h| */;
  histogram: number[];
}
export interface FlowRow {
  step: number;
  kept: number;
  decayPerStep: number;
  recommendedSeqLength: number | null;
  largestLyapunov: number;
  largestSingularValue: number;
  spectralRadius: number;
  shareAbove99: number;
}
export interface Inspection {
  verdict: { kind: 'healthy' | 'vanishing' | 'exploding' | 'saturated'; text: string };
  model: { cell: 'rnn' | 'lstm' | 'gru'; layers: number; hidden: number; step: number };
  seqLength: number;
  lags: LagRow[];
  decayPerStep: number;
  halfLife: number | null;
  memoryLength: number | null;
  recommendedSeqLength: number | null;
  /** δ(K): relative truncation bias of a window of K steps */ truncationBias: {
    steps: number;
    bias: number;
  }[];
  spectralRadius: number;
  largestSingularValue: number;
  /** all layers together, largest first */ lyapunov: number[];
  /** geometric mean factors a step of the top layer; null for gated cells */ blame: {
    saturation: number;
    weights: number;
  } | null;
  saturation: Saturation;
  layers: LayerInspection[];
  /** nats a character lost when history is cut to k characters */ horizon: {
    characters: number;
    extraNats: number;
  }[];
  contextHorizon: number | null;
  clipping: { rate: number; shrink: number | null; steps: number } | null;
  tensors: { name: string; gradientToParameter: number; updateToParameter: number }[];
  /** recorded by train --inspect-every, oldest first; often empty */ flow: FlowRow[];
  connectivity: Connectivity;
  gradientCheck: {
    maxRelativeError: number;
    passed: boolean;
    tensors: { name: string; checked: number; maxRelativeError: number }[];
  } | null;
  parameters: number;
  measuredOn: {
    text: string;
    characters: number;
    anchors: number;
    warmUp: number;
    precision: 'float64';
    rngSeed: number;
  };
}
/** What drives one prediction: ‖∂logit/∂x_t‖ of every past character (Madsen 2019). */
export interface Connectivity {
  /** characters up to and including the last one read */ characters: string[] /** strength of each of them */;
  strengths: number[];
  predicted: string;
  probability: number;
}

/** More data, for the HTML report alone. */
export interface Pictures {
  /** the stretch of text, one entry a character */ characters: string[];
  /** top layer: states[unit][t] in −1…1 */ states: number[][];
  /** ∂L/∂h of the stretch's last loss: gradients[unit][t], signed */ gradients: number[][];
  /** for every position p ≥ 1 of the stretch: what the model predicts after it, and how strongly each of the last characters drives that (strengths[0] belongs to character p, strengths[1] to p−1, …) */
  predictions: { position: number; predicted: string; probability: number; strengths: number[] }[];
}
