import type { Floats } from '../../kernels/index.ts';
import type { Architecture, RecurrentLayer, Weights } from '../../model/index.ts';

/** The inspector's view of a type of cell: H units, G blocks of Whh (G·H,H) and S parts of the state. */
export interface CellAnalysis {
  /** the letters of the H×H blocks of Whh, in the order of rows */
  readonly blocks: readonly string[];
  /** those of them that are gates, σ(z) in 0…1; candidates go through tanh */
  readonly gates: readonly string[];
  /** the gate k of the way back without a weight in it, ∂state_t/∂state_{t−1} = diag(k_t) + …; null without one */
  readonly keptBy: string | null;
  /** whether g_{t−1} = Whhᵀ·diag(f′)·g_t, whose two factors σ_max(Whh) bounds; a cell where not has a `keptBy` */
  readonly boundedByWeights: boolean;
  /** u = tanh(…), of which the state is made: it saturates where |u| nears 1 */
  readonly saturating: string;
  /** the slope of tanh there, 1 − u² */
  readonly slope: string;
  /** f′ of a unit at a row of a window that was read: 1 − u², of a ReLU [h > 0] */
  slopes(layer: LayerStates, architecture: Architecture): (row: number, unit: number) => number;
  /** one step in float64; @param projected Wxh·x_t + bh (G·H); @param previous the state before the step (S·H) */
  step(weights: Weights, layer: number, projected: Floats, previous: Float64Array): CellStep;
  /** norms of the gradient at t − 1 from those at t, with the slopes of each step; @param sigma σ_max(Whh) */
  stepBack(layer: RecurrentLayer, architecture: Architecture, sigma: number): StepBack;
}

/** States (·,H) of a layer, with the gates (·,GH) and cells that made them. */
export type LayerStates = Pick<RecurrentLayer, 'output' | 'gates' | 'cells'>;

export interface CellStep {
  /** the state after the step: h, or h and c (S·H) */
  state: Float64Array;
  /** ∂state_t/∂state_{t−1} (S·H, S·H), row-major; a gradient goes back as g_{t−1} = Jᵀ·g_t */
  jacobian(): Float64Array;
}

/** Upper bounds of ‖∂L/∂h_t‖, of ‖∂L/∂c_t‖ (lstm), and of ‖∂L/∂z_t‖, z what goes into the nonlinearities. */
export interface Norms {
  h: number;
  c: number;
  z: number;
}

/** How far one step back can let a gradient's norms grow: from those at t to those at t − 1; `row` is that of t. */
export type StepBack = (row: number, norms: Norms) => Norms;
