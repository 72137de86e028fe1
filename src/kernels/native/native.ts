import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { builtFile } from '../built.ts';
import {
  type AdagradSettings,
  type AdamSettings,
  dropThreshold,
  type Floats,
  type KernelShare,
  type Kernels,
  type NumericsId,
  type RmspropSettings,
  type SgdSettings,
  type Weight,
  type WeightUse,
} from '../kernels.ts';
import { type SharedBuffers, sharedBuffers } from '../memory.ts';
import { PackedWeight, type Packing } from '../packed-weight.ts';

/** The kernels of one instruction set; each call checks its sizes itself (native/addon.c). */
interface InstructionSet extends Packing {
  addProduct(out: Floats, a: Floats, packed: Floats, M: number, N: number, K: number): void;
  addOuterProducts(dW: Floats, y: Floats, x: Floats, M: number, N: number, K: number): void;
  addTransposed(w: Floats, wt: Floats, N: number, V: number): void;
  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void;
  addColumnSums(sums: Floats, y: Floats, M: number, N: number): void;
  gatherRows(out: Floats, wt: Floats, ids: Int32Array, M: number, N: number, V: number): void;
  scatterRows(dwt: Floats, y: Floats, ids: Int32Array, M: number, N: number, V: number): void;
  exp(x: Floats): void;
  sigmoid(x: Floats): void;
  tanh(x: Floats): void;
  tanhGradient(dz: Floats, dh: Floats, h: Floats): void;
  relu(x: Floats): void;
  reluGradient(dz: Floats, dh: Floats, h: Floats): void;
  dropout(x: Floats, threshold: number, scale: number, key: number, first: number): void;
  lstmGates: Kernels['lstmGates'];
  lstmGatesGradient: Kernels['lstmGatesGradient'];
  gruGates: Kernels['gruGates'];
  gruGatesGradient: Kernels['gruGatesGradient'];
  softmaxCrossEntropy(logits: Floats, targets: Int32Array, M: number, V: number, scale: number): number;
  add(out: Floats, x: Floats): void;
  sumOfSquares(x: Floats): number;
  scale(x: Floats, factor: number): void;
  clamp(x: Floats, limit: number): void;
  sgd(w: Floats, g: Floats, v: Floats, rate: number, momentum: number, nesterov: number): void;
  adagrad(w: Floats, g: Floats, s: Floats, rate: number, epsilon: number): void;
  rmsprop(w: Floats, g: Floats, s: Floats, rate: number, decay: number, epsilon: number): void;
  adam(w: Floats, g: Floats, m: Floats, s: Floats, settings: Floats): void;
}

interface Addon {
  /** names, best first */
  instructionSets(): string[];
  load(name: string): InstructionSet;
}

/** The add-on built at install, or undefined where there was no compiler. */
export function loadAddon(): Addon | undefined {
  try {
    return createRequire(import.meta.url)(fileURLToPath(builtFile('kernels.node'))) as Addon;
  } catch {
    return undefined;
  }
}

/** The native kernels of this machine, the best unless one is named, or undefined without the add-on. */
export function loadNative(instructionSet?: string, memory?: SharedBuffers): NativeKernels | undefined {
  const addon = loadAddon();
  const chosen = instructionSet ?? addon?.instructionSets()[0];
  return addon && chosen ? new NativeKernels(addon, chosen, memory) : undefined;
}

/** C kernels over vectors: AVX-512, AVX2, NEON or what every compiler has. Storage and sums are float32. */
export class NativeKernels implements Kernels {
  readonly numerics: NumericsId;
  readonly #set: InstructionSet;
  readonly #adamSettings = new Float32Array(5);
  readonly #memory: SharedBuffers;
  #scratch = new Float32Array(0);

  constructor(addon: Addon, instructionSet: string, memory = sharedBuffers()) {
    this.numerics = `native-${instructionSet}` as NumericsId;
    this.#set = addon.load(instructionSet);
    this.#memory = memory;
  }

