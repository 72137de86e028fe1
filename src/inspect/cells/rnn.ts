import type { Architecture } from '../../model/index.ts';
import { addScaledRows, largest, multiply } from '../algebra.ts';
import type { CellAnalysis } from './cell.ts';

/** h_t = f(z_t), z_t = Wxh·x_t + bh + Whh·h_{t−1}, f = tanh or ReLU */
export const rnn: CellAnalysis = {
  blocks: ['h'],
  gates: [],
  keptBy: null,
  boundedByWeights: true,
  saturating: 'h',
  slope: '1-h²',

  slopes({ output }, architecture) {
    const { hidden: H } = architecture;
    const slope = slopeOf(architecture);
    return (row, unit) => slope(output[row * H + unit]!);
  },

  /** J = diag(f′(z))·Whh */
  step(weights, layer, projected, previous) {
    const { architecture } = weights;
    const Whh = weights.view(`layers.${layer}.Whh`);
    const state = multiply(Whh, previous).map((value, i) => {
      const z = value + projected[i]!;
      return architecture.nonlinearity === 'relu' ? Math.max(z, 0) : Math.tanh(z);
    });
    return {
      state,
      jacobian() {
        const H = state.length;
        const slope = state.map(slopeOf(architecture));
        const jacobian = new Float64Array(H * H);
        addScaledRows(jacobian, { width: H, row: 0 }, Whh, { block: 0, H }, (j) => slope[j]!);
        return jacobian;
      },
    };
  },

  /** dz = f′∘dh, dh₋₁ = Whhᵀ·dz */
  stepBack({ output }, architecture, sigma) {
    const { hidden: H } = architecture;
    const slope = slopeOf(architecture);
    return (row, { h }) => {
      const z = largest(H, (j) => slope(output[row * H + j]!)) * h;
      return { h: sigma * z, c: 0, z };
    };
  },
};

/** f′ where f(z) = h: 1 − h² for tanh; of a ReLU 1 where it is on, 0 where it is off. */
const slopeOf = ({ nonlinearity }: Architecture): ((h: number) => number) =>
  nonlinearity === 'relu' ? (h) => Number(h > 0) : (h) => 1 - h * h;
