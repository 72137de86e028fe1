import { architectureOf, type Checkpoint } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { countParameters } from '../model/index.ts';
import { createRandom } from '../random.ts';
import { assertBounded, gradientBounds } from './bound.ts';
import { decayPerStep, halfLife, recommendedSeqLength } from './decay.ts';
import { checkGradients, type GradientCheck } from './gradient-check.ts';
import { exactModel, type LagGradients, lagGradients } from './lag-gradients.ts';
import { lyapunovExponents } from './lyapunov.ts';
import { type Saturation, saturation } from './saturation.ts';
import { type LayerSpectrum, layerSpectrum } from './spectra.ts';
import { judge, type Verdict } from './verdict.ts';

export interface InspectionOptions {
  lags?: number;
  anchors: number;
  check: boolean;
  rngSeed: number;
}

/** ‖∂L_s/∂h_{s−lag}‖ over the anchors s: median, 5 % and 95 %, and the median of the theoretical bound. */
export interface LagRow {
  lag: number;
  median: number;
  low: number;
  high: number;
  bound: number;
}

/** How a model's gradient flows back through time; what `rnn inspect-gradients --json` prints. */
export interface Inspection {
  verdict: Verdict;
  seqLength: number;
  lags: LagRow[];
  /** factor a step; below 1 the gradient shrinks */
  decayPerStep: number;
  halfLife: number | null;
  recommendedSeqLength: number | null;
  /** of the top layer; all layers stand in `layers` */
  spectralRadius: number;
  largestSingularValue: number;
  /** nats a step, largest first */
  lyapunov: number[];
  /** geometric mean factors a step of the top layer: of 1 − h² alone and of Whh alone */
  blame: { saturation: number; weights: number };
  saturation: Saturation;
  layers: (LayerSpectrum & { median: number[] })[];
  gradientCheck: GradientCheck | null;
  parameters: number;
  measuredOn: {
    text: string;
    characters: number;
    anchors: number;
    warmUp: number;
    precision: 'float64';
    rngSeed: number;
  };
}

const DEFAULT_MIN_LAGS = 50;
const CHECKED_PER_TENSOR = 30;

/**
 * @param ids the text to measure on; @param text its name, for the report
 * @throws RnnError when the text is too short
 */
export function inspectGradients(
  checkpoint: Checkpoint,
  ids: ArrayLike<number>,
  text: string,
  options: InspectionOptions,
): Inspection {
  const { cell, nonlinearity, embedding, seqLength, layers: L, hidden: H } = checkpoint.config;
  const other =
    cell !== 'rnn' ? cell : nonlinearity !== 'tanh' ? nonlinearity : embedding > 0 ? 'an embedding' : '';
  if (other !== '') {
    throw new RnnError(
      'checkpoint',
      `inspect-gradients: expected a checkpoint of the vanilla rnn (tanh, one-hot), got ${other}, which is not inspected yet`,
    );
  }
  const model = exactModel(checkpoint);
  const asked = { lags: options.lags ?? Math.max(DEFAULT_MIN_LAGS, 2 * seqLength), anchors: options.anchors };
  const gradients = lagGradients(model, ids, asked, createRandom(options.rngSeed, 'anchors'));
  const spectra = Array.from({ length: L }, (_, layer) => layerSpectrum(model, layer));
  const lags = lagRows(gradients, spectra);
  const medians = lags.map(({ median }) => median);
  const beta = decayPerStep(medians);
  const check = createRandom(options.rngSeed, 'gradient check');
  const top = spectra[L - 1]!;
  const facts = {
    seqLength,
    lags,
    decayPerStep: beta,
    halfLife: halfLife(beta),
    recommendedSeqLength: recommendedSeqLength(medians, beta),
    spectralRadius: top.spectralRadius,
    largestSingularValue: top.largestSingularValue,
    lyapunov: lyapunovExponents(model, ids),
    blame: blame(gradients),
    saturation: saturation(gradients.states, H),
    layers: spectra.map((spectrum, l) => ({
      ...spectrum,
      median: quantileRows(gradients.layers[l]!, gradients, 0.5),
    })),
    gradientCheck: options.check ? checkGradients(model, ids, CHECKED_PER_TENSOR, check) : null,
    parameters: countParameters(architectureOf(checkpoint)),
    measuredOn: {
      text,
      characters: ids.length,
      anchors: gradients.anchors,
      warmUp: gradients.warmUp,
      precision: 'float64' as const,
      rngSeed: options.rngSeed,
    },
  };
  return { verdict: judge(facts), ...facts };
}

function lagRows(gradients: LagGradients, spectra: readonly LayerSpectrum[]): LagRow[] {
  const { layers, K } = gradients;
  const whole = layers[0]!.map((_, i) => Math.hypot(...layers.map((norms) => norms[i]!)));
  const bounds = gradientBounds(gradients, spectra);
  assertBounded(whole, bounds);
  const [median, low, high] = [0.5, 0.05, 0.95].map((q) => quantileRows(whole, gradients, q));
  const bound = quantileRows(bounds, gradients, 0.5);
  return Array.from({ length: K + 1 }, (_, lag) => ({
    lag,
    median: median![lag]!,
    low: low![lag]!,
    high: high![lag]!,
    bound: bound[lag]!,
  }));
}

/** The quantile over anchors of each row of (K+1, anchors), linear between neighbours. */
function quantileRows(values: Float64Array, { K, anchors: B }: LagGradients, q: number): number[] {
  return Array.from({ length: K + 1 }, (_, k) => {
    const sorted = values.slice(k * B, (k + 1) * B).sort();
    const place = q * (B - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (place % 1) * (sorted[Math.ceil(place)]! - below);
  });
}

/** Splits the factor of a step, ‖Whhᵀ·D·g‖/‖g‖, into ‖D·g‖/‖g‖ (saturation) and the rest (weights). */
function blame({ layers, derivativeRatio, K, anchors: B }: LagGradients): Inspection['blame'] {
  const top = layers[layers.length - 1]!;
  let [logTotal, logSaturation, count] = [0, 0, 0];
  for (let i = 0; i < K * B; i++) {
    const total = top[i + B]! / top[i]!;
    if (!(total > 0) || !(derivativeRatio[i]! > 0)) continue;
    logTotal += Math.log(total);
    logSaturation += Math.log(derivativeRatio[i]!);
    count++;
  }
  return {
    saturation: Math.exp(logSaturation / Math.max(1, count)),
    weights: Math.exp((logTotal - logSaturation) / Math.max(1, count)),
  };
}
