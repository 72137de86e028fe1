import type { Floats } from '../../kernels/index.ts';
import type { Architecture, Weights } from '../../model/index.ts';
import type { ExactModel } from '../exact-model.ts';
import { slopeOf } from '../slope.ts';

/*
 * One step of one layer in float64, written out for each cell, with the Jacobian of its whole state: of h for the rnn and
 * GRU, of (h, c) for the LSTM, whose c alone or h alone would show only half of what flows back (2H × 2H).
 */

export interface Step {
  /** the state after the step: h, or h and c (S·H) */
  state: Float64Array;
  /** ∂state_t/∂state_{t−1} (S·H, S·H), row-major; a gradient goes back as g_{t−1} = Jᵀ·g_t */
  jacobian(): Float64Array;
}

/** Reads a text from the zero state; yields each layer's step. */
export function* walk({ weights }: ExactModel, ids: Iterable<number>): Generator<Step[], void, void> {
  const { layers: L, hidden: H, cell } = weights.architecture;
  let states: Float64Array[] = Array.from({ length: L }, () => new Float64Array(cell === 'lstm' ? 2 * H : H));
  for (const id of ids) {
    const steps: Step[] = [];
    for (let layer = 0; layer < L; layer++) {
      const below = steps[layer - 1]?.state.subarray(0, H);
      steps.push(stepLayer(weights, layer, project(weights, layer, id, below), states[layer]!));
    }
    states = steps.map(({ state }) => state);
    yield steps;
  }
}

/** Wxh·x + bh: x is the character's one-hot or learned vector, or the h of the layer below */
function project(weights: Weights, layer: number, id: number, below: Float64Array | undefined): Float64Array {
  const { embedding: N = 0 } = weights.architecture;
  const x = below ?? (N > 0 ? weights.view('embedding.E').subarray(id * N, (id + 1) * N) : undefined);
  const Wxh = weights.view(`layers.${layer}.Wxh`);
  const bh = weights.view(`layers.${layer}.bh`);
  const D = Wxh.length / bh.length;
  return Float64Array.from(bh, (bias, row) => {
    if (x === undefined) return bias + Wxh[row * D + id]!;
    let sum = bias;
    for (let d = 0; d < D; d++) sum += Wxh[row * D + d]! * x[d]!;
    return sum;
  });
}

/** @param projected Wxh·x_t + bh (G·H); @param previous the state before the step (S·H) */
export function stepLayer(weights: Weights, layer: number, projected: Floats, previous: Float64Array): Step {
  const { cell, hidden: H } = weights.architecture;
  const Whh = weights.view(`layers.${layer}.Whh`);
  const h = previous.subarray(0, H);
  const recurrent = multiply(Whh, h);
  if (cell === 'rnn') return stepRnn(Whh, projected, recurrent, weights.architecture);
  if (cell === 'lstm') return stepLstm(Whh, projected, recurrent, previous.subarray(H));
  return stepGru(Whh, projected, recurrent, weights.view(`layers.${layer}.bhn`), h);
}

/** h_t = f(z), J = diag(f′(z))·Whh */
function stepRnn(Whh: Floats, projected: Floats, recurrent: Float64Array, architecture: Architecture): Step {
  const state = recurrent.map((value, i) => {
    const z = value + projected[i]!;
    return architecture.nonlinearity === 'relu' ? Math.max(z, 0) : Math.tanh(z);
  });
  return {
    state,
    jacobian() {
      const slope = state.map(slopeOf(architecture));
      const jacobian = new Float64Array(Whh.length);
      addScaledRows(jacobian, state.length, 0, Whh, 0, slope);
      return jacobian;
    },
  };
}

/**
 * c_t = f∘c_{t−1} + i∘g, h_t = o∘tanh(c_t):
 *
 *   ∂c_t/∂c_{t−1} = diag(f)
 *   ∂c_t/∂h_{t−1} = diag(g∘i′)·Whi + diag(c_{t−1}∘f′)·Whf + diag(i∘g′)·Whg
 *   ∂h_t/∂(·)     = diag(o∘(1 − tanh²c_t))·∂c_t/∂(·), and diag(tanh(c_t)∘o′)·Who more for h
 */
function stepLstm(Whh: Floats, projected: Floats, recurrent: Float64Array, c: Float64Array): Step {
  const H = c.length;
  const gate = (n: number, f: (z: number) => number) =>
    recurrent.slice(n * H, (n + 1) * H).map((value, j) => f(value + projected[n * H + j]!));
  const [i, f, g, o] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
  const next = c.map((value, j) => f[j]! * value + i[j]! * g[j]!);
  const squashed = next.map(Math.tanh);
  const state = new Float64Array(2 * H);
  state.set(o.map((value, j) => value * squashed[j]!));
  state.set(next, H);
  const jacobian = () => lstmJacobian(Whh, { i, f, g, o }, c, squashed);
  return { state, jacobian };
}

