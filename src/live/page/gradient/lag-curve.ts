import { architectureOf, type Checkpoint } from '../../../checkpoint/index.ts';
import { exactModel } from '../../../inspect/exact-model.ts';
import { decayPerStep, recommendedSeqLength, truncationBias } from '../../../inspect/lags/decay.ts';
import { wholeNorms } from '../../../inspect/lags/lag-gradients.ts';
import { quantileRows } from '../../../inspect/lags/lag-rows.ts';
import { chooseWindows } from '../../../inspect/lags/windows.ts';
import { countParameters } from '../../../model/index.ts';
import { createRandom } from '../../../random.ts';

/** φ(k) = ‖∂L_s/∂h_{s−k}‖ of single losses, k = 0…K, over some anchors s. */
export interface LagCurve {
  median: number[];
  low: number[];
  high: number[];
  anchors: number;
  seqLength: number;
  decayPerStep: number;
  recommendedSeqLength: number | null;
}

const ANCHORS = 12;
/** Two windows back, within these. */
const [LEAST_LAGS, MOST_LAGS] = [50, 200];
/** Multiplications of one anchor, forth and back, that hold nobody up. */
const UNNOTICED = 2e8;

const lagsOf = ({ config }: Checkpoint): number =>
  Math.min(MOST_LAGS, Math.max(LEAST_LAGS, 2 * config.seqLength));

/** Whether the curve can be measured unasked: an anchor is one piece of work, in which a page stands still. */
export const isCheap = (checkpoint: Checkpoint): boolean =>
  3 * countParameters(architectureOf(checkpoint)) * lagsOf(checkpoint) < UNNOTICED;

/** Whether the checkpoint keeps enough of its corpus to measure on. */
export const isMeasurable = ({ excerpt }: Checkpoint): boolean => excerpt.length >= 8;

/** Measures it on what the checkpoint keeps of its corpus, in float64 as the inspector does; yields between anchors. */
export function* measureLags(checkpoint: Checkpoint): Generator<void, LagCurve, void> {
  const { config, excerpt } = checkpoint;
  const { seqLength, rngSeed } = config;
  const model = exactModel(checkpoint);
  const asked = { lags: lagsOf(checkpoint), anchors: ANCHORS };
  const windows = chooseWindows(excerpt, asked, createRandom(rngSeed, 'anchors'));
  const columns: Float64Array[] = [];
  for (const position of windows.positions) {
    columns.push(wholeNorms(model, excerpt, { ...windows, positions: [position] }));
    yield;
  }
  const [rows, anchors] = [windows.K + 1, columns.length];
  const values = Float64Array.from(
    { length: rows * anchors },
    (_, i) => columns[i % anchors]![Math.floor(i / anchors)]!,
  );
  const [median, low, high] = [0.5, 0.05, 0.95].map((q) => quantileRows(values, windows.K, anchors, q));
  const mean = Array.from({ length: rows }, (_, k) =>
    columns.reduce((sum, column) => sum + column[k]! / anchors, 0),
  );
  return {
    median: median!,
    low: low!,
    high: high!,
    anchors,
    seqLength,
    decayPerStep: decayPerStep(median!),
    recommendedSeqLength: recommendedSeqLength(truncationBias(mean)),
  };
}
