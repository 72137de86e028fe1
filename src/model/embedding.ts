import type { Floats, Part } from '../kernels/kernels.ts';
import type { Activations, LayerContext } from './layer.ts';
import { type Member, partOf } from './partition.ts';

/** Learned vectors of the characters: x_t = E[id_t], E (V,N), read by the first layer in place of one-hot vectors. */
export class Embedding implements Activations {
  /** x (T·B,N) */
  readonly output: Floats;
  readonly dOutput: Floats;
  readonly #vectors: Floats;
  readonly #dVectors: Floats | undefined;
  readonly #ids: Int32Array;
  readonly #N: number;

  constructor({ kernels, weights, gradient, B, T }: LayerContext, ids: Int32Array, N: number) {
    this.#vectors = weights.view('embedding.E');
    this.#dVectors = gradient?.view('embedding.E');
    this.#ids = ids;
    this.#N = N;
    this.output = kernels.allocate(T * B * N);
    this.dOutput = kernels.allocate(gradient ? T * B * N : 0);
  }

  forward(member: Member): void {
    const N = this.#N;
    const { from, to } = partOf(this.#ids.length, member);
    for (let m = from; m < to; m++) {
      const id = this.#ids[m]!;
      this.output.set(this.#vectors.subarray(id * N, (id + 1) * N), m * N);
    }
    member.barrier();
  }

  /** dE[id_m] += dx_m, a thread's part of it; the output layer's share of a tied E must be there */
  gradients(part: Part): void {
    const [N, dE, dx] = [this.#N, this.#dVectors!, this.dOutput];
    const { from, to } = partOf(N, part);
    for (let m = 0; m < this.#ids.length; m++) {
      const row = this.#ids[m]! * N;
      for (let n = from; n < to; n++) dE[row + n] = dE[row + n]! + dx[m * N + n]!;
    }
  }
}
