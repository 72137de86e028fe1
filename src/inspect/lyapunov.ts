import { multiply, type Step, stepLayer } from './jacobian.ts';
import type { ExactModel } from './lag-gradients.ts';

const MAX_EXPONENTS = 8;
const MAX_STEPS = 400;

/**
 * The largest Lyapunov exponents of the top layer along a text, in nats a step, from the Jacobians of its whole state.
 * The first quarter of the steps only turns Q towards the stretching directions and is not counted.
 */
export function lyapunovExponents(model: ExactModel, ids: ArrayLike<number>): number[] {
  const text = Array.from({ length: Math.min(MAX_STEPS, ids.length) }, (_, t) => ids[t]!);
  const jacobians = [...walk(model, text)].map((steps) => steps.at(-1)!.jacobian);
  return exponentsOf(jacobians, MAX_EXPONENTS);
}

/** Reads a text from the zero state; yields each layer's step. */
function* walk({ weights }: ExactModel, ids: readonly number[]): Generator<Step[], void, void> {
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
function project(
  weights: ExactModel['weights'],
  layer: number,
  id: number,
  below: Float64Array | undefined,
): Float64Array {
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

/**
 * By QR (Benettin et al. 1980; Vogt et al. 2020, arXiv 2006.14123): Q_t R_t = J_t Q_{t−1}, λ_i = mean ln |R_t,ii|.
 * @param jacobians (n,n) each; @returns the `count` largest exponents (n at most), largest first
 */
export function exponentsOf(jacobians: readonly Float64Array[], count: number): number[] {
  const n = Math.sqrt(jacobians[0]!.length);
  let Q: Float64Array[] = Array.from({ length: Math.min(n, count) }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)),
  );
  const sums = new Float64Array(Q.length);
  const skipped = Math.floor(jacobians.length / 4);
  jacobians.forEach((J, t) => {
    Q = Q.map((q) => multiply(J, q));
    const stretch = orthonormalize(Q);
    if (t >= skipped) for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + Math.log(stretch[i]!);
  });
  return Array.from(sums, (sum) => sum / (jacobians.length - skipped)).sort((a, b) => b - a);
}

/** Modified Gram-Schmidt in place; returns the diagonal of R. */
function orthonormalize(vectors: Float64Array[]): number[] {
  return vectors.map((v, i) => {
    for (const u of vectors.slice(0, i)) {
      const dot = v.reduce((sum, value, j) => sum + value * u[j]!, 0);
      for (let j = 0; j < v.length; j++) v[j] = v[j]! - dot * u[j]!;
    }
    const length = Math.max(Math.hypot(...v), Number.MIN_VALUE);
    for (let j = 0; j < v.length; j++) v[j] = v[j]! / length;
    return length;
  });
}
