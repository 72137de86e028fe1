import type { Floats, Kernels, Weight } from '../kernels/kernels.ts';
import type { Activations } from './layer.ts';
import type { ParameterBuffer, Weights } from './parameters.ts';

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

  forward(): void {
    const { vocabularySize: V } = this.#weights.architecture;
    this.#kernels.broadcastBias(this.logits, this.#weights.view('output.by'), this.#M, V);
    if (!this.#projection) {
      this.#kernels.addProductTransposed(
        this.logits,
        this.#below.output,
        this.#matrix('output.Why'),
        this.#M,
      );
      return;
    }
    const { output } = this.#projection;
    output.fill(0);
    this.#kernels.addProductTransposed(output, this.#below.output, this.#matrix('output.Whe'), this.#M);
    this.#kernels.addProductTransposed(this.logits, output, this.#matrix('embedding.E'), this.#M);
  }

  /** From ∂L/∂y in the logits: the gradients of the parameters and of h. */
  backward(): void {
    const { vocabularySize: V } = this.#weights.architecture;
    this.#kernels.addColumnSums(this.#gradient!.view('output.by'), this.logits, this.#M, V);
    if (!this.#projection) {
      this.#product('output.Why', this.logits, this.#below);
      return;
    }
    this.#product('embedding.E', this.logits, this.#projection);
    this.#product('output.Whe', this.#projection.dOutput, this.#below);
  }

  /** The backward pass of y = W·x: dW += dyᵀ·x, dx = dy·W */
  #product(name: string, dy: Floats, x: Activations): void {
    const W = this.#matrix(name);
    this.#kernels.addOuterProducts(this.#gradient!.view(name), dy, x.output, this.#M, W.rows, W.columns);
    x.dOutput.fill(0);
    this.#kernels.addProduct(x.dOutput, dy, W, this.#M);
  }

  #matrix(name: string): Weight {
    return this.#weights.matrix(name);
  }
}
