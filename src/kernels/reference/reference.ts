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
} from '../kernels.ts';
import { type SharedBuffers, sharedBuffers } from '../memory.ts';
import { gruGates, gruGatesGradient, lstmGates, lstmGatesGradient, sigmoid } from './gates.ts';

/**
 * The readable kernels: plain loops, sums in float64, storage in float32 (training) or float64 (gradient
 * checks). They are the oracle of every other set, so clarity comes before speed.
 */
export class ReferenceKernels implements Kernels {
  readonly numerics: NumericsId;
  readonly #Storage: typeof Float32Array | typeof Float64Array;
  readonly #memory: SharedBuffers;

  constructor(precision: 'float32' | 'float64' = 'float32', memory = sharedBuffers()) {
    this.numerics = precision === 'float32' ? 'reference' : 'reference-float64';
    this.#Storage = precision === 'float32' ? Float32Array : Float64Array;
    this.#memory = memory;
  }

  allocate(length: number): Floats {
    const Storage = this.#Storage as new (buffer: SharedArrayBuffer) => Floats;
    return new Storage(this.#memory.take(length * this.#Storage.BYTES_PER_ELEMENT));
  }

  allocateIndices(length: number): Int32Array {
    return new Int32Array(this.#memory.take(length * Int32Array.BYTES_PER_ELEMENT));
  }

  share<T>(build: () => T): { built: T; share: KernelShare } {
    const { built, blocks } = this.#memory.record(build);
    return { built, share: { numerics: this.numerics, blocks } };
  }

  weight(data: Floats, rows: number, columns: number): Weight {
    return { data, rows, columns, refresh() {} };
  }

  addProductTransposed(out: Floats, x: Floats, weight: Weight, M: number): void {
    const { data: W, rows: N, columns: K } = weight;
    for (let m = 0; m < M; m++) {
      let n = 0;
      // four rows of W at a time, so that each x is read once for four products
      for (; n + 4 <= N; n += 4) {
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let k = 0, w = n * K; k < K; k++, w++) {
          const xk = x[m * K + k]!;
          s0 += xk * W[w]!;
          s1 += xk * W[w + K]!;
          s2 += xk * W[w + 2 * K]!;
          s3 += xk * W[w + 3 * K]!;
        }
        const o = m * N + n;
        out[o] = out[o]! + s0;
        out[o + 1] = out[o + 1]! + s1;
        out[o + 2] = out[o + 2]! + s2;
        out[o + 3] = out[o + 3]! + s3;
      }
      for (; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += x[m * K + k]! * W[n * K + k]!;
        out[m * N + n] = out[m * N + n]! + sum;
      }
    }
  }

  addProduct(out: Floats, y: Floats, weight: Weight, M: number): void {
    addMatrixProduct(out, y, weight.data, M, weight.rows, weight.columns, weight.rows, 1);
  }

  addOuterProducts(dW: Floats, y: Floats, x: Floats, M: number, N: number, K: number): void {
    addMatrixProduct(dW, y, x, N, M, K, 1, N);
  }

  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void {
    for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) out[m * N + n] = bias[n]!;
  }

  addColumnSums(dBias: Floats, y: Floats, M: number, N: number): void {
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let m = 0; m < M; m++) sum += y[m * N + n]!;
      dBias[n] = dBias[n]! + sum;
    }
  }

  gatherColumns(out: Floats, weight: Weight, ids: Int32Array, M: number): void {
    const { data: W, rows: N, columns: V } = weight;
    for (let m = 0; m < M; m++) {
      const id = ids[m]!;
      for (let n = 0; n < N; n++) out[m * N + n] = out[m * N + n]! + W[n * V + id]!;
    }
  }

  scatterAddColumns(dW: Floats, y: Floats, ids: Int32Array, M: number, N: number, V: number): void {
    for (let m = 0; m < M; m++) {
      const id = ids[m]!;
      for (let n = 0; n < N; n++) dW[n * V + id] = dW[n * V + id]! + y[m * N + n]!;
    }
  }

  exp(x: Floats): void {
    for (let i = 0; i < x.length; i++) x[i] = Math.exp(x[i]!);
  }

  sigmoid(x: Floats): void {
    for (let i = 0; i < x.length; i++) x[i] = sigmoid(x[i]!);
  }

  tanh(x: Floats): void {
    for (let i = 0; i < x.length; i++) x[i] = Math.tanh(x[i]!);
  }

  tanhGradient(dz: Floats, dh: Floats, h: Floats): void {
    for (let i = 0; i < dz.length; i++) dz[i] = dh[i]! * (1 - h[i]! * h[i]!);
  }

  relu(x: Floats): void {
    for (let i = 0; i < x.length; i++) x[i] = Math.max(x[i]!, 0);
  }

  reluGradient(dz: Floats, dh: Floats, h: Floats): void {
    for (let i = 0; i < dz.length; i++) dz[i] = h[i]! > 0 ? dh[i]! : 0;
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

  softmaxCrossEntropy(logits: Floats, targets: Int32Array, M: number, V: number, scale: number): number {
    let nats = 0;
    for (let m = 0; m < M; m++) {
      const row = m * V;
      const target = targets[m]!;
      if (target < 0) {
        logits.fill(0, row, row + V);
        continue;
      }
      let max = -Infinity;
      for (let v = 0; v < V; v++) max = Math.max(max, logits[row + v]!);
      const targetLogit = logits[row + target]!;
      let sum = 0;
      for (let v = 0; v < V; v++) {
        const e = Math.exp(logits[row + v]! - max);
        logits[row + v] = e;
        sum += e;
      }
      nats += Math.log(sum) - (targetLogit - max);
      for (let v = 0; v < V; v++) logits[row + v] = logits[row + v]! * (scale / sum);
      logits[row + target] = logits[row + target]! - scale;
    }
    return nats;
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

/**
 * out (I,J) += A (I,P) · C (P,J), where A[i,p] = a[i·aRow + p·aColumn]; the inner loop runs along rows of C and
 * takes four p at a time, so that each value of `out` is rounded once for four products.
 */
function addMatrixProduct(
  out: Floats,
  a: Floats,
  c: Floats,
  I: number,
  P: number,
  J: number,
  aRow: number,
  aColumn: number,
): void {
  for (let i = 0; i < I; i++) {
    let p = 0;
    for (; p + 4 <= P; p += 4) {
      const at = i * aRow + p * aColumn;
      const a0 = a[at]!;
      const a1 = a[at + aColumn]!;
      const a2 = a[at + 2 * aColumn]!;
      const a3 = a[at + 3 * aColumn]!;
      for (let j = 0, o = i * J, q = p * J; j < J; j++, o++, q++) {
        out[o] = out[o]! + (a0 * c[q]! + a1 * c[q + J]! + (a2 * c[q + 2 * J]! + a3 * c[q + 3 * J]!));
      }
    }
    for (; p < P; p++) {
      const ap = a[i * aRow + p * aColumn]!;
      for (let j = 0; j < J; j++) out[i * J + j] = out[i * J + j]! + ap * c[p * J + j]!;
    }
  }
}

/** 32 mixed bits of a number and a key (the "lowbias32" constants of C. Wellons, public domain). */
function hash(n: number, key: number): number {
  let h = Math.imul(n, 0x9e3779b1) + key;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
