import type { Floats, Kernels, Part, Weight } from '../kernels/kernels.ts';
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

  /** From ∂L/∂y in the logits: a thread's rows of the gradient of h. */
  backward(member: Member): void {
    const dx = (name: string, dy: Floats, { dOutput }: Activations) =>
      linearInputGradient(this.#kernels, dOutput, dy, this.#matrix(name), this.#M, member);
    if (this.#projection) {
      dx('embedding.E', this.logits, this.#projection);
      dx('output.Whe', this.#projection.dOutput, this.#below);
    } else dx('output.Why', this.logits, this.#below);
    member.barrier();
  }

  /** After `backward`: a thread's part of the gradients of the parameters, added to what is there. */
  gradients(part: Part): void {
    const { vocabularySize: V } = this.#weights.architecture;
    const columns = columnsOf(V, part, this.#kernels.grain);
    this.#kernels.biasGradient(this.#gradient!.view('output.by'), this.logits, this.#M, V, columns);
    const dW = (name: string, dy: Floats, { output }: Activations) => {
      const gradient = this.#gradient!.view(name);
      linearWeightGradient(this.#kernels, gradient, dy, output, this.#M, this.#matrix(name), part);
    };
    if (this.#projection) {
      dW('embedding.E', this.logits, this.#projection);
      dW('output.Whe', this.#projection.dOutput, this.#below);
    } else dW('output.Why', this.logits, this.#below);
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
