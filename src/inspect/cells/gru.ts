import type { Floats } from '../../kernels/index.ts';
import { addScaledRows, largest, multiply, sigmoid } from '../algebra.ts';
import type { CellAnalysis } from './cell.ts';

/** h_t = (1 − z)∘n + z∘h_{t−1}, n = tanh(… + r∘q), q = Whn·h_{t−1} + bhn */
export const gru: CellAnalysis = {
  blocks: ['r', 'z', 'n'],
  gates: ['r', 'z'],
  keptBy: 'z',
  boundedByWeights: false,
  saturating: 'n',
  slope: '1-n²',

  slopes({ gates }, { hidden: H }) {
    return (row, unit) => {
      const n = gates![row * 3 * H + 2 * H + unit]!;
      return 1 - n * n;
    };
  },

  step(weights, layer, projected, h) {
    const H = h.length;
    const Whh = weights.view(`layers.${layer}.Whh`);
    const bhn = weights.view(`layers.${layer}.bhn`);
    const recurrent = multiply(Whh, h);
    const gate = (n: number) =>
      recurrent.slice(n * H, (n + 1) * H).map((value, j) => sigmoid(value + projected[n * H + j]!));
    const [r, z] = [gate(0), gate(1)];
    const q = recurrent.slice(2 * H).map((value, j) => value + bhn[j]!);
    const n = q.map((value, j) => Math.tanh(projected[2 * H + j]! + r[j]! * value));
    const state = h.map((value, j) => (1 - z[j]!) * n[j]! + z[j]! * value);
    return { state, jacobian: () => jacobianOf(Whh, { r, z, n, q }, h) };
  },

  /** dn = dh∘(1 − z)∘(1 − n²), dz = (dn∘q∘r′, dh∘(h₋₁ − n)∘z′, dn), dh₋₁ = z∘dh + Whhᵀ·(…, …, dn∘r) */
  stepBack({ gates, recurrent, initialState, output }, { hidden: H }, sigma) {
    const B = initialState.length / H;
    return (row, { h }) => {
      const gate = row * 3 * H;
      const read = (n: number) => (j: number) => gates![gate + n * H + j]!;
      const [r, z, n] = [read(0), read(1), read(2)];
      const before = (j: number) => (row < B ? initialState[row * H + j]! : output[(row - B) * H + j]!);
      const dn = (j: number) => (1 - z(j)) * (1 - n(j) ** 2);
      const dr = (j: number) => dn(j) * recurrent![gate + 2 * H + j]! * r(j) * (1 - r(j));
      const dz = (j: number) => (before(j) - n(j)) * z(j) * (1 - z(j));
      const fromState = largest(H, (j) => Math.hypot(dr(j), dz(j), dn(j) * r(j)));
      const fromInput = largest(H, (j) => Math.hypot(dr(j), dz(j), dn(j)));
      return { h: (largest(H, z) + sigma * fromState) * h, c: 0, z: fromInput * h };
    };
  },
};

/** J = diag(z) + diag((h_{t−1} − n)∘z′)·Whz + diag((1 − z)∘n′)·(diag(q∘r′)·Whr + diag(r)·Whn) */
function jacobianOf(
  Whh: Floats,
  { r, z, n, q }: Record<'r' | 'z' | 'n' | 'q', Float64Array>,
  h: Float64Array,
): Float64Array {
  const H = h.length;
  const jacobian = new Float64Array(H * H);
  const add = (block: number, factor: (j: number) => number) =>
    addScaledRows(jacobian, { width: H, row: 0 }, Whh, { block, H }, factor);
  const dn = (j: number) => (1 - z[j]!) * (1 - n[j]! ** 2);
  add(0, (j) => dn(j) * q[j]! * r[j]! * (1 - r[j]!));
  add(1, (j) => (h[j]! - n[j]!) * z[j]! * (1 - z[j]!));
  add(2, (j) => dn(j) * r[j]!);
  for (let j = 0; j < H; j++) jacobian[j * H + j] = jacobian[j * H + j]! + z[j]!;
  return jacobian;
}
