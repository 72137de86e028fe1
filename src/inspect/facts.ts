import type { FlowRow } from '../checkpoint/index.ts';
import type { CellName, Nonlinearity } from '../config/index.ts';
import type { GradientCheck } from './gradient-check.ts';
import type { TruncationBias } from './lags/decay.ts';
import type { LagRow } from './lags/lag-rows.ts';
import type { LayerInspection } from './layers.ts';
import type { Connectivity } from './units/connectivity.ts';
import type { Horizon } from './units/horizon.ts';
import type { Saturation } from './units/saturation.ts';

/** Figures of how a model's gradient flows back through time. */
export interface Facts {
  model: { cell: CellName; nonlinearity: Nonlinearity; layers: number; hidden: number; step: number };
  seqLength: number;
  /** mean loss of the text, and that of a guess that gives every character the same probability; nats a character */
  prediction: { nats: number; uniformNats: number };
  /** by how much a gradient is stretched where it shrinks least, over so many steps: one factor a stretch of the text */
  carried: { steps: number; factors: number[] };
  lags: LagRow[];
  /** factor a step; below 1 the gradient shrinks */
  decayPerStep: number;
  halfLife: number | null;
  memoryLength: number | null;
  recommendedSeqLength: number | null;
  truncationBias: TruncationBias[];
  /** of the top layer; all layers stand in `layers` */
  spectralRadius: number;
  largestSingularValue: number;
  /** nats a step, largest first, −∞ (null in JSON) of lost directions; of all layers, whose joint Jacobian is block-triangular */
  lyapunov: number[];
  /** geometric mean factors a step of a vanilla top layer, while any gradient is left: of the slopes f′ alone and of Whh alone; null for gates */
  stepFactors: { saturation: number; weights: number } | null;
  saturation: Saturation;
  layers: LayerInspection[];
  horizon: Horizon;
  /** over the whole run: fraction of clipped steps and the mean factor of their gradients; null before any was counted */
  clipping: { rate: number; shrink: number | null } | null;
  /** of the update that the run would make next */
  nextUpdate: Pick<NextUpdate, 'step' | 'learningRate'>;
  tensors: NextUpdate['tensors'];
  flow: FlowRow[];
  connectivity: Connectivity;
  gradientCheck: GradientCheck | null;
  parameters: number;
  measuredOn: {
    text: string;
    characters: number;
    /** of which states, gates and the context horizon were measured on the first */
    charactersRead: number;
    anchors: number;
    warmUp: number;
    precision: 'float64';
    rngSeed: number;
  };
}

/** Healthy updates are some thousandth of the weights (CS231n notes, "ratio of weights:updates"). */
export interface TensorRatio {
  name: string;
  /** ‖∂L/∂W‖/‖W‖ before clipping; null where all of W is 0 */
  gradientToParameter: number | null;
  /** ‖ΔW‖/‖W‖ of the update */
  updateToParameter: number | null;
}

/** The update that a run would make next, on another text; of a run that has ended, one more like its last. */
export interface NextUpdate {
  /** its number, from 1 */
  step: number;
  /** as the schedule has it there */
  learningRate: number;
  tensors: TensorRatio[];
}
