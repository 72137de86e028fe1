import { readFileSync } from 'node:fs';
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
import { PackedWeight, type Packing } from '../packed-weight.ts';
import { createMemory, WasmArena, type WasmShare } from './arena.ts';
import type { Exports } from './exports.ts';
import { type WasmModule, WebAssembly } from './webassembly.ts';

const PANEL = 8;
/** 64 bytes for the end of a row, then a packed panel of 256 rows. */
const SCRATCH_BYTES = 64 + 256 * PANEL * Float32Array.BYTES_PER_ELEMENT;

export const WASM_BUILDS = ['wasm-relaxed', 'wasm-simd128'] as const;
type WasmBuild = (typeof WASM_BUILDS)[number];

const binary = (build: WasmBuild) => readFileSync(builtFile(`${build}.wasm`));

/**
 * The portable kernels, fused products where this runtime has relaxed SIMD; undefined where it has no SIMD at all, or
 * gives no memory to share.
 */
export function loadWasm(
  builds: readonly WasmBuild[] = WASM_BUILDS,
  share?: WasmShare,
): WasmKernels | undefined {
  if (!WebAssembly) return undefined;
  for (const build of builds) {
    const code = binary(build);
    if (!WebAssembly.validate(code)) continue;
    const memory = share?.memory ?? createMemory();
    const arena = memory && new WasmArena(memory, share?.blocks);
    return arena && new WasmKernels(build, new WebAssembly.Module(code), arena);
  }
  return undefined;
}

