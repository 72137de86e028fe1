import type { Floats, Kernels } from '../kernels/kernels.ts';
import { CELLS } from './cells.ts';
import { denseInput, type LayerContext, oneHotInput, type RecurrentLayer } from './layer.ts';
import { ParameterBuffer, type Weights } from './parameters.ts';

export interface NetworkOptions {
  /** parallel streams */
  B: number;
  /** time steps of a window */
  T: number;
  /** without it only `forward` and `loss` work, in a third of the memory */
  backward: boolean;
}

/**
 * A stack of recurrent layers and the output layer over one window of B streams and T steps:
 *
 *   y_t = Why·h_t + by,  p_t = softmax(y_t),  L = Σ −ln p_t[target_t]
 *
 * Fill `ids` and `targets` (T,B), then `forward`, `loss`, `backward`. All memory is taken at construction.
 */
export class Network {
  readonly B: number;
  readonly T: number;
  readonly weights: Weights;
  readonly layers: readonly RecurrentLayer[];
  /** characters of the window (T,B) */
  readonly ids: Int32Array;
  /** what should follow each of them; −1 counts nothing */
  readonly targets: Int32Array;
  /** y (T·B,V) after `forward`; ∂L/∂y after `loss` */
  readonly logits: Floats;
  readonly gradient: ParameterBuffer | undefined;
  readonly #kernels: Kernels;

  constructor(weights: Weights, kernels: Kernels, { B, T, backward }: NetworkOptions) {
    const { vocabularySize: V, hidden: H, layers: L } = weights.architecture;
    this.B = B;
    this.T = T;
    this.weights = weights;
    this.#kernels = kernels;
    this.ids = kernels.allocateIndices(T * B);
    this.targets = kernels.allocateIndices(T * B);
    this.logits = kernels.allocate(T * B * V);
    this.gradient = backward ? new ParameterBuffer(weights.table, kernels) : undefined;
    const layers: RecurrentLayer[] = [];
    for (let layer = 0; layer < L; layer++) {
      const context = { kernels, weights, gradient: this.gradient, prefix: `layers.${layer}.`, B, T, H };
      layers.push(this.#createLayer(context, layers.at(-1)));
    }
    this.layers = layers;
  }

  #createLayer(context: LayerContext, below: RecurrentLayer | undefined): RecurrentLayer {
    const { architecture } = this.weights;
    const names = { weight: `${context.prefix}Wxh`, bias: `${context.prefix}bh` };
    const input = below ? denseInput(context, names, below) : oneHotInput(context, names, this.ids);
    return CELLS[architecture.cell].createLayer(context, input);
  }

  get #top(): RecurrentLayer {
    return this.layers[this.layers.length - 1]!;
  }

  forward(): void {
    for (const layer of this.layers) layer.forward();
    const Why = this.weights.matrix('output.Why');
    this.#kernels.broadcastBias(this.logits, this.weights.view('output.by'), this.T * this.B, Why.rows);
    this.#kernels.addProductTransposed(this.logits, this.#top.output, Why, this.T * this.B);
  }

  /**
   * Summed cross-entropy of the window in nats; the logits become the gradient of that sum times `scale`
   * (1/(T·B) makes the training loss the mean over characters).
   */
  loss(scale: number): number {
    const { vocabularySize: V } = this.weights.architecture;
    return this.#kernels.softmaxCrossEntropy(this.logits, this.targets, this.T * this.B, V, scale);
  }

  /** Back-propagation through time, truncated at the window's start: the gradient buffer is overwritten. */
  backward(): void {
    const gradient = this.gradient;
    if (!gradient) throw new Error('this network was built without a gradient buffer');
    const kernels = this.#kernels;
    const { logits } = this;
    const top = this.#top;
    const M = this.T * this.B;
    const Why = this.weights.matrix('output.Why');
    gradient.data.fill(0);
    kernels.addOuterProducts(gradient.view('output.Why'), logits, top.output, M, Why.rows, Why.columns);
    kernels.addColumnSums(gradient.view('output.by'), logits, M, Why.rows);
    top.dOutput.fill(0);
    kernels.addProduct(top.dOutput, logits, Why, M);
    for (let layer = this.layers.length - 1; layer >= 0; layer--) this.layers[layer]!.backward();
  }

  /** The state after this window becomes the state before the next. */
  carryState(): void {
    for (const layer of this.layers) layer.carryState();
  }

  /** Every stream starts anew: h = 0. */
  resetState(): void {
    for (const layer of this.layers) layer.initialState.fill(0);
  }

  get stateLength(): number {
    return this.layers.reduce((sum, { initialState }) => sum + initialState.length, 0);
  }

  /** The carried states of all layers (L,S,B,H), as one copy. */
  readState(): Float32Array {
    const state = new Float32Array(this.stateLength);
    let at = 0;
    for (const { initialState } of this.layers) {
      state.set(initialState, at);
      at += initialState.length;
    }
    return state;
  }

  writeState(state: ArrayLike<number>): void {
    let at = 0;
    for (const { initialState } of this.layers) {
      for (let i = 0; i < initialState.length; i++) initialState[i] = state[at++]!;
    }
  }
}
