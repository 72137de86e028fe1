import type { Floats } from '../../kernels/index.ts';
import type { Network } from '../../model/index.ts';
import type { LayerSpectrum } from '../jacobians/spectra.ts';
import { slopeOf } from '../slope.ts';

/** Rounding of float64 sums along the way. */
const TOLERANCE = 1e-9;

/** Upper bounds of ‖∂L/∂h_t‖, of ‖∂L/∂c_t‖ (lstm), and of ‖∂L/∂z_t‖, z what goes into the nonlinearities. */
interface Norms {
  h: number;
  c: number;
  z: number;
}

/** How far one step back can let a gradient's norms grow: from those at t to those at t − 1. */
type StepBack = (row: number, norms: Norms) => Norms;

/**
 * Upper bounds of ‖∂L_s/∂state_{s−k}‖ over all layers (K+1, anchors), from the measured lag 0 on. Each layer receives from
 * its own next step, and from the layer above σ_max(Wxh)·‖∂L/∂z‖.
 * @param lag0 measured norms of each layer at lag 0 (anchors)
 */
export function gradientBounds(
  { layers, B, T }: Network,
  spectra: readonly LayerSpectrum[],
  stepBacks: readonly StepBack[],
  lag0: readonly Float64Array[],
): Float64Array {
  const total = new Float64Array(T * B);
  for (let b = 0; b < B; b++) {
    let norms: Norms[] = lag0.map((measured) => ({ h: measured[b]!, c: 0, z: 0 }));
    for (let k = 0; k < T; k++) {
      if (k > 0) {
        const row = (T - k) * B + b;
        const arrived = norms;
        norms = layers.map((_, l) => stepBacks[l]!(row, arrived[l]!));
      }
      const now = (T - 1 - k) * B + b;
      for (let l = layers.length - 2; k > 0 && l >= 0; l--) {
        const above = stepBacks[l + 1]!(now, norms[l + 1]!);
        norms[l]!.h += spectra[l + 1]!.inputSingularValue * above.z;
      }
      total[k * B + b] = Math.hypot(...norms.flatMap(({ h, c }) => [h, c]));
    }
  }
  return total;
}

/** Weights alone: Pascanu, Mikolov & Bengio 2013 eq. 7, (γ·σ_max(Whh))^k with γ = max f′ = 1 for tanh and ReLU. */
export function weightBounds(spectra: readonly LayerSpectrum[]): StepBack[] {
  return spectra.map(({ largestSingularValue: sigma }) => (_, { h }) => ({ h: sigma * h, c: 0, z: h }));
}

/** With the slopes that the nonlinearities really had at each step: tighter, and for gated cells the only one there is. */
export function slopeBounds({ layers, weights }: Network, spectra: readonly LayerSpectrum[]): StepBack[] {
  const { cell, hidden: H } = weights.architecture;
  const slope = slopeOf(weights.architecture);
  return layers.map((layer, l) => {
    const sigma = spectra[l]!.largestSingularValue;
    if (cell === 'lstm') return lstmStepBack(layer.gates!, layer.cells!, H, sigma);
    if (cell === 'gru')
      return gruStepBack(layer.gates!, layer.recurrent!, layer.initialState, layer.output, H, sigma);
    return (row, { h }) => {
      const z = largest(H, (j) => slope(layer.output[row * H + j]!)) * h;
      return { h: sigma * z, c: 0, z };
    };
  });
}

/** dc = dc + o∘(1 − tanh²c)∘dh, dz = (dc∘g∘i′, dc∘c₋₁∘f′, dc∘i∘g′, dh∘tanh(c)∘o′), dc₋₁ = f∘dc, dh₋₁ = Whhᵀ·dz */
function lstmStepBack(gates: Floats, cells: Floats, H: number, sigma: number): StepBack {
  // cells hold c_{-1} first, so that row + B is the row of c_t; B rows make one step
  const B = cells.length / H - gates.length / (4 * H);
  return (row, { h, c }) => {
    const [gate, before, after] = [row * 4 * H, row * H, (row + B) * H];
    const [i, f, g, o] = [0, 1, 2, 3].map((n) => (j: number) => gates[gate + n * H + j]!) as GateReaders;
    const squashed = (j: number) => Math.tanh(cells[after + j]!);
    const dc = c + largest(H, (j) => o(j) * (1 - squashed(j) ** 2)) * h;
    const through = largest(H, (j) =>
      Math.hypot(g(j) * i(j) * (1 - i(j)), cells[before + j]! * f(j) * (1 - f(j)), i(j) * (1 - g(j) ** 2)),
    );
    const z = Math.hypot(through * dc, largest(H, (j) => squashed(j) * o(j) * (1 - o(j))) * h);
    return { h: sigma * z, c: largest(H, f) * dc, z };
  };
}

type GateReaders = [
  (j: number) => number,
  (j: number) => number,
  (j: number) => number,
  (j: number) => number,
];

/** dn = dh∘(1 − z)∘(1 − n²), dz = (dn∘q∘r′, dh∘(h₋₁ − n)∘z′, dn), dh₋₁ = z∘dh + Whhᵀ·(…, …, dn∘r) */
function gruStepBack(
  gates: Floats,
  recurrent: Floats,
  initialState: Floats,
  output: Floats,
  H: number,
  sigma: number,
): StepBack {
  const B = initialState.length / H;
  return (row, { h }) => {
    const gate = row * 3 * H;
    const [r, z, n] = [0, 1, 2].map((g) => (j: number) => gates[gate + g * H + j]!) as GateReaders;
    const before = (j: number) => (row < B ? initialState[row * H + j]! : output[(row - B) * H + j]!);
    const dn = (j: number) => (1 - z(j)) * (1 - n(j) ** 2);
    const dr = (j: number) => dn(j) * recurrent[gate + 2 * H + j]! * r(j) * (1 - r(j));
    const dz = (j: number) => (before(j) - n(j)) * z(j) * (1 - z(j));
    const fromState = largest(H, (j) => Math.hypot(dr(j), dz(j), dn(j) * r(j)));
    const fromInput = largest(H, (j) => Math.hypot(dr(j), dz(j), dn(j)));
    return { h: (largest(H, z) + sigma * fromState) * h, c: 0, z: fromInput * h };
  };
}

function largest(count: number, value: (j: number) => number): number {
  let max = 0;
  for (let j = 0; j < count; j++) max = Math.max(max, Math.abs(value(j)));
  return max;
}

/** A free self-test on every run: a measurement above its bound would be a defect of ours. */
export function assertBounded(measured: Float64Array, bounds: Float64Array): void {
  const at = measured.findIndex((value, i) => value > bounds[i]! * (1 + TOLERANCE) + Number.MIN_VALUE);
  if (at >= 0)
    throw new Error(`gradient ${measured[at]} exceeds its theoretical bound ${bounds[at]} at index ${at}`);
}