/** SIMD kernels in WebAssembly over one shared memory. Storage and sums are float32; `tanh`, `exp` and `log` are its own. */
export class WasmKernels implements Kernels {
  readonly numerics: NumericsId;
  /** a cache line, two panels */
  readonly grain = 16;
  readonly #wasm: Exports;
  readonly #arena: WasmArena;
  readonly #packing: Packing = {
    panel: PANEL,
    pack: (packed, w, K, N, _panels, from, to) =>
      this.#wasm.pack(this.#arena.at(packed, 0), this.#arena.at(w, K * N), K, N, from, to),
    packTransposed: (packed, w, N, K, G, _panels, from, to) =>
      this.#wasm.packTransposed(this.#arena.at(packed, 0), this.#arena.at(w, N * K), N, K, G, from, to),
    transpose: (out, w, N, V, _rows, from, to) =>
      this.#wasm.transpose(this.#arena.at(out, N * V), this.#arena.at(w, N * V), N, V, from, to),
  };
  #scratch: Floats = new Float32Array(0);

  constructor(numerics: NumericsId, module: WasmModule, arena: WasmArena) {
    this.numerics = numerics;
    this.#arena = arena;
    const instance = new WebAssembly!.Instance(module, { env: { memory: arena.memory } });
    this.#wasm = instance.exports as Exports;
    this.#wasm.setScratch(this.#arena.claim(SCRATCH_BYTES));
  }

  allocate(length: number): Float32Array {
    return this.#arena.allocate(length);
  }

  allocateIndices(length: number): Int32Array {
    return this.#arena.allocateIndices(length);
  }

  share<T>(build: () => T): { built: T; share: KernelShare } {
    const { built, blocks } = this.#arena.record(build);
    return { built, share: { numerics: this.numerics, memory: this.#arena.memory, blocks } };
  }

  weight(data: Floats, rows: number, columns: number, use: WeightUse, gates?: number): Weight {
    const allocate = (length: number) => this.allocate(length);
    return new PackedWeight(this.#packing, allocate, data, [rows, columns], use, gates);
  }

  linear(out: Floats, x: Floats, weight: Weight, M: number, columns?: Columns): void {
    const { forward, rows, columns: K, gates } = PackedWeight.of(weight, this.#packing);
    const [o, a] = [this.#arena.at(out, M * rows), this.#arena.at(x, M * K)];
    const { from, to } = wholePanels(columns, rows / gates);
    this.#wasm.linear(o, a, this.#arena.at(forward, 0), M, rows, K, gates, from, to);
  }

  linearInputGradient(dx: Floats, dy: Floats, weight: Weight, M: number, columns?: Columns): void {
    const { backward, rows, columns: K } = PackedWeight.of(weight, this.#packing);
    const [o, a] = [this.#arena.at(dx, M * K), this.#arena.at(dy, M * rows)];
    const { from, to } = wholePanels(columns, K);
    this.#wasm.linear(o, a, this.#arena.at(backward, 0), M, K, rows, 1, from, to);
  }

  // biome-ignore format: one line a function
  linearWeightGradient(dW: Floats, dy: Floats, x: Floats, M: number, N: number, K: number, rows?: Columns, columns?: Columns): void {
    const [w, a, b] = [this.#arena.at(dW, N * K), this.#arena.at(dy, M * N), this.#arena.at(x, M * K)];
    const [n, k] = [within(rows, N), within(columns, K)];
    this.#wasm.linearWeightGradient(w, a, b, M, N, K, n.from, n.to, k.from, k.to);
  }

  oneHotLinear(out: Floats, weight: Weight, ids: Int32Array, M: number): void {
    const { transposed, rows, columns } = PackedWeight.of(weight, this.#packing);
    const [o, i] = [this.#arena.at(out, M * rows), this.#arena.indicesAt(ids, M, 0, columns)];
    this.#wasm.oneHotLinear(o, this.#arena.at(transposed, 0), i, M, rows, columns);
  }

  // biome-ignore format: one line a function
  oneHotWeightGradient(dW: Floats, dy: Floats, ids: Int32Array, M: number, N: number, V: number, columns?: Columns): void {
    const { from, to } = within(columns, N);
    const length = V * (to - from);
    if (this.#scratch.length < length) this.#scratch = this.#arena.allocateOwn(length);
    const [w, a] = [this.#arena.at(dW, N * V), this.#arena.at(dy, M * N)];
    const i = this.#arena.indicesAt(ids, M, 0, V);
    this.#wasm.oneHotWeightGradient(w, a, i, M, N, V, from, to, this.#scratch.byteOffset);
  }

  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void {
    this.#wasm.broadcastBias(this.#arena.at(out, M * N), this.#arena.at(bias, N), M, N);
  }

  biasGradient(dBias: Floats, dy: Floats, M: number, N: number, columns?: Columns): void {
    const { from, to } = within(columns, N);
    this.#wasm.biasGradient(this.#arena.at(dBias, N), this.#arena.at(dy, M * N), M, N, from, to);
  }

  exp(x: Floats): void {
    this.#wasm.exp(this.#arena.at(x, 0), x.length);
  }

  sigmoid(x: Floats): void {
    this.#wasm.sigmoid(this.#arena.at(x, 0), x.length);
  }

  tanh(x: Floats, columns?: Columns): void {
    const { of, from, to } = ofRows(columns, x.length);
    this.#wasm.tanh(this.#arena.at(x, 0), x.length, of, from, to);
  }

  tanhGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void {
    const n = dz.length;
    const { of, from, to } = ofRows(columns, n);
    const [z, slope, value] = [this.#arena.at(dz, n), this.#arena.at(dh, n), this.#arena.at(h, n)];
    this.#wasm.tanhGradient(z, slope, value, n, of, from, to);
  }

  relu(x: Floats, columns?: Columns): void {
    const { of, from, to } = ofRows(columns, x.length);
    this.#wasm.relu(this.#arena.at(x, 0), x.length, of, from, to);
  }

  reluGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void {
    const n = dz.length;
    const { of, from, to } = ofRows(columns, n);
    const [z, slope, value] = [this.#arena.at(dz, n), this.#arena.at(dh, n), this.#arena.at(h, n)];
    this.#wasm.reluGradient(z, slope, value, n, of, from, to);
  }

  dropout(x: Floats, probability: number, key: number, first: number): void {
    const [threshold, scale] = [dropThreshold(probability), 1 / (1 - probability)];
    this.#wasm.dropout(this.#arena.at(x, 0), x.length, threshold, scale, key, first);
  }

  // biome-ignore format: one line a function
  lstmGates(gates: Floats, cPrevious: Floats, c: Floats, h: Floats, B: number, H: number, columns?: Columns): void {
    const n = B * H;
    const { from, to } = within(columns, H);
    const [z, before, after] = [
      this.#arena.at(gates, 4 * n),
      this.#arena.at(cPrevious, n),
      this.#arena.at(c, n),
    ];
    this.#wasm.lstmGates(z, before, after, this.#arena.at(h, n), B, H, from, to);
  }

  // biome-ignore format: one line a function
  lstmGatesGradient(dz: Floats, dc: Floats, dh: Floats, gates: Floats, cPrevious: Floats, c: Floats, B: number, H: number, columns?: Columns): void {
    const n = B * H;
    const { from, to } = within(columns, H);
    const [d, dState, dOut] = [this.#arena.at(dz, 4 * n), this.#arena.at(dc, n), this.#arena.at(dh, n)];
    const [z, before, after] = [this.#arena.at(gates, 4 * n), this.#arena.at(cPrevious, n), this.#arena.at(c, n)];
    this.#wasm.lstmGatesGradient(d, dState, dOut, z, before, after, B, H, from, to);
  }

  // biome-ignore format: one line a function
  gruGates(gates: Floats, recurrent: Floats, bhn: Floats, hPrevious: Floats, h: Floats, B: number, H: number, columns?: Columns): void {
    const n = B * H;
    const { from, to } = within(columns, H);
    const [z, q, bias] = [this.#arena.at(gates, 3 * n), this.#arena.at(recurrent, 3 * n), this.#arena.at(bhn, H)];
    this.#wasm.gruGates(z, q, bias, this.#arena.at(hPrevious, n), this.#arena.at(h, n), B, H, from, to);
  }

  // biome-ignore format: one line a function
  gruGatesGradient(dz: Floats, dr: Floats, dhPrevious: Floats, dh: Floats, gates: Floats, recurrent: Floats, hPrevious: Floats, B: number, H: number, columns?: Columns): void {
    const n = B * H;
    const { from, to } = within(columns, H);
    const [d, r] = [this.#arena.at(dz, 3 * n), this.#arena.at(dr, 3 * n)];
    const [dOut, dBefore] = [this.#arena.at(dh, n), this.#arena.at(dhPrevious, n)];
    const [z, q, before] = [this.#arena.at(gates, 3 * n), this.#arena.at(recurrent, 3 * n), this.#arena.at(hPrevious, n)];
    this.#wasm.gruGatesGradient(d, r, dBefore, dOut, z, q, before, B, H, from, to);
  }

  // biome-ignore format: one line a function
  softmaxCrossEntropy(losses: Floats, logits: Floats, targets: Int32Array, M: number, V: number, scale: number): void {
    const [y, t] = [this.#arena.at(logits, M * V), this.#arena.indicesAt(targets, M, -1, V)];
    this.#wasm.softmaxCrossEntropy(this.#arena.at(losses, M), y, t, M, V, scale);
  }

  add(out: Floats, x: Floats): void {
    const n = out.length;
    this.#wasm.add(this.#arena.at(out, n), this.#arena.at(x, n), n);
  }

  sumOfSquares(x: Floats): number {
    return this.#wasm.sumOfSquares(this.#arena.at(x, 0), x.length);
  }

  scale(x: Floats, factor: number): void {
    this.#wasm.scale(this.#arena.at(x, 0), x.length, factor);
  }

  clamp(x: Floats, limit: number): void {
    this.#wasm.clamp(this.#arena.at(x, 0), x.length, limit);
  }

  sgd(w: Floats, g: Floats, velocity: Floats, { learningRate, momentum, nesterov }: SgdSettings): void {
    const n = w.length;
    const [at, slope, v] = [this.#arena.at(w, n), this.#arena.at(g, n), this.#arena.at(velocity, n)];
    this.#wasm.sgd(at, slope, v, n, learningRate, momentum, Number(nesterov));
  }

  adagrad(w: Floats, g: Floats, squares: Floats, { learningRate, epsilon }: AdagradSettings): void {
    this.#adaptive(w, g, squares, learningRate, 1, 1, epsilon);
  }

  rmsprop(w: Floats, g: Floats, squares: Floats, settings: RmspropSettings): void {
    const { learningRate, decay, epsilon } = settings;
    this.#adaptive(w, g, squares, learningRate, decay, 1 - decay, epsilon);
  }

  // biome-ignore format: one line a function
  #adaptive(w: Floats, g: Floats, s: Floats, rate: number, decay: number, share: number, epsilon: number): void {
    const n = w.length;
    const [at, slope, squares] = [this.#arena.at(w, n), this.#arena.at(g, n), this.#arena.at(s, n)];
    this.#wasm.adaptive(at, slope, squares, n, rate, decay, share, epsilon);
  }

  adam(w: Floats, g: Floats, mean: Floats, squares: Floats, settings: AdamSettings): void {
    const { learningRate, beta1, beta2, epsilon, step } = settings;
    const n = w.length;
    const [at, slope, m, s] = [
      this.#arena.at(w, n),
      this.#arena.at(g, n),
      this.#arena.at(mean, n),
      this.#arena.at(squares, n),
    ];
    const rate = learningRate / (1 - beta1 ** step);
    this.#wasm.adam(at, slope, m, s, n, rate, beta1, beta2, 1 / Math.sqrt(1 - beta2 ** step), epsilon);
  }
}

/** The columns to compute, all unless some are given. */
function within(columns: Columns | undefined, of: number): Columns {
  if (!columns) return { of, from: 0, to: of };
  const { from, to } = columns;
  const whole = Number.isInteger(from) && Number.isInteger(to);
  if (columns.of !== of || !whole || from < 0 || from > to || to > of)
    throw new RangeError('columns outside the matrix');
  return columns;
}

function ofRows(columns: Columns | undefined, length: number): Columns {
  if (columns && length % columns.of !== 0)
    throw new RangeError('columns of rows that the array does not consist of');
  return within(columns, columns?.of ?? length);
}

function wholePanels(columns: Columns | undefined, of: number): Columns {
  const { from, to } = within(columns, of);
  if (from % PANEL > 0 || (to % PANEL > 0 && to < of)) throw new RangeError('columns cut inside a panel');
  return { of, from, to };
}
