/**
 * The leaves of the computation, one interface for every kernel set.
 *
 * Axes, everywhere the same letters: B streams, T time steps of one window, V vocabulary, H hidden units,
 * L layers, G gates, D width of a layer's input. M counts rows of a product: B for one time step, T·B for a
 * whole window. All matrices are row-major. `dX` is the gradient of the loss with respect to `X`.
 */
export type Floats = Float32Array | Float64Array;

/** Names the arithmetic: two runs can be equal to the byte only under the same id. */
export const NUMERICS_IDS = [
  'reference',
  'reference-float64',
  'wasm-simd128',
  'wasm-relaxed',
  'native-avx512',
  'native-avx2',
  'native-neon',
  'native-plain',
] as const;
export type NumericsId = (typeof NUMERICS_IDS)[number];

/** Whether a matrix is multiplied with vectors of numbers, or only its columns are selected by one-hot ones. */
export type WeightUse = 'dense' | 'oneHot';

/** Handle that a thread passes to another, so that both compute on the same memory (`joinKernels`); each back end adds its own. */
export interface KernelShare {
  readonly numerics: NumericsId;
}

/** Columns `from` up to `to` of a matrix whose rows have `of`: what one thread computes of it. */
export interface Columns {
  readonly of: number;
  readonly from: number;
  readonly to: number;
}

/** One of `count` nearly equal parts of some work. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/**
 * A weight matrix W (N,K) as the products want it. A kernel set may keep copies of W in another order here; `refresh`
 * brings them up to date, or one part of them.
 */
export interface Weight {
  readonly data: Floats;
  readonly rows: number;
  readonly columns: number;
  /** G where W is G blocks (N/G,K), one a gate; the `columns` of a product with it are counted in each block */
  readonly gates: number;
  refresh(part?: Part): void;
}

/**
 * Kernels with a last argument `columns` compute these alone, all of them unless it is given. Each element is the same
 * whatever columns are asked for with it, so threads may cut the work anywhere at multiples of `grain`.
 */
export interface Kernels {
  readonly numerics: NumericsId;

  /** columns that are computed together */
  readonly grain: number;

  /** A zeroed buffer in the memory these kernels work on. */
  allocate(length: number): Floats;

  /** The same for characters and targets. */
  allocateIndices(length: number): Int32Array;

  /** Runs `build` and records its allocations, so that another thread can repeat them on the same memory. */
  share<T>(build: () => T): { built: T; share: KernelShare };

  /** W (rows,columns) over `data`, which stays the truth; `gates` blocks of rows, 1 unless given. */
  weight(data: Floats, rows: number, columns: number, use: WeightUse, gates?: number): Weight;

  /** y = W·x:  out (M,N) += x (M,K) · Wᵀ, W (N,K); columns of each gate's block of out */
  linear(out: Floats, x: Floats, weight: Weight, M: number, columns?: Columns): void;

  /** dx = Wᵀ·dy:  dx (M,K) += dy (M,N) · W; columns of dx */
  linearInputGradient(dx: Floats, dy: Floats, weight: Weight, M: number, columns?: Columns): void;

  /** dW = Σ dy·xᵀ:  dW (N,K) += dyᵀ · x, dy (M,N), x (M,K); of dW the given rows and columns */
  linearWeightGradient(
    dW: Floats,
    dy: Floats,
    x: Floats,
    M: number,
    N: number,
    K: number,
    rows?: Columns,
    columns?: Columns,
  ): void;

  /** y = W·x for one-hot x:  out (M,N) += columns of W (N,V), row m gets column ids[m] */
  oneHotLinear(out: Floats, weight: Weight, ids: Int32Array, M: number): void;

  /** its gradient:  column ids[m] of dW (N,V) += row m of dy (M,N); columns of dy, which are rows of dW */
  oneHotWeightGradient(
    dW: Floats,
    dy: Floats,
    ids: Int32Array,
    M: number,
    N: number,
    V: number,
    columns?: Columns,
  ): void;

  /** out (M,N): every row becomes bias (N) */
  broadcastBias(out: Floats, bias: Floats, M: number, N: number): void;

  /** dBias (N) += sum of the rows of dy (M,N) */
  biasGradient(dBias: Floats, dy: Floats, M: number, N: number, columns?: Columns): void;

  /** x ← eˣ, in place; within 4 units of the last place, as are the next two */
  exp(x: Floats): void;

  /** x ← 1/(1 + e⁻ˣ), in place */
  sigmoid(x: Floats): void;

  /** x ← tanh(x), in place */
  tanh(x: Floats, columns?: Columns): void;

  /** dz = dh ∘ (1 − h²), the gradient of h = tanh(z) */
  tanhGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void;

  /** x ← max(x, 0), in place */
  relu(x: Floats, columns?: Columns): void;

