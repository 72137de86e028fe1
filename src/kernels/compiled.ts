import { type Columns, dropThreshold, type Floats, type Kernels, type Weight } from './kernels.ts';
import { PackedWeight, type Packing } from './packed-weight.ts';

/** Kernels whose compiled functions take other arguments than the interface says. */
interface Adapted {
  /** out (M,N) += x (M,K) · B (K,N), B packed in G blocks; columns of each block */
  // biome-ignore format: one line a function
  linear(out: Floats, x: Floats, packed: Floats, M: number, N: number, K: number, G: number, columns?: Columns): void;
  oneHotLinear(out: Floats, wt: Floats, ids: Int32Array, M: number, N: number, V: number): void;
  /** scratch holds the columns of dWᵀ (V,N) */
  // biome-ignore format: one line a function
  oneHotWeightGradient(dW: Floats, dy: Floats, ids: Int32Array, M: number, N: number, V: number, columns: Columns, scratch: Floats): void;
  dropout(x: Floats, threshold: number, scale: number, key: number, first: number): void;
  sgd(w: Floats, g: Floats, v: Floats, rate: number, momentum: number, nesterov: number): void;
  adagrad(w: Floats, g: Floats, s: Floats, rate: number, epsilon: number): void;
  rmsprop(w: Floats, g: Floats, s: Floats, rate: number, decay: number, epsilon: number): void;
  // biome-ignore format: one line a function
  adam(w: Floats, g: Floats, m: Floats, s: Floats, rate: number, beta1: number, beta2: number, root: number, epsilon: number): void;
}

/** Members of a kernel set itself. */
type Own = Pick<Kernels, 'numerics' | 'allocate' | 'allocateIndices' | 'share'>;

/** The functions of native/kernels.def; each checks its arguments, so that none reaches beyond its arrays. */
export type Compiled = Packing &
  Adapted &
  Omit<Kernels, keyof Adapted | keyof Own | 'grain' | 'weight' | 'linearInputGradient'>;

/** Threads write to cache lines of their own. */
const LINE_FLOATS = 16;

/**
 * The interface over compiled functions.
 * @param allocateOwn makes an array for this thread alone
 */
export function compiledKernels(
  own: Own,
  compiled: Compiled,
  allocateOwn: (length: number) => Floats,
): Kernels {
  let scratch = allocateOwn(0);
  return {
    ...compiled,
    ...own,
    grain: Math.max(compiled.panel, LINE_FLOATS),

    weight: (data, rows, columns, use, gates): Weight =>
      new PackedWeight(compiled, own.allocate, data, [rows, columns], use, gates),

    linear(out, x, weight, M, columns) {
      const { forward, rows, columns: K, gates } = PackedWeight.of(weight, compiled);
      compiled.linear(out, x, forward, M, rows, K, gates, columns);
    },

    linearInputGradient(dx, dy, weight, M, columns) {
      const { backward, rows, columns: K } = PackedWeight.of(weight, compiled);
      compiled.linear(dx, dy, backward, M, K, rows, 1, columns);
    },

    oneHotLinear(out, weight, ids, M) {
      const { transposed, rows, columns } = PackedWeight.of(weight, compiled);
      compiled.oneHotLinear(out, transposed, ids, M, rows, columns);
    },

    oneHotWeightGradient(dW, dy, ids, M, N, V, columns = { of: N, from: 0, to: N }) {
      const needed = V * (columns.to - columns.from);
      if (scratch.length < needed && needed <= V * N) scratch = allocateOwn(needed);
      compiled.oneHotWeightGradient(dW, dy, ids, M, N, V, columns, scratch);
    },

    dropout(x, probability, key, first) {
      compiled.dropout(x, dropThreshold(probability), 1 / (1 - probability), key, first);
    },

    sgd(w, g, velocity, { learningRate, momentum, nesterov }) {
      compiled.sgd(w, g, velocity, learningRate, momentum, Number(nesterov));
    },

    adagrad(w, g, squares, { learningRate, epsilon }) {
      compiled.adagrad(w, g, squares, learningRate, epsilon);
    },

    rmsprop(w, g, squares, { learningRate, decay, epsilon }) {
      compiled.rmsprop(w, g, squares, learningRate, decay, epsilon);
    },

    adam(w, g, mean, squares, { learningRate, beta1, beta2, epsilon, step }) {
      const [rate, root] = [learningRate / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step)];
      compiled.adam(w, g, mean, squares, rate, beta1, beta2, root, epsilon);
    },
  };
}
