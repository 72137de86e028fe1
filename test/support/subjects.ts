import { fileURLToPath } from 'node:url';
import { EigenvalueDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { loadWeights, readCheckpoint } from '../../src/checkpoint/index.ts';
import type { Inspection, LayerInspection, Pictures, RecurrentSpectrum } from '../../src/inspect/contract.ts';
import { traceUnits } from '../../src/inspect/index.ts';
import { matrixOf } from '../../src/inspect/spectra.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createRandom, type Random } from '../../src/random.ts';
import type { Subject } from '../../src/report/inspection-page/index.ts';

/*
 * Subjects for pages: states, eigenvalues and singular values of the example checkpoints, and curves of the usual shape
 * for the rest, so that every figure has something to show.
 */

const LAGS = 100;
const CHARACTERS = 160;

interface Shape {
  decay: number;
  exponent: number;
}

export async function exampleSubject(cell: 'rnn' | 'lstm', shape: Shape): Promise<Subject> {
  const path = fileURLToPath(new URL(`../../checkpoints/example-${cell}.json`, import.meta.url));
  const checkpoint = await readCheckpoint(path);
  const { config, vocabulary, excerpt, state } = checkpoint;
  const kernels = new ReferenceKernels('float64');
  const weights = loadWeights(checkpoint, kernels);
  const ids = Array.from({ length: Math.min(CHARACTERS, excerpt.length) }, (_, t) => excerpt[t]!);
  const characters = ids.map((id) => vocabulary.unitAt(id));
  const H = config.hidden;
  const random = createRandom(cell, 'subject');
  const states = traceUnits(weights, ids, kernels)
    .values.slice(0, H)
    .map((values) => Array.from(values));
  const Whh = weights.view('layers.0.Whh');
  const gates = cell === 'lstm' ? ['i', 'f', 'g', 'o'] : ['h'];
  const recurrent = gates.map((gate, g) => spectrumOf(gate, Whh.subarray(g * H * H, (g + 1) * H * H), H));
  return {
    name: `example-${cell}.json`,
    inspection: inspectionOf(cell, H, state.step, recurrent, characters, shape, random),
    pictures: picturesOf(characters, states, shape, random),
  };
}

function spectrumOf(gate: string, values: ArrayLike<number>, H: number): RecurrentSpectrum {
  const matrix = matrixOf(values, H);
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(matrix);
  const eigenvalues = re.map((value, i) => ({ re: value, im: im[i]! }));
  const norm = Math.hypot(...Array.from(values));
  const squares = eigenvalues.reduce((sum, { re, im }) => sum + re * re + im * im, 0);
  return {
    gate,
    spectralRadius: Math.max(...eigenvalues.map(({ re, im }) => Math.hypot(re, im))),
    largestSingularValue: new SingularValueDecomposition(matrix).diagonal[0]!,
    departure: Math.sqrt(norm ** 2 - squares) / norm,
    eigenvalues,
  };
}

function inspectionOf(
  cell: 'rnn' | 'lstm',
  H: number,
  step: number,
  recurrent: RecurrentSpectrum[],
  characters: string[],
  shape: Shape,
  random: Random,
): Inspection {
  const { decay } = shape;
  const layer = layerOf(cell, H, recurrent, shape, random);
  const vanishing = decay < 0.85;
  const { spectralRadius, largestSingularValue } = recurrent[0]!;
  return {
    verdict: {
      kind: vanishing ? 'vanishing' : 'healthy',
      text: vanishing
        ? 'VANISHING: the gradient halves every 2.1 steps; 99 % of it comes from the last 13 of 51 steps; cause: saturation (x0.71) more than weights (x1.02); a longer --seq-length cannot help, try --init orthogonal'
        : 'HEALTHY: 50 steps back the gradient keeps 0.13 of its size; the gradient halves every 17 steps; --seq-length 50 is enough',
    },
    model: { cell, layers: 1, hidden: H, step },
    seqLength: 50,
    lags: layer.median.map((median, lag) => ({
      lag,
      median,
      low: median / (1.5 + lag * 0.08),
      high: median * (1.4 + lag * 0.06),
      bound: layer.median[0]! * largestSingularValue ** lag,
      stepBound: layer.median[0]! * (decay * 1.15) ** lag * 1.4,
    })),
    decayPerStep: decay,
    halfLife: Math.log(0.5) / Math.log(decay),
    memoryLength: -1 / Math.log(decay),
    recommendedSeqLength: Math.ceil(Math.log(0.1) / Math.log(decay)),
    truncationBias: [1, 2, 5, 10, 20, 50, 100].map((steps) => ({ steps, bias: decay ** steps })),
    spectralRadius,
    largestSingularValue,
    lyapunov: layer.lyapunov.exponents,
    blame: cell === 'rnn' ? { saturation: 0.71, weights: 1.02 } : null,
    saturation: layer.saturation,
    layers: [layer],
    horizon: [0, 1, 2, 4, 8, 16, 32, 64, 128].map((k) => ({
      characters: k,
      extraNats: 1.9 * decay ** (k / 1.2),
    })),
    contextHorizon: vanishing ? 16 : 64,
    clipping: { rate: 0.034, shrink: 0.71, steps: step },
    tensors: ['layers.0.Wxh', 'layers.0.Whh', 'layers.0.bh', 'output.Why', 'output.by'].map((name) => ({
      name,
      gradientToParameter: 0.02 * random.next(),
      updateToParameter: 0.002 * random.next(),
    })),
    flow: Array.from({ length: 12 }, (_, i) => ({
      step: i * 200,
      kept: decay ** (20 + i * 2),
      decayPerStep: decay + 0.1 / (i + 1),
      recommendedSeqLength: 12 + i,
      largestLyapunov: shape.exponent - 0.3 / (i + 1),
      largestSingularValue: largestSingularValue * (1 - 0.5 / (i + 1)),
      spectralRadius: spectralRadius * (1 - 0.4 / (i + 1)),
      shareAbove99: layer.saturation.shareAbove99 * (1 - 1 / (i + 1)),
    })),
    connectivity: {
      characters,
      strengths: characters.map((_, t) => decay ** (characters.length - 1 - t)),
      predicted: 'e',
      probability: 0.43,
    },
    gradientCheck: { maxRelativeError: 3.1e-9, passed: true, tensors: [] },
    parameters: 5000,
    measuredOn: {
      text: "the checkpoint's excerpt of its corpus",
      characters: 4000,
      anchors: 64,
      warmUp: 100,
      precision: 'float64',
      rngSeed: 1,
    },
  };
}

function layerOf(
  cell: 'rnn' | 'lstm',
  H: number,
  recurrent: RecurrentSpectrum[],
  { decay, exponent }: Shape,
  random: Random,
): LayerInspection {
  const size = cell === 'lstm' ? 2 * H : H;
  const units = () =>
    Array.from({ length: H }, () => ({ low: random.next() ** 3, high: random.next() ** 4 * 0.9 }));
  return {
    median: Array.from(
      { length: LAGS + 1 },
      (_, k) => 0.62 * decay ** k * (1 + 0.25 * Math.sin(k / 3) * Math.exp(-k / 40)),
    ),
    spectralRadius: recurrent[0]!.spectralRadius,
    largestSingularValue: recurrent[0]!.largestSingularValue,
    inputSingularValue: 0,
    recurrent,
    lyapunov: {
      exponents: Array.from({ length: size }, (_, i) => exponent - 0.012 * i - 0.0016 * i * i),
      spread: Array.from({ length: size }, (_, i) => 0.05 + 0.002 * i),
      steps: 2000,
      complete: true,
    },
    singularValues: Array.from({ length: 25 }, (_, k) => ({
      lag: k + 1,
      logs: Array.from({ length: size }, (_, i) => 0.7 - 0.05 * i + (exponent - 0.011 * i) * (k + 1)),
      logCondition: 0.05 * (size - 1) + 0.011 * (size - 1) * (k + 1),
    })),
    saturation: {
      shareAbove90: 0.22,
      shareAbove99: 0.08,
      meanDerivative: 0.61,
      stuckUnits: 2,
      deadUnits: 0,
      histogram: [0.17, 0.13, 0.11, 0.09, 0.08, 0.07, 0.07, 0.06, 0.08, 0.14],
    },
    gates:
      cell === 'lstm'
        ? ['i', 'f', 'o'].map((gate) => ({ gate, mean: 0.55, low: 0.2, high: 0.25, units: units() }))
        : [],
    cellPath:
      cell === 'lstm'
        ? {
            gate: 'f',
            timescales: Array.from({ length: H }, (_, i) => (i === 0 ? null : 400 * Math.exp(-i / 5) + 0.6)),
            keptPerStep: 0.81,
          }
        : null,
  };
}

function picturesOf(characters: string[], states: number[][], { decay }: Shape, random: Random): Pictures {
  const T = characters.length;
  const signs = states.map(() => random.next() - 0.5);
  return {
    characters,
    states,
    gradients: states.map((row, unit) =>
      row.map((_, t) => signs[unit]! * (random.next() + 0.2) * decay ** (T - 1 - t)),
    ),
    predictions: characters.slice(1).map((_, i) => ({
      position: i + 1,
      predicted: characters[i + 2] ?? 'e',
      probability: 0.2 + 0.6 * random.next(),
      strengths: Array.from({ length: i + 2 }, (_, back) => (0.3 + random.next()) * decay ** back),
    })),
  };
}

/** What real models give at the edges: nothing recorded, nulls, underflow, infinities, and characters that bite. */
export async function degenerateSubject(): Promise<Subject> {
  const { inspection, pictures } = await exampleSubject('rnn', { decay: 0.01, exponent: -4 });
  const layer = inspection.layers[0]!;
  const characters = [
    'a',
    '<',
    '/script>',
    '\u0000',
    '\n',
    '👨‍👩‍👧',
    '한',
    '\u202e',
    '"',
    '\r\n',
    '\u007f',
    ' ',
    '&',
    '\t',
  ];
  const at = (i: number) => characters[i % characters.length]!;
  return {
    name: 'a</script><img src=x onerror=alert(1)>\u001b[31m.json',
    inspection: {
      ...inspection,
      verdict: { kind: 'saturated', text: 'SATURATED: <b>all</b>\u001b[31m' },
      lags: inspection.lags.map(({ lag }) => ({
        lag,
        median: lag > 3 ? 0 : 1e300,
        low: 0,
        high: lag > 3 ? 0 : Infinity,
        bound: Infinity,
        stepBound: Number.NaN,
      })),
      halfLife: null,
      memoryLength: null,
      recommendedSeqLength: null,
      contextHorizon: null,
      blame: null,
      clipping: null,
      gradientCheck: null,
      truncationBias: [],
      horizon: [],
      tensors: [{ name: 'layers.0.Whh', gradientToParameter: Number.NaN, updateToParameter: 0 }],
      flow: [],
      lyapunov: [-Infinity],
      layers: [
        {
          ...layer,
          recurrent: [
            {
              ...layer.recurrent[0]!,
              spectralRadius: 1e300,
              eigenvalues: [
                { re: 1e300, im: 0 },
                { re: Number.NaN, im: 1 },
              ],
            },
          ],
          lyapunov: { exponents: [-Infinity, -Infinity], spread: [Number.NaN, 0], steps: 3, complete: false },
          singularValues: [
            { lag: 1, logs: [-Infinity, -Infinity], logCondition: null },
            { lag: 2, logs: [], logCondition: null },
          ],
          cellPath: { gate: 'f', timescales: [null, 1e300, 0], keptPerStep: 1 },
          gates: [{ gate: 'f', mean: Number.NaN, low: 0, high: 0, units: [] }],
        },
      ],
      saturation: { ...layer.saturation, histogram: new Array(10).fill(0) },
      connectivity: { characters: [], strengths: [], predicted: '\n', probability: 0 },
      measuredOn: { ...inspection.measuredOn, text: '<i>한국어</i>\u0007' },
    },
    pictures: {
      characters: pictures.characters.map((_, i) => at(i)),
      states: pictures.states.map((row) => row.map((_, t) => (t === 2 ? Number.NaN : 1))),
      gradients: pictures.gradients.map((row) => row.map(() => 0)),
      predictions: pictures.predictions.map((prediction, i) => ({
        ...prediction,
        predicted: at(i),
        strengths: prediction.strengths.map(() => 0),
      })),
    },
  };
}