  /** dz = dh where h > 0, else 0: the gradient of h = max(z, 0) */
  reluGradient(dz: Floats, dh: Floats, h: Floats, columns?: Columns): void;

  /**
   * Inverted dropout, in place: x[i] becomes 0 with that probability, else x[i]/(1 − probability). Whether is decided by
   * a hash of `key` and `first + i` alone (integers below 2³¹), so that every kernel set, and every cut of a
   * tensor into parts, drops the same elements. Its gradient is the same function of dx.
   */
  dropout(x: Floats, probability: number, key: number, first: number): void;

  /**
   * One LSTM step: gates (B,4H) become σ, σ, tanh, σ of themselves (i, f, g, o);
   * c (B,H) = f∘cPrevious + i∘g, h (B,H) = o∘tanh(c)
   */
  lstmGates(
    gates: Floats,
    cPrevious: Floats,
    c: Floats,
    h: Floats,
    B: number,
    H: number,
    columns?: Columns,
  ): void;

  /**
   * Its gradient: from dh (B,H) and dc (B,H) = ∂L/∂c of later steps, dz (B,4H) with respect to what went into the
   * gates; dc becomes ∂L/∂cPrevious.
   */
  lstmGatesGradient(
    dz: Floats,
    dc: Floats,
    dh: Floats,
    gates: Floats,
    cPrevious: Floats,
    c: Floats,
    B: number,
    H: number,
    columns?: Columns,
  ): void;

  /**
   * One GRU step: gates (B,3H) from the input and recurrent (B,3H) = Whh·hPrevious give r, z, n in gates, the n part
   * of recurrent gains bhn (H); h (B,H) = (1 − z)∘n + z∘hPrevious
   */
  gruGates(
    gates: Floats,
    recurrent: Floats,
    bhn: Floats,
    hPrevious: Floats,
    h: Floats,
    B: number,
    H: number,
    columns?: Columns,
  ): void;

  /**
   * Its gradient: from dh (B,H), dz (B,3H) with respect to the input part and dr (B,3H) to the recurrent part;
   * dhPrevious (B,H) += dh∘z, what reaches hPrevious directly.
   */
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
    columns?: Columns,
  ): void;

  /**
   * Softmax and cross-entropy of logits (M,V) in one pass. For row m with targets[m] ≥ 0, losses[m] is −ln p[target]
   * in nats and its logits become (p − onehot(target))·scale; a row with target −1 counts nothing: both become zero.
   * Subtracts the row maximum first, so logits of any finite size are safe.
   */
  softmaxCrossEntropy(
    losses: Floats,
    logits: Floats,
    targets: Int32Array,
    M: number,
    V: number,
    scale: number,
  ): void;

  /** out += x */
  add(out: Floats, x: Floats): void;

  /** Σ x², accumulated in float64 */
  sumOfSquares(x: Floats): number;

  /** x ← x·factor */
  scale(x: Floats, factor: number): void;

  /** x ← min(max(x, −limit), limit) */
  clamp(x: Floats, limit: number): void;

  /** Optimizer updates of w from its gradient g, in place; moments hold one value a weight. */
  sgd(w: Floats, g: Floats, velocity: Floats, settings: SgdSettings): void;
  adagrad(w: Floats, g: Floats, squares: Floats, settings: AdagradSettings): void;
  rmsprop(w: Floats, g: Floats, squares: Floats, settings: RmspropSettings): void;
  adam(w: Floats, g: Floats, mean: Floats, squares: Floats, settings: AdamSettings): void;
}

/** The probability as a bound of 31-bit hashes, the same number for every kernel set. */
export const dropThreshold = (probability: number): number => Math.floor(probability * 2 ** 31);

/** v ← μ·v + g;  w ← w − α·v, or α·(g + μ·v) with nesterov  (torch.optim.SGD without dampening) */
export interface SgdSettings {
  learningRate: number;
  momentum: number;
  nesterov: boolean;
}

/** s ← s + g²;  w ← w − α·g/(√s + ε)  (Duchi, Hazan & Singer 2011; torch.optim.Adagrad) */
export interface AdagradSettings {
  learningRate: number;
  epsilon: number;
}

/** s ← ρ·s + (1−ρ)·g²;  w ← w − α·g/(√s + ε)  (Tieleman & Hinton 2012; torch.optim.RMSprop) */
export interface RmspropSettings {
  learningRate: number;
  decay: number;
  epsilon: number;
}

/**
 * m ← β₁m + (1−β₁)g;  s ← β₂s + (1−β₂)g²;  w ← w − α·m̂/(√ŝ + ε),  m̂ = m/(1−β₁ᵗ), ŝ = s/(1−β₂ᵗ)
 * (Kingma & Ba 2015; torch.optim.Adam). `step` is t, from 1.
 */
export interface AdamSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  step: number;
}
