import type { Floats, Kernels, Part } from '../kernels/kernels.ts';
import { CELLS } from './cells.ts';
import { Dropout, type DropoutOptions } from './dropout.ts';
import { Embedding } from './embedding.ts';
import {
  type Activations,
  denseInput,
  type LayerContext,
  oneHotInput,
  type RecurrentLayer,
} from './layer.ts';
import { OutputLayer } from './output.ts';
import { ParameterBuffer, type Weights } from './parameters.ts';
import { ALONE, type Member, partOf } from './partition.ts';

export interface NetworkOptions {
  /** parallel streams */
  B: number;
  /** time steps of a window */
  T: number;
  /** without it only `forward` and `loss` work, in a third of the memory */
  backward: boolean;
  /** of several networks that share one; its own unless given */
  gradient?: ParameterBuffer | undefined;
  /** an LSTM keeps ∂L/∂c of every step: `layers[l].dCells` */
  keepCellGradients?: boolean;
  /** for training only */
  dropout?: DropoutOptions | undefined;
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
  /** −ln p_t[target_t] of each (T·B) after `loss`; 0 where nothing counts */
  readonly losses: Floats;
  /** what decides the dropout masks of this window, one key a layer; empty without dropout */
  readonly dropoutKeys: Int32Array;
  readonly gradient: ParameterBuffer | undefined;
  readonly #kernels: Kernels;
  readonly #embedding: Embedding | undefined;
  readonly #dropouts: Dropout[] = [];
  readonly #output: OutputLayer;

  constructor(weights: Weights, kernels: Kernels, options: NetworkOptions) {
    const { B, T, backward, keepCellGradients = false, dropout } = options;
    const { hidden: H, layers: L, embedding = 0 } = weights.architecture;
    this.B = B;
    this.T = T;
    this.weights = weights;
    this.#kernels = kernels;
    this.ids = kernels.allocateIndices(T * B);
    this.targets = kernels.allocateIndices(T * B);
    this.losses = kernels.allocate(T * B);
    this.dropoutKeys = kernels.allocateIndices(dropout ? L : 0);
    const own = backward && !options.gradient;
    const gradient = own ? new ParameterBuffer(weights.table, kernels) : options.gradient;
    this.gradient = gradient;
    const contextOf = (layer: number) => ({
      kernels,
      weights,
      gradient,
      keepCellGradients,
      prefix: `layers.${layer}.`,
      B,
      T,
      H,
    });
    if (embedding > 0) this.#embedding = new Embedding(contextOf(0), this.ids, embedding);
    const layers: RecurrentLayer[] = [];
    let below: Activations | undefined = this.#embedding;
    for (let layer = 0; layer < L; layer++) {
      const context = contextOf(layer);
      layers.push(this.#createLayer(context, below));
      below = layers[layer]!;
      if (!dropout) continue;
      below = new Dropout(context, below, dropout, this.dropoutKeys.subarray(layer, layer + 1));
      this.#dropouts.push(below as Dropout);
    }
    this.layers = layers;
    this.#output = new OutputLayer(kernels, weights, gradient, below!, T * B);
  }

  #createLayer(context: LayerContext, below: Activations | undefined): RecurrentLayer {
    const { architecture } = this.weights;
    const names = { weight: `${context.prefix}Wxh`, bias: `${context.prefix}bh` };
    const input = below ? denseInput(context, names, below) : oneHotInput(context, names, this.ids);
    return CELLS[architecture.cell].createLayer(context, input);
  }

  /** y (T·B,V) after `forward`; ∂L/∂y after `loss` */
  get logits(): Floats {
    return this.#output.logits;
  }

  forward(member: Member = ALONE): void {
    this.weights.refresh(member);
    this.#embedding?.forward(member);
    this.layers.forEach((layer, i) => {
      layer.forward(member);
      this.#dropouts[i]?.forward(member);
    });
    this.#output.forward(member);
  }

  /**
   * Cross-entropy of the window; the logits become the gradient of its sum times `scale` (1/(T·B) makes the training loss
   * the mean over characters).
   * @returns the sum in nats, once all threads have computed their part
   */
  loss(scale: number, member: Member = ALONE): number {
    const { vocabularySize: V } = this.weights.architecture;
    const { from, to } = partOf(this.T * this.B, member);
    const [losses, logits] = [this.losses.subarray(from, to), this.logits.subarray(from * V, to * V)];
    this.#kernels.softmaxCrossEntropy(losses, logits, this.targets.subarray(from, to), to - from, V, scale);
    return member.count === 1 ? this.nats : Number.NaN;
  }

  /** Summed cross-entropy in nats after `loss`. */
  get nats(): number {
    let sum = 0;
    for (let m = 0; m < this.losses.length; m++) sum += this.losses[m]!;
    return sum;
  }

  /** Back-propagation through time, truncated at the window's start: the gradient buffer is overwritten. */
  backward(member: Member = ALONE): void {
    this.clearGradient(member);
    this.propagate(member);
    this.gradients(member);
    member.barrier();
    this.embeddingGradient(member);
  }

  /** One thread's part of the gradient becomes zero; the next barrier must come before anything is added. */
  clearGradient(member: Member): void {
    if (!this.gradient) throw new Error('this network was built without a gradient buffer');
    const { data } = this.gradient;
    const { from, to } = partOf(data.length, member);
    data.fill(0, from, to);
  }

  /** Backward pass through everything computed in the window; ends with a barrier. */
  propagate(member: Member): void {
    this.#output.backward(member);
    for (let layer = this.layers.length - 1; layer >= 0; layer--) {
      this.#dropouts[layer]?.backward(member);
      this.layers[layer]!.backward(member);
    }
  }

  /** After `propagate`: one thread's part of the parameters' gradients, added to what is there. */
  gradients(part: Part): void {
    this.#output.gradients(part);
    for (const layer of this.layers) layer.gradients(part);
  }

  /** After the `gradients` of all threads. */
  embeddingGradient(part: Part): void {
    this.#embedding?.gradients(part);
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