  allocate(length: number): Float32Array {
    return new Float32Array(this.#memory.take(length * Float32Array.BYTES_PER_ELEMENT));
  }

  allocateIndices(length: number): Int32Array {
    return new Int32Array(this.#memory.take(length * Int32Array.BYTES_PER_ELEMENT));
  }

  share<T>(build: () => T): { built: T; share: KernelShare } {
    const { built, blocks } = this.#memory.record(build);
    return { built, share: { numerics: this.numerics, blocks } };
  }

  weight(data: Floats, rows: number, columns: number, use: WeightUse): Weight {
    return new PackedWeight(this.#set, (length) => this.allocate(length), data, [rows, columns], use);
  }

  addProductTransposed(out: Floats, x: Floats, weight: Weight, M: number): void {
    this.#set.addProduct(out, x, PackedWeight.of(weight, this.#set).forward, M, weight.rows, weight.columns);
  }

  addProduct(out: Floats, y: Floats, weight: Weight, M: number): void {
    this.#set.addProduct(out, y, PackedWeight.of(weight, this.#set).backward, M, weight.columns, weight.rows);
  }

  addOuterProducts(dW: Floats, y: Floats, x: Floats, M: number, N: number, K: number): void {
    this.#set.addOuterProducts(dW, y, x, M, N, K);
  }

  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void {
    this.#set.broadcastBias(out, bias, M, N);
  }

  addColumnSums(dBias: Floats, y: Floats, M: number, N: number): void {
    this.#set.addColumnSums(dBias, y, M, N);
  }

  gatherColumns(out: Floats, weight: Weight, ids: Int32Array, M: number): void {
    this.#set.gatherRows(
      out,
      PackedWeight.of(weight, this.#set).transposed,
      ids,
      M,
      weight.rows,
      weight.columns,
    );
  }

  /** Through a transposed copy, since whole rows are added many times faster than columns. */
  scatterAddColumns(dW: Floats, y: Floats, ids: Int32Array, M: number, N: number, V: number): void {
    if (this.#scratch.length < N * V) this.#scratch = new Float32Array(N * V);
    const dWt = this.#scratch.fill(0, 0, N * V);
    this.#set.scatterRows(dWt, y, ids, M, N, V);
    this.#set.addTransposed(dW, dWt, N, V);
  }

  exp(x: Floats): void {
    this.#set.exp(x);
  }

  sigmoid(x: Floats): void {
    this.#set.sigmoid(x);
  }

  tanh(x: Floats): void {
    this.#set.tanh(x);
  }

  tanhGradient(dz: Floats, dh: Floats, h: Floats): void {
    this.#set.tanhGradient(dz, dh, h);
  }

  relu(x: Floats): void {
    this.#set.relu(x);
  }

  reluGradient(dz: Floats, dh: Floats, h: Floats): void {
    this.#set.reluGradient(dz, dh, h);
  }

  dropout(x: Floats, probability: number, key: number, first: number): void {
    this.#set.dropout(x, dropThreshold(probability), 1 / (1 - probability), key, first);
  }

  lstmGates(gates: Floats, cPrevious: Floats, c: Floats, h: Floats, B: number, H: number): void {
    this.#set.lstmGates(gates, cPrevious, c, h, B, H);
  }

  // biome-ignore format: one line a function
  lstmGatesGradient(dz: Floats, dc: Floats, dh: Floats, gates: Floats, cPrevious: Floats, c: Floats, B: number, H: number): void {
    this.#set.lstmGatesGradient(dz, dc, dh, gates, cPrevious, c, B, H);
  }

  // biome-ignore format: one line a function
  gruGates(gates: Floats, recurrent: Floats, bhn: Floats, hPrevious: Floats, h: Floats, B: number, H: number): void {
    this.#set.gruGates(gates, recurrent, bhn, hPrevious, h, B, H);
  }

  // biome-ignore format: one line a function
  gruGatesGradient(dz: Floats, dr: Floats, dh: Floats, gates: Floats, recurrent: Floats, hPrevious: Floats, B: number, H: number): void {
    this.#set.gruGatesGradient(dz, dr, dh, gates, recurrent, hPrevious, B, H);
  }

  softmaxCrossEntropy(logits: Floats, targets: Int32Array, M: number, V: number, scale: number): number {
    return this.#set.softmaxCrossEntropy(logits, targets, M, V, scale);
  }

  add(out: Floats, x: Floats): void {
    this.#set.add(out, x);
  }

  sumOfSquares(x: Floats): number {
    return this.#set.sumOfSquares(x);
  }

  scale(x: Floats, factor: number): void {
    this.#set.scale(x, factor);
  }

  clamp(x: Floats, limit: number): void {
    this.#set.clamp(x, limit);
  }

  sgd(w: Floats, g: Floats, velocity: Floats, { learningRate, momentum, nesterov }: SgdSettings): void {
    this.#set.sgd(w, g, velocity, learningRate, momentum, Number(nesterov));
  }

  adagrad(w: Floats, g: Floats, squares: Floats, { learningRate, epsilon }: AdagradSettings): void {
    this.#set.adagrad(w, g, squares, learningRate, epsilon);
  }

  rmsprop(w: Floats, g: Floats, squares: Floats, { learningRate, decay, epsilon }: RmspropSettings): void {
    this.#set.rmsprop(w, g, squares, learningRate, decay, epsilon);
  }

  adam(w: Floats, g: Floats, mean: Floats, squares: Floats, settings: AdamSettings): void {
    const { learningRate, beta1, beta2, epsilon, step } = settings;
    const stepSize = learningRate / (1 - beta1 ** step);
    this.#adamSettings.set([stepSize, beta1, beta2, Math.sqrt(1 - beta2 ** step), epsilon]);
    this.#set.adam(w, g, mean, squares, this.#adamSettings);
  }
}
