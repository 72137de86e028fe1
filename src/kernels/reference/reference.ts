import {
  type AdagradSettings,
  type AdamSettings,
  type Columns,
  dropThreshold,
  type Floats,
  type Kernels,
  type NumericsId,
  type RmspropSettings,
  type SgdSettings,
  type Weight,
  type WeightUse,
} from '../kernels.ts';
import { type BufferShare, type SharedBuffers, sharedBuffers } from '../memory.ts';
import { gruGates, gruGatesGradient, lstmGates, lstmGatesGradient, sigmoid } from './gates.ts';

/**
 * The readable truth: plain loops that say what each kernel means, storage in float32 (training) or float64 (gradient
 * checks). They are the oracle of every other set, so clarity comes before speed.
 */
export class ReferenceKernels implements Kernels {
  readonly numerics: NumericsId;
  readonly grain = 1;
  readonly #Storage: typeof Float32Array | typeof Float64Array;
  readonly #memory: SharedBuffers;

  constructor(precision: 'float32' | 'float64' = 'float32', memory = sharedBuffers()) {
    this.numerics = precision === 'float32' ? 'reference' : 'reference-float64';
    this.#Storage = precision === 'float32' ? Float32Array : Float64Array;
    this.#memory = memory;
  }

  allocate(length: number): Floats {
    const Storage = this.#Storage as new (buffer: ArrayBufferLike) => Floats;
    return new Storage(this.#memory.take(length * this.#Storage.BYTES_PER_ELEMENT));
  }

  allocateIndices(length: number): Int32Array {
    return new Int32Array(this.#memory.take(length * Int32Array.BYTES_PER_ELEMENT));
  }

  share<T>(build: () => T): { built: T; share: BufferShare } {
    const { built, blocks } = this.#memory.record(build);
    return { built, share: { numerics: this.numerics, blocks } };
  }

  weight(data: Floats, rows: number, columns: number, _use?: WeightUse, gates = 1): Weight {
    return { data, rows, columns, gates, refresh() {} };
  }

  linear(out: Floats, x: Floats, weight: Weight, M: number, columns?: Columns): void {
    const { data: W, rows: N, columns: K, gates } = weight;
    const { from, to } = columns ?? { from: 0, to: N / gates };
    for (let m = 0; m < M; m++)
      for (let block = 0; block < N; block += N / gates)
        for (let n = block + from; n < block + to; n++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += x[m * K + k]! * W[n * K + k]!;
          out[m * N + n] = out[m * N + n]! + sum;
        }
  }

  linearInputGradient(dx: Floats, dy: Floats, weight: Weight, M: number, columns?: Columns): void {
    const { data: W, rows: N, columns: K } = weight;
    const { from, to } = columns ?? { from: 0, to: K };
    for (let m = 0; m < M; m++)
      for (let n = 0; n < N; n++)
        for (let k = from; k < to; k++) dx[m * K + k] = dx[m * K + k]! + dy[m * N + n]! * W[n * K + k]!;
  }

  // biome-ignore format: one line a function
  linearWeightGradient(dW: Floats, dy: Floats, x: Floats, M: number, N: number, K: number, rows = all(N), columns = all(K)): void {
    for (let n = rows.from; n < rows.to; n++)
      for (let m = 0; m < M; m++)
        for (let k = columns.from; k < columns.to; k++)
          dW[n * K + k] = dW[n * K + k]! + dy[m * N + n]! * x[m * K + k]!;
  }

  oneHotLinear(out: Floats, weight: Weight, ids: Int32Array, M: number): void {
    const { data: W, rows: N, columns: V } = weight;
    for (let m = 0; m < M; m++)
      for (let n = 0; n < N; n++) out[m * N + n] = out[m * N + n]! + W[n * V + ids[m]!]!;
  }

  // biome-ignore format: one line a function
  oneHotWeightGradient(dW: Floats, dy: Floats, ids: Int32Array, M: number, N: number, V: number, columns = all(N)): void {
    for (let m = 0; m < M; m++)
      for (let n = columns.from; n < columns.to; n++)
        dW[n * V + ids[m]!] = dW[n * V + ids[m]!]! + dy[m * N + n]!;
  }

  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void {
    for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) out[m * N + n] = bias[n]!;
  }

  biasGradient(dBias: Floats, dy: Floats, M: number, N: number, columns = all(N)): void {
    for (let n = columns.from; n < columns.to; n++) {
      let sum = 0;
      for (let m = 0; m < M; m++) sum += dy[m * N + n]!;
      dBias[n] = dBias[n]! + sum;
    }
  }

  exp(x: Floats): void {
    for (let i = 0; i < x.length; i++) x[i] = Math.exp(x[i]!);
  }

  sigmoid(x: Floats): void {
    for (let i = 0; i < x.length; i++) x[i] = sigmoid(x[i]!);
  }

  tanh(x: Floats, columns?: Columns): void {
    each(x, columns, (i) => {
      x[i] = Math.tanh(x[i]!);
    });
  }

  tanhGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void {
    each(dz, columns, (i) => {
      dz[i] = dh[i]! * (1 - h[i]! * h[i]!);
    });
  }

  relu(x: Floats, columns?: Columns): void {
    each(x, columns, (i) => {
      x[i] = Math.max(x[i]!, 0);
    });
  }

  reluGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void {
    each(dz, columns, (i) => {
      dz[i] = h[i]! > 0 ? dh[i]! : 0;
    });
  }

  dropout(x: Floats, probability: number, key: number, first: number): void {
    const threshold = dropThreshold(probability);
    for (let i = 0; i < x.length; i++)
      x[i] = hash(first + i, key) >>> 1 < threshold ? 0 : x[i]! / (1 - probability);
  }

  readonly lstmGates = lstmGates;
  readonly lstmGatesGradient = lstmGatesGradient;
  readonly gruGates = gruGates;
  readonly gruGatesGradient = gruGatesGradient;

  // biome-ignore format: one line a function
  softmaxCrossEntropy(losses: Floats, logits: Floats, targets: Int32Array, M: number, V: number, scale: number): void {
    for (let m = 0; m < M; m++) {
      const y = logits.subarray(m * V, (m + 1) * V);
      const target = targets[m]!;
      if (target < 0) {
        losses[m] = 0;
        y.fill(0);
        continue;
      }
      let [max, sum] = [Number.NEGATIVE_INFINITY, 0];
      for (const logit of y) max = Math.max(max, logit);
      for (const logit of y) sum += Math.exp(logit - max);
      losses[m] = Math.log(sum) - (y[target]! - max);
      for (let v = 0; v < V; v++) y[v] = (Math.exp(y[v]! - max) / sum - Number(v === target)) * scale;
    }
  }

  add(out: Floats, x: Floats): void {
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + x[i]!;
  }

  sumOfSquares(x: Floats): number {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
    return sum;
  }

  scale(x: Floats, factor: number): void {
    for (let i = 0; i < x.length; i++) x[i] = x[i]! * factor;
  }

  clamp(x: Floats, limit: number): void {
    for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(x[i]!, -limit), limit);
  }

