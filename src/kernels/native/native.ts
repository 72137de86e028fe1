import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { builtFile } from '../built.ts';
import {
  type AdagradSettings,
  type AdamSettings,
  type Columns,
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

/** Columns as the border takes them: three numbers, or nothing for all. */
type Flat = [of?: number, from?: number, to?: number];

const flat = (columns?: Columns): Flat => (columns ? [columns.of, columns.from, columns.to] : []);

// biome-ignore-start format: one line a function
/** The kernels of one instruction set; each call checks its arguments itself (native/addon.c). */
interface InstructionSet extends Packing {
  linear(
    out: Floats,
    x: Floats,
    packed: Floats,
    M: number,
    N: number,
    K: number,
    G: number,
    of?: number,
    from?: number,
    to?: number,
  ): void;
  linearWeightGradient(
    dW: Floats,
    dy: Floats,
    x: Floats,
    M: number,
    N: number,
    K: number,
    of?: number,
    from?: number,
    to?: number,
    ...columns: Flat
  ): void;
  oneHotLinear(out: Floats, wt: Floats, ids: Int32Array, M: number, N: number, V: number): void;
  oneHotWeightGradient(
    dW: Floats,
    dy: Floats,
    ids: Int32Array,
    M: number,
    N: number,
    V: number,
    of: number,
    from: number,
    to: number,
    scratch: Floats,
  ): void;
  broadcastBias: Kernels['broadcastBias'];
  biasGradient(
    dBias: Floats,
    dy: Floats,
    M: number,
    N: number,
    of?: number,
    from?: number,
    to?: number,
  ): void;
  exp(x: Floats): void;
  sigmoid(x: Floats): void;
  tanh(x: Floats, of?: number, from?: number, to?: number): void;
  tanhGradient(dz: Floats, dh: Floats, h: Floats, of?: number, from?: number, to?: number): void;
  relu(x: Floats, of?: number, from?: number, to?: number): void;
  reluGradient(dz: Floats, dh: Floats, h: Floats, of?: number, from?: number, to?: number): void;
  dropout(x: Floats, threshold: number, scale: number, key: number, first: number): void;
  lstmGates(
    gates: Floats,
    cPrevious: Floats,
    c: Floats,
    h: Floats,
    B: number,
    H: number,
    of?: number,
    from?: number,
    to?: number,
  ): void;
  lstmGatesGradient(
    dz: Floats,
    dc: Floats,
    dh: Floats,
    gates: Floats,
    cPrevious: Floats,
    c: Floats,
    B: number,
    H: number,
    of?: number,
    from?: number,
    to?: number,
  ): void;
  gruGates(
    gates: Floats,
    recurrent: Floats,
    bhn: Floats,
    hPrevious: Floats,
    h: Floats,
    B: number,
    H: number,
    of?: number,
    from?: number,
    to?: number,
  ): void;
  gruGatesGradient(
    dz: Floats,
    dr: Floats,
    dhPrevious: Floats,
    dh: Floats,
    gates: Floats,
    recurrent: Floats,
    hPrevious: Floats,
    B: number,
    H: number,
    of?: number,
    from?: number,
    to?: number,
  ): void;
  softmaxCrossEntropy: Kernels['softmaxCrossEntropy'];
  add: Kernels['add'];
  sumOfSquares: Kernels['sumOfSquares'];
  scale: Kernels['scale'];
  clamp: Kernels['clamp'];
  sgd(w: Floats, g: Floats, v: Floats, rate: number, momentum: number, nesterov: number): void;
  adagrad(w: Floats, g: Floats, s: Floats, rate: number, epsilon: number): void;
  rmsprop(w: Floats, g: Floats, s: Floats, rate: number, decay: number, epsilon: number): void;
  adam(
    w: Floats,
    g: Floats,
    m: Floats,
    s: Floats,
    stepSize: number,
    beta1: number,
    beta2: number,
    rootCorrection: number,
    epsilon: number,
  ): void;
}
// biome-ignore-end format: one line a function

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

/** Threads write to cache lines of their own. */
const LINE_FLOATS = 16;

/** C kernels over vectors: AVX-512, AVX2, NEON or what every compiler has. Storage and sums are float32. */
export class NativeKernels implements Kernels {
  readonly numerics: NumericsId;
  readonly grain: number;
  readonly #set: InstructionSet;
  readonly #memory: SharedBuffers;
  #scratch = new Float32Array(0);

  constructor(addon: Addon, instructionSet: string, memory = sharedBuffers()) {
    this.numerics = `native-${instructionSet}` as NumericsId;
    this.#set = addon.load(instructionSet);
    this.grain = Math.max(this.#set.panel, LINE_FLOATS);
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

  weight(data: Floats, rows: number, columns: number, use: WeightUse, gates?: number): Weight {
    return new PackedWeight(this.#set, (length) => this.allocate(length), data, [rows, columns], use, gates);
  }

  linear(out: Floats, x: Floats, weight: Weight, M: number, columns?: Columns): void {
    const { forward, rows, columns: K, gates } = PackedWeight.of(weight, this.#set);
    this.#set.linear(out, x, forward, M, rows, K, gates, columns?.of, columns?.from, columns?.to);
  }

  linearInputGradient(dx: Floats, dy: Floats, weight: Weight, M: number, columns?: Columns): void {
    const { backward, rows, columns: K } = PackedWeight.of(weight, this.#set);
    this.#set.linear(dx, dy, backward, M, K, rows, 1, columns?.of, columns?.from, columns?.to);
  }

  // biome-ignore format: one line a function
  linearWeightGradient(dW: Floats, dy: Floats, x: Floats, M: number, N: number, K: number, rows?: Columns, columns?: Columns): void {
    this.#set.linearWeightGradient(dW, dy, x, M, N, K, rows?.of, rows?.from, rows?.to, ...flat(columns));
  }

  oneHotLinear(out: Floats, weight: Weight, ids: Int32Array, M: number): void {
    const { transposed, rows, columns } = PackedWeight.of(weight, this.#set);
    this.#set.oneHotLinear(out, transposed, ids, M, rows, columns);
  }

  // biome-ignore format: one line a function
  oneHotWeightGradient(dW: Floats, dy: Floats, ids: Int32Array, M: number, N: number, V: number, columns?: Columns): void {
    const { of, from, to } = columns ?? { of: N, from: 0, to: N };
    const length = V * (to - from);
    if (this.#scratch.length < length) this.#scratch = new Float32Array(length);
    this.#set.oneHotWeightGradient(dW, dy, ids, M, N, V, of, from, to, this.#scratch);
  }

  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void {
    this.#set.broadcastBias(out, bias, M, N);
  }

  biasGradient(dBias: Floats, dy: Floats, M: number, N: number, columns?: Columns): void {
    this.#set.biasGradient(dBias, dy, M, N, ...flat(columns));
  }

  exp(x: Floats): void {
    this.#set.exp(x);
  }

  sigmoid(x: Floats): void {
    this.#set.sigmoid(x);
  }

  tanh(x: Floats, columns?: Columns): void {
    this.#set.tanh(x, columns?.of, columns?.from, columns?.to);
  }

  tanhGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void {
    this.#set.tanhGradient(dz, dh, h, columns?.of, columns?.from, columns?.to);
  }

  relu(x: Floats, columns?: Columns): void {
    this.#set.relu(x, columns?.of, columns?.from, columns?.to);
  }

  reluGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void {
    this.#set.reluGradient(dz, dh, h, columns?.of, columns?.from, columns?.to);
  }

  dropout(x: Floats, probability: number, key: number, first: number): void {
    this.#set.dropout(x, dropThreshold(probability), 1 / (1 - probability), key, first);
  }

  // biome-ignore format: one line a function
  lstmGates(gates: Floats, cPrevious: Floats, c: Floats, h: Floats, B: number, H: number, columns?: Columns): void {
    this.#set.lstmGates(gates, cPrevious, c, h, B, H, columns?.of, columns?.from, columns?.to);
  }

  // biome-ignore format: one line a function
  lstmGatesGradient(dz: Floats, dc: Floats, dh: Floats, gates: Floats, cPrevious: Floats, c: Floats, B: number, H: number, columns?: Columns): void {
    this.#set.lstmGatesGradient(dz, dc, dh, gates, cPrevious, c, B, H, columns?.of, columns?.from, columns?.to);
  }

  // biome-ignore format: one line a function
  gruGates(gates: Floats, recurrent: Floats, bhn: Floats, hPrevious: Floats, h: Floats, B: number, H: number, columns?: Columns): void {
    this.#set.gruGates(gates, recurrent, bhn, hPrevious, h, B, H, columns?.of, columns?.from, columns?.to);
  }

  // biome-ignore format: one line a function
  gruGatesGradient(dz: Floats, dr: Floats, dhPrevious: Floats, dh: Floats, gates: Floats, recurrent: Floats, hPrevious: Floats, B: number, H: number, columns?: Columns): void {
    this.#set.gruGatesGradient(dz, dr, dhPrevious, dh, gates, recurrent, hPrevious, B, H, columns?.of, columns?.from, columns?.to);
  }

  // biome-ignore format: one line a function
  softmaxCrossEntropy(losses: Floats, logits: Floats, targets: Int32Array, M: number, V: number, scale: number): void {
    this.#set.softmaxCrossEntropy(losses, logits, targets, M, V, scale);
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
    const rootCorrection = Math.sqrt(1 - beta2 ** step);
    this.#set.adam(w, g, mean, squares, stepSize, beta1, beta2, rootCorrection, epsilon);
  }
}
