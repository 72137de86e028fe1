import type { Floats } from '../../kernels/index.ts';
import { addScaledRows, largest, multiply, sigmoid } from '../algebra.ts';
import type { CellAnalysis } from './cell.ts';

/** c_t = f∘c_{t−1} + i∘g, h_t = o∘tanh(c_t) */
export const lstm: CellAnalysis = {
  blocks: ['i', 'f', 'g', 'o'],
  gates: ['i', 'f', 'o'],
  keptBy: 'f',
  boundedByWeights: false,
  saturating: 'tanh(c)',
  slope: '1-tanh²(c)',

  slopes({ output, cells }, { hidden: H }) {
    // cells begin with the state before the first row
    const before = cells!.length - output.length;
    return (row, unit) => {
      const u = Math.tanh(cells![before + row * H + unit]!);
      return 1 - u * u;
    };
  },

  step(weights, layer, projected, previous) {
    const { hidden: H } = weights.architecture;
    const Whh = weights.view(`layers.${layer}.Whh`);
    const [h, c] = [previous.subarray(0, H), previous.subarray(H)];
    const recurrent = multiply(Whh, h);
    const gate = (n: number, f: (z: number) => number) =>
      recurrent.slice(n * H, (n + 1) * H).map((value, j) => f(value + projected[n * H + j]!));
    const [i, f, g, o] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
    const next = c.map((value, j) => f[j]! * value + i[j]! * g[j]!);
    const squashed = next.map(Math.tanh);
    const state = new Float64Array(2 * H);
    state.set(o.map((value, j) => value * squashed[j]!));
    state.set(next, H);
    return { state, jacobian: () => jacobianOf(Whh, { i, f, g, o }, c, squashed) };
  },

  /** dc = dc + o∘(1 − tanh²c)∘dh, dz = (dc∘g∘i′, dc∘c₋₁∘f′, dc∘i∘g′, dh∘tanh(c)∘o′), dc₋₁ = f∘dc, dh₋₁ = Whhᵀ·dz */
  stepBack({ gates, cells, initialState }, { hidden: H }, sigma) {
    const B = initialState.length / (2 * H);
    return (row, { h, c }) => {
      // cells hold c_{-1} first, so that row + B is the row of c_t
      const [gate, before, after] = [row * 4 * H, row * H, (row + B) * H];
      const read = (n: number) => (j: number) => gates![gate + n * H + j]!;
      const [i, f, g, o] = [read(0), read(1), read(2), read(3)];
      const squashed = (j: number) => Math.tanh(cells![after + j]!);
      const dc = c + largest(H, (j) => o(j) * (1 - squashed(j) ** 2)) * h;
      const through = largest(H, (j) =>
        Math.hypot(g(j) * i(j) * (1 - i(j)), cells![before + j]! * f(j) * (1 - f(j)), i(j) * (1 - g(j) ** 2)),
      );
      const z = Math.hypot(through * dc, largest(H, (j) => squashed(j) * o(j) * (1 - o(j))) * h);
      return { h: sigma * z, c: largest(H, f) * dc, z };
    };
  },
};

/**
 * Of the whole state, since h alone or c alone would show only half of what flows back:
 *
 *   ∂c_t/∂c_{t−1} = diag(f)
 *   ∂c_t/∂h_{t−1} = diag(g∘i′)·Whi + diag(c_{t−1}∘f′)·Whf + diag(i∘g′)·Whg
 *   ∂h_t/∂(·)     = diag(o∘(1 − tanh²c_t))·∂c_t/∂(·), and diag(tanh(c_t)∘o′)·Who more for h
 */
function jacobianOf(
  Whh: Floats,
  { i, f, g, o }: Record<'i' | 'f' | 'g' | 'o', Float64Array>,
  c: Float64Array,
  squashed: Float64Array,
): Float64Array {
  const H = c.length;
  const through = o.map((value, j) => value * (1 - squashed[j]! ** 2));
  const jacobian = new Float64Array(4 * H * H);
  const add = (row: number, block: number, factor: (j: number) => number) =>
    addScaledRows(jacobian, { width: 2 * H, row }, Whh, { block, H }, factor);
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
