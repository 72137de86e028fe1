/** The exports of wasm/kernels.ts; addresses are in bytes. */
// biome-ignore-start format: one line a function
export interface Exports {
  setScratch(at: number): void;
  exp(x: number, n: number): void;
  sigmoid(x: number, n: number): void;
  tanh(x: number, n: number, width: number, from: number, to: number): void;
  tanhGradient(dz: number, dh: number, h: number, n: number, width: number, from: number, to: number): void;
  relu(x: number, n: number, width: number, from: number, to: number): void;
  reluGradient(dz: number, dh: number, h: number, n: number, width: number, from: number, to: number): void;
  dropout(x: number, n: number, threshold: number, scale: number, key: number, first: number): void;
  softmaxCrossEntropy(
    losses: number,
    logits: number,
    targets: number,
    M: number,
    V: number,
    factor: number,
  ): void;
  sumOfSquares(x: number, n: number): number;
  scale(x: number, n: number, factor: number): void;
  clamp(x: number, n: number, limit: number): void;
  lstmGates(
    gates: number,
    cPrevious: number,
    c: number,
    h: number,
    B: number,
    H: number,
    from: number,
    to: number,
  ): void;
  lstmGatesGradient(
    dz: number,
    dc: number,
    dh: number,
    gates: number,
    cPrevious: number,
    c: number,
    B: number,
    H: number,
    from: number,
    to: number,
  ): void;
  gruGates(
    gates: number,
    recurrent: number,
    bhn: number,
    hPrevious: number,
    h: number,
    B: number,
    H: number,
    from: number,
    to: number,
  ): void;
  gruGatesGradient(
    dz: number,
    dr: number,
    dhPrevious: number,
    dh: number,
    gates: number,
    recurrent: number,
    hPrevious: number,
    B: number,
    H: number,
    from: number,
    to: number,
  ): void;
  packTransposed(packed: number, w: number, N: number, K: number, G: number, from: number, to: number): void;
  pack(packed: number, w: number, K: number, N: number, from: number, to: number): void;
  linear(
    out: number,
    x: number,
    packed: number,
    M: number,
    N: number,
    K: number,
    G: number,
    from: number,
    to: number,
  ): void;
  linearWeightGradient(
    dw: number,
    dy: number,
    x: number,
    M: number,
    N: number,
    K: number,
    n0: number,
    n1: number,
    k0: number,
    k1: number,
  ): void;
  add(out: number, x: number, n: number): void;
  transpose(out: number, w: number, N: number, V: number, from: number, to: number): void;
  broadcastBias(out: number, bias: number, M: number, N: number): void;
  biasGradient(dBias: number, dy: number, M: number, N: number, from: number, to: number): void;
  oneHotLinear(out: number, wt: number, ids: number, M: number, N: number, V: number): void;
  oneHotWeightGradient(
    dw: number,
    dy: number,
    ids: number,
    M: number,
    N: number,
    V: number,
    from: number,
    to: number,
    dwt: number,
  ): void;
  sgd(w: number, g: number, v: number, n: number, rate: number, momentum: number, nesterov: number): void;
  adaptive(
    w: number,
    g: number,
    s: number,
    n: number,
    rate: number,
    decay: number,
    share: number,
    epsilon: number,
  ): void;
  adam(
    w: number,
    g: number,
    m: number,
    s: number,
    n: number,
    rate: number,
    beta1: number,
    beta2: number,
    inverse: number,
    epsilon: number,
  ): void;
}
// biome-ignore-end format: one line a function
