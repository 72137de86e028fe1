import type { Floats, Kernels } from '../kernels/kernels.ts';
import type { ParameterBuffer, Weights } from './parameters.ts';

/** What a layer is built from; `gradient` is absent where no backward pass is needed. */
export interface LayerContext {
  readonly kernels: Kernels;
  readonly weights: Weights;
  readonly gradient: ParameterBuffer | undefined;
  /** an LSTM keeps ∂L/∂c of every step, for the inspector */
  readonly keepCellGradients: boolean;
  /** prefix of this layer's parameter names, `layers.0.` */
  readonly prefix: string;
  readonly B: number;
  readonly T: number;
  readonly H: number;
}

/** What one layer gives to the next (T,B,D), and the gradient that comes back. */
export interface Activations {
  readonly output: Floats;
  readonly dOutput: Floats;
}

/**
 * One recurrent layer over a window of T steps of B streams; buffers are time-major (T,B,H). `output` is h; into
 * `dOutput` the layer above writes its share of ∂L/∂h, and `backward` adds what flows back through time.
 */
export interface RecurrentLayer extends Activations {
  /** the state before the window's first step (S,B,H), S = 1 for h, 2 for h and c */
  readonly initialState: Floats;
  /** ∂L/∂ what goes into the nonlinearities (T,B,GH), after `backward` */
  readonly dZ: Floats;
  /** after `forward`: the gates after their functions (T,B,GH); the vanilla cell has none */
  readonly gates?: Floats;
  /** of a GRU after `forward`: Whh·h_{t-1} (T,B,3H), its n part with bhn */
  readonly recurrent?: Floats;
  /** of an LSTM after `forward`: c_{-1} … c_{T-1} (T+1,B,H) */
  readonly cells?: Floats;
  /** of an LSTM after `backward`: ∂L/∂c_t at fixed h_t (T,B,H), where the network keeps it */
  readonly dCells?: Floats;
  forward(): void;
  backward(): void;
  /** makes the state after the last step the state before the next window's first step */
  carryState(): void;
}

/** Where a layer's input comes from; all cells share these two. Both know the product with Wx and its gradient. */
export interface LayerInput {
  /** out (T·B,GH) = Wx·x + bias */
  project(out: Floats): void;
  /** from dZ (T·B,GH): the gradients of Wx and, where there is a layer below, of its output */
  backward(dZ: Floats): void;
}

interface InputNames {
  weight: string;
  bias: string;
}

/** Layer 0: x is one-hot, so Wx·x is a column gather and its gradient a scatter-add. */
export function oneHotInput(context: LayerContext, names: InputNames, ids: Int32Array): LayerInput {
  const { kernels, weights, gradient, B, T } = context;
  const Wx = weights.matrix(names.weight);
  const bias = weights.view(names.bias);
  const dWx = gradient?.view(names.weight);
  return {
    project(out) {
      kernels.broadcastBias(out, bias, T * B, Wx.rows);
      kernels.gatherColumns(out, Wx, ids, T * B);
    },
    backward(dZ) {
      if (dWx) kernels.scatterAddColumns(dWx, dZ, ids, T * B, Wx.rows, Wx.columns);
    },
  };
}

/** Layers above and above an embedding: x is the output (T·B,D) of what is below. */
export function denseInput(context: LayerContext, names: InputNames, below: Activations): LayerInput {
  const { kernels, weights, gradient, B, T } = context;
  const Wx = weights.matrix(names.weight);
  const bias = weights.view(names.bias);
  const dWx = gradient?.view(names.weight);
  return {
    project(out) {
      kernels.broadcastBias(out, bias, T * B, Wx.rows);
      kernels.addProductTransposed(out, below.output, Wx, T * B);
    },
    backward(dZ) {
      if (dWx) kernels.addOuterProducts(dWx, dZ, below.output, T * B, Wx.rows, Wx.columns);
      below.dOutput.fill(0);
      kernels.addProduct(below.dOutput, dZ, Wx, T * B);
    },
  };
}

/** `count` consecutive views of `size` values. */
export function slices(buffer: Floats, count: number, size: number): Floats[] {
  return Array.from({ length: count }, (_, i) => buffer.subarray(i * size, (i + 1) * size));
}
