import { PREVIEW_LENGTH } from '../checkpoint/index.ts';
import type { CutConfig, FittedConfig } from '../config/index.ts';

/*
 * How often a run measures, saves and shows previews unless it is told: so that they take at most a twentieth of its time.
 * Reckoned from sizes, never by the clock, so that the same run always does the same; measured in docs/speed.md.
 */

/** Fractions of the time for evaluations (with saves of the best), for saves, and for previews. */
const [MEASURING, SAVING, SHOWING] = [0.03, 0.01, 0.01];
/** Steps below which nothing of it is done more often. */
const [LEAST_EVAL, LEAST_SAVE, LEAST_SAMPLE] = [200, 500, 500];
/** Epochs of fewer steps are not evaluated one by one. */
const SHORT_EPOCH = 20;

/** Floating-point operations a second of large batches, and the time of a character that no size explains, in seconds. */
const [OPERATIONS, OVERHEAD] = [1e11, 2e-7];
/** A stream alone reads every weight for one product: so many operations a second, and so long for each character. */
const [OPERATIONS_ALONE, OVERHEAD_ALONE] = [4e9, 2e-5];
/** The time of a save: of the disk, and of each byte. */
const [SAVE_SECONDS, SAVE_SECONDS_A_BYTE] = [0.01, 8e-9];

/** Sizes on which the time of a run's parts depends. */
interface Sizes {
  parameters: number;
  checkpointBytes: number;
  /** characters of the validation text */
  validation: number;
  /** steps of an epoch */
  windows: number;
}

/** Fills in the cadences that were not asked for. */
export function fitCadence<C extends CutConfig>(config: C, sizes: Sizes): C & FittedConfig {
  const { batchSize: B, seqLength: T } = config;
  const { parameters: P, checkpointBytes, validation, windows } = sizes;
  // forward is a third of a step; few streams make it slow, which measuring with many is not
  const forward = Math.min(1 / 3, 0.08 + 0.02 * B);
  const character = (6 * P) / (3 * forward * OPERATIONS) + OVERHEAD;
  const step = B * T * character;
  const save = SAVE_SECONDS + SAVE_SECONDS_A_BYTE * checkpointBytes;
  const measure = validation > 1 ? 1.1 * validation * forward * character + save : 0;
  const preview = PREVIEW_LENGTH * ((2 * P) / OPERATIONS_ALONE + OVERHEAD_ALONE);
  const every = (least: number, seconds: number, share: number) =>
    round(Math.max(least, seconds / share / step));
  // a model soon overfits a short text: each epoch is evaluated, whatever that takes
  const evalEvery = Math.min(every(LEAST_EVAL, measure, MEASURING), Math.max(SHORT_EPOCH, windows));
  return {
    ...config,
    evalEvery: config.evalEvery ?? evalEvery,
    saveEvery: config.saveEvery ?? every(LEAST_SAVE, save, SAVING),
    sampleEvery: config.sampleEvery ?? every(LEAST_SAMPLE, preview, SHOWING),
  };
}

/** A run of a default patience ends after a quarter of its evaluations, but no fewer than these, without a better one. */
const LEAST_PATIENCE = 5;

/** Evaluations without improvement that end a run of so many steps; 0 for none. */
export function patienceOf({ patience, evalEvery }: FittedConfig, steps: number, validation: number): number {
  if (patience !== undefined) return patience;
  return validation > 1 ? Math.max(LEAST_PATIENCE, Math.ceil(steps / evalEvery / 4)) : 0;
}

/** Up to the next of 1, 2, 5, 10, 20, 50, … */
function round(steps: number): number {
  const power = 10 ** Math.floor(Math.log10(steps));
  return power * [1, 2, 5, 10].find((digit) => digit * power >= steps * (1 - 1e-9))!;
}
