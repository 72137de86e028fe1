import type { Floats, Kernels, Weight } from '../kernels/kernels.ts';
import { type Activations, linearInputGradient, linearWeightGradient } from './layer.ts';
import type { ParameterBuffer, Weights } from './parameters.ts';
import { columnsOf, type Member, partOf } from './partition.ts';

/**
 * From h (M,H) to logits (M,V):
 *
 *   y = Why·h + by            or, tied to the embedding E (V,N) of the input (Press & Wolf 2017),
 *   y = E·(Whe·h) + by
 */
export class OutputLayer {
  /** y (M,V) after `forward`; the loss leaves ∂L/∂y here */
  readonly logits: Floats;
  readonly #kernels: Kernels;
  readonly #weights: Weights;
  readonly #gradient: ParameterBuffer | undefined;
  readonly #below: Activations;
  readonly #M: number;
  /** Whe·h and its gradient (M,N) where the output is tied */
  readonly #projection: Activations | undefined;

  constructor(
    kernels: Kernels,
    weights: Weights,
    gradient: ParameterBuffer | undefined,
    below: Activations,
    M: number,
  ) {
    const { vocabularySize: V, embedding: N = 0 } = weights.architecture;
    this.#kernels = kernels;
    this.#weights = weights;
    this.#gradient = gradient;
    this.#below = below;
    this.#M = M;
    this.logits = kernels.allocate(M * V);
    if (N > 0)
      this.#projection = {
        output: kernels.allocate(M * N),
        dOutput: kernels.allocate(gradient ? M * N : 0),
      };
  }

  /** A thread's rows of the logits. */
  forward(member: Member): void {
    const { vocabularySize: V } = this.#weights.architecture;
    const { from, to } = partOf(this.#M, member);
    const [below, logits] = [
      rowsOf(this.#below.output, this.#M, from, to),
      this.logits.subarray(from * V, to * V),
    ];
    this.#kernels.broadcastBias(logits, this.#weights.view('output.by'), to - from, V);
    if (!this.#projection) {
      this.#kernels.linear(logits, below, this.#matrix('output.Why'), to - from);
      return;
    }
    const projected = rowsOf(this.#projection.output, this.#M, from, to).fill(0);
    this.#kernels.linear(projected, below, this.#matrix('output.Whe'), to - from);
    this.#kernels.linear(logits, projected, this.#matrix('embedding.E'), to - from);
  }

  /** From ∂L/∂y in the logits: the gradients of the parameters and of h. */
  backward(member: Member): void {
    const { vocabularySize: V } = this.#weights.architecture;
    const columns = columnsOf(V, member, this.#kernels.grain);
    this.#kernels.biasGradient(this.#gradient!.view('output.by'), this.logits, this.#M, V, columns);
    if (this.#projection) {
      this.#product('embedding.E', this.logits, this.#projection, member);
      member.barrier();
      this.#product('output.Whe', this.#projection.dOutput, this.#below, member);
    } else this.#product('output.Why', this.logits, this.#below, member);
    member.barrier();
  }

  /** The backward pass of y = W·x: dW += dyᵀ·x, dx = dy·W */
  #product(name: string, dy: Floats, x: Activations, member: Member): void {
    const W = this.#matrix(name);
    linearWeightGradient(this.#kernels, this.#gradient!.view(name), dy, x.output, this.#M, W, member);
    linearInputGradient(this.#kernels, x.dOutput, dy, W, this.#M, member);
  }

  #matrix(name: string): Weight {
    return this.#weights.matrix(name);
  }
}

/** Rows `from` up to `to` of M. */
function rowsOf(x: Floats, M: number, from: number, to: number): Floats {
  const width = x.length / M;
  return x.subarray(from * width, to * width);
}
