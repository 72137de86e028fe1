import { fileURLToPath } from 'node:url';
import { readCheckpoint } from '../../src/checkpoint/index.ts';
import { inspectGradients, takePictures } from '../../src/inspect/index.ts';
import type { PageSubject } from '../../src/report/index.ts';
import { nextUpdate } from '../../src/train/index.ts';

/** An example checkpoint as `rnn inspect-gradients --html` shows it, with records of a run that it lacks. */
export async function exampleSubject(cell: 'rnn' | 'lstm' | 'gru'): Promise<PageSubject> {
  const path = fileURLToPath(new URL(`../../checkpoints/example-${cell}.json`, import.meta.url));
  const checkpoint = await readCheckpoint(path);
  const { excerpt } = checkpoint;
  const options = { anchors: 32, check: false, rngSeed: 1, nextUpdate };
  const inspection = inspectGradients(checkpoint, excerpt, 'its own excerpt', options);
  return {
    name: `example-${cell}.json`,
    inspection: {
      ...inspection,
      clipping: { rate: 0.034, shrink: 0.71 },
      flow: Array.from({ length: 12 }, (_, i) => ({
        step: i * 150,
        kept: 0.1 / (i + 1) ** 3,
        decayPerStep: 0.8 + 0.1 / (i + 1),
        recommendedSeqLength: i === 0 ? null : 12 + i,
        largestLyapunov: -0.1 - 0.3 / (i + 1),
        largestSingularValue: 2 - 1 / (i + 1),
        spectralRadius: 1.3 - 0.4 / (i + 1),
        shareAbove99: 0.1 - 0.1 / (i + 1),
      })),
    },
    pictures: takePictures(checkpoint, excerpt),
  };
}

/** Characters that bite, where a page does not take care. */
const BITING = [
  'a',
  '<',
  '/script>',
  '\0',
  '\n',
  '👨‍👩‍👧',
  '한',
  '\u202e',
  '"',
  '\r\n',
  '\x7f',
  ' ',
  '&',
  '\t',
];

const nothing: PageSubject['inspection']['horizon']['cut'] = {
  rows: [],
  usedBeyond: null,
  contextHorizon: null,
  noHorizon: 'cannot tell',
};

/** What models give at the edges: nothing recorded, nulls, gradients that underflow to 0, infinities, numbers that are none. */
export function degenerate({ inspection, pictures }: PageSubject): PageSubject {
  const layer = inspection.layers[0]!;
  const at = (i: number) => BITING[i % BITING.length]!;
  return {
    name: 'a</script><img src=x onerror=alert(1)>\u001b[31m.json',
    inspection: {
      ...inspection,
      answers: {
        travel: { kind: 'exploding', text: 'They explode: <b>all</b>\u001b[31m' },
        loss: { text: 'No <b>all</b>\u001b[31m' },
        past: { kind: 'cannot tell', text: 'Cannot tell <b>all</b>\u001b[31m' },
      },
      prediction: { nats: Number.NaN, uniformNats: 0 },
      carried: { steps: 3, factors: [0, Infinity] },
      lags: inspection.lags.map((row) => ({
        ...row,
        median: row.lag > 3 ? 0 : 1e300,
        low: 0,
        high: row.lag > 3 ? 0 : Infinity,
        bound: Infinity,
        stepBound: Number.NaN,
      })),
      halfLife: null,
      memoryLength: null,
      recommendedSeqLength: null,
      stepFactors: null,
      clipping: null,
      gradientCheck: null,
      truncationBias: [],
      horizon: { places: 0, asked: null, replaced: nothing, cut: nothing },
      flow: [],
      tensors: [{ name: 'layers.0.Whh', gradientToParameter: Number.NaN, updateToParameter: null }],
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
          lyapunov: {
            ...layer.lyapunov,
            exponents: [-Infinity, -Infinity],
            spread: [Number.NaN, 0],
            complete: false,
          },
          singularValues: [
            { lag: 1, logs: [-Infinity, -Infinity], logCondition: null, rank: 0 },
            { lag: 2, logs: [], logCondition: null, rank: null },
          ],
          gates: [{ gate: 'f', mean: Number.NaN, low: 0, high: 0, units: [] }],
          cellPath: { gate: 'f', timescales: [null, 1e300, 0], keptPerStep: 1 },
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