  sgd(w: Floats, g: Floats, velocity: Floats, { learningRate, momentum, nesterov }: SgdSettings): void {
    for (let i = 0; i < w.length; i++) {
      const v = momentum * velocity[i]! + g[i]!;
      velocity[i] = v;
      w[i] = w[i]! - learningRate * (nesterov ? g[i]! + momentum * v : v);
    }
  }

  adagrad(w: Floats, g: Floats, squares: Floats, { learningRate, epsilon }: AdagradSettings): void {
    for (let i = 0; i < w.length; i++) {
      const s = squares[i]! + g[i]! * g[i]!;
      squares[i] = s;
      w[i] = w[i]! - (learningRate * g[i]!) / (Math.sqrt(s) + epsilon);
    }
  }

  rmsprop(w: Floats, g: Floats, squares: Floats, { learningRate, decay, epsilon }: RmspropSettings): void {
    for (let i = 0; i < w.length; i++) {
      const s = decay * squares[i]! + (1 - decay) * g[i]! * g[i]!;
      squares[i] = s;
      w[i] = w[i]! - (learningRate * g[i]!) / (Math.sqrt(s) + epsilon);
    }
  }

  adam(w: Floats, g: Floats, mean: Floats, squares: Floats, settings: AdamSettings): void {
    const { learningRate, beta1, beta2, epsilon, step } = settings;
    const stepSize = learningRate / (1 - beta1 ** step);
    const rootCorrection = Math.sqrt(1 - beta2 ** step);
    for (let i = 0; i < w.length; i++) {
      const m = beta1 * mean[i]! + (1 - beta1) * g[i]!;
      const s = beta2 * squares[i]! + (1 - beta2) * g[i]! * g[i]!;
      mean[i] = m;
      squares[i] = s;
      w[i] = w[i]! - (stepSize * m) / (Math.sqrt(s) / rootCorrection + epsilon);
    }
  }
}

const all = (of: number): Columns => ({ of, from: 0, to: of });

/** Visits the places of some columns in every row of x. */
function each(x: Floats, { of, from, to }: Columns = all(x.length), visit: (i: number) => void): void {
  for (let row = 0; row < x.length; row += of) for (let i = row + from; i < row + to; i++) visit(i);
}

/** 32 mixed bits of a number and a key (the "lowbias32" constants of C. Wellons, public domain). */
function hash(n: number, key: number): number {
  let h = Math.imul(n, 0x9e3779b1) + key;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
