/** The exports of wasm/kernels.ts; addresses are in bytes. */
export interface Exports {
  setScratch(at: number): void;
  pack(packed: number, w: number, K: number, N: number): void;
  packTransposed(packed: number, w: number, N: number, K: number): void;
  addProduct(out: number, a: number, packed: number, M: number, N: number, K: number): void;
  addOuterProducts(dW: number, y: number, x: number, M: number, N: number, K: number): void;
  transpose(out: number, w: number, N: number, V: number): void;
  broadcastBias(out: number, bias: number, M: number, N: number): void;
  addColumnSums(sums: number, y: number, M: number, N: number): void;
  gatherRows(out: number, wt: number, ids: number, M: number, N: number): void;
  scatterColumns(dW: number, y: number, ids: number, M: number, N: number, V: number, dWt: number): void;
  expAll(x: number, n: number): void;
  sigmoidAll(x: number, n: number): void;
  tanhAll(x: number, n: number): void;
  tanhGradient(dz: number, dh: number, h: number, n: number): void;
  reluAll(x: number, n: number): void;
  reluGradient(dz: number, dh: number, h: number, n: number): void;
  dropout(x: number, threshold: number, scale: number, key: number, first: number, n: number): void;
  // biome-ignore-start format: one line a function
  lstmGates(gates: number, cPrevious: number, c: number, h: number, B: number, H: number): void;
  lstmGatesGradient(
    dz: number,
    dc: number,
    dh: number,
    gates: number,
    cPrevious: number,
    c: number,
    B: number,
    H: number,
  ): void;
  gruGates(
    gates: number,
    recurrent: number,
    bhn: number,
    hPrevious: number,
    h: number,
    B: number,
    H: number,
  ): void;
  gruGatesGradient(
    dz: number,
    dr: number,
    dh: number,
    gates: number,
    recurrent: number,
    hPrevious: number,
    B: number,
    H: number,
  ): void;
  // biome-ignore-end format: one line a function
  softmaxCrossEntropy(logits: number, targets: number, M: number, V: number, scale: number): number;
  add(out: number, x: number, n: number): void;
  sumOfSquares(x: number, n: number): number;
  scale(x: number, factor: number, n: number): void;
  clamp(x: number, limit: number, n: number): void;
  // biome-ignore format: one line a function
  sgd(w: number, g: number, v: number, n: number, rate: number, momentum: number, nesterov: number): void;
  // biome-ignore format: one line a function
  adaptive(w: number, g: number, s: number, n: number, rate: number, decay: number, share: number, epsilon: number): void;
  // biome-ignore format: one line a function
  adam(w: number, g: number, m: number, s: number, n: number, rate: number, beta1: number, beta2: number, inverse: number, epsilon: number): void;
}