function lstmJacobian(
  Whh: Floats,
  { i, f, g, o }: Record<'i' | 'f' | 'g' | 'o', Float64Array>,
  c: Float64Array,
  squashed: Float64Array,
): Float64Array {
  const H = c.length;
  const through = o.map((value, j) => value * (1 - squashed[j]! ** 2));
  const jacobian = new Float64Array(4 * H * H);
  const add = (row: number, block: number, factor: (j: number) => number) =>
    addScaledRows(
      jacobian,
      2 * H,
      row,
      Whh,
      block,
      Float64Array.from({ length: H }, (_, j) => factor(j)),
    );
  for (const [row, scale] of [
    [H, () => 1],
    [0, (j: number) => through[j]!],
  ] as const) {
    add(row, 0, (j) => scale(j) * g[j]! * i[j]! * (1 - i[j]!));
    add(row, 1, (j) => scale(j) * c[j]! * f[j]! * (1 - f[j]!));
    add(row, 2, (j) => scale(j) * i[j]! * (1 - g[j]! ** 2));
    for (let j = 0; j < H; j++) jacobian[(row + j) * 2 * H + H + j] = scale(j) * f[j]!;
  }
  add(0, 3, (j) => squashed[j]! * o[j]! * (1 - o[j]!));
  return jacobian;
}

/**
 * h_t = (1 − z)∘n + z∘h_{t−1}, n = tanh(… + r∘q), q = Whn·h_{t−1} + bhn:
 *
 *   J = diag(z) + diag((h_{t−1} − n)∘z′)·Whz + diag((1 − z)∘n′)·(diag(q∘r′)·Whr + diag(r)·Whn)
 */
function stepGru(
  Whh: Floats,
  projected: Floats,
  recurrent: Float64Array,
  bhn: Floats,
  h: Float64Array,
): Step {
  const H = h.length;
  const gate = (n: number) =>
    recurrent.slice(n * H, (n + 1) * H).map((value, j) => sigmoid(value + projected[n * H + j]!));
  const [r, z] = [gate(0), gate(1)];
  const q = recurrent.slice(2 * H).map((value, j) => value + bhn[j]!);
  const n = q.map((value, j) => Math.tanh(projected[2 * H + j]! + r[j]! * value));
  const state = h.map((value, j) => (1 - z[j]!) * n[j]! + z[j]! * value);
  return { state, jacobian: () => gruJacobian(Whh, { r, z, n, q }, h) };
}

function gruJacobian(
  Whh: Floats,
  { r, z, n, q }: Record<'r' | 'z' | 'n' | 'q', Float64Array>,
  h: Float64Array,
): Float64Array {
  const H = h.length;
  const jacobian = new Float64Array(H * H);
  const add = (block: number, factor: (j: number) => number) =>
    addScaledRows(
      jacobian,
      H,
      0,
      Whh,
      block,
      Float64Array.from({ length: H }, (_, j) => factor(j)),
    );
  const dn = (j: number) => (1 - z[j]!) * (1 - n[j]! ** 2);
  add(0, (j) => dn(j) * q[j]! * r[j]! * (1 - r[j]!));
  add(1, (j) => (h[j]! - n[j]!) * z[j]! * (1 - z[j]!));
  add(2, (j) => dn(j) * r[j]!);
  for (let j = 0; j < H; j++) jacobian[j * H + j] = jacobian[j * H + j]! + z[j]!;
  return jacobian;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** W·x */
function multiply(W: Floats, x: Float64Array): Float64Array {
  const K = x.length;
  return Float64Array.from({ length: W.length / K }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += W[row * K + k]! * x[k]!;
    return sum;
  });
}

/** J[row + j, k] += factor_j·W[block·H + j, k] for an H × H block of W, J of `width` columns */
function addScaledRows(
  jacobian: Float64Array,
  width: number,
  row: number,
  W: Floats,
  block: number,
  factor: Float64Array,
): void {
  const H = factor.length;
  for (let j = 0; j < H; j++) {
    for (let k = 0; k < H; k++) {
      const at = (row + j) * width + k;
      jacobian[at] = jacobian[at]! + factor[j]! * W[(block * H + j) * H + k]!;
    }
  }
}
