import type { Floats } from '../kernels/kernels.ts';
import type { LayerContext, LayerInput, RecurrentLayer } from './layer.ts';
import type { ParameterSpec } from './parameters.ts';

/** A type of cell; D is the input width, H the number of hidden units, G the number of gates. */
export interface Cell {
  /** Wxh (G·H,D), Whh (G·H,H), bh (G·H) and whatever else it has */
  parameters(D: number, H: number): ParameterSpec[];
  /** the vectors of H that carry the past: h_t = f(h_{t−1}, x_t), or (h_t, c_t) = f(h_{t−1}, c_{t−1}, x_t) */
  readonly stateParts: readonly StatePart[];
  /** whether f of h_t = f(z_t) may be a ReLU in place of tanh (setting nonlinearity) */
  readonly choosesNonlinearity: boolean;
  /** fills bh (G·H), which is zero, where it starts otherwise: b_f = forgetBias */
  initialBias?(bh: Floats, H: number, forgetBias: number): void;
  createLayer(context: LayerContext, input: LayerInput): RecurrentLayer;
}

export type StatePart = 'h' | 'c';
