import type { Config, FittedConfig } from '../config/index.ts';

/*
 * How often a run measures, saves and shows previews unless it is told: so that they take at most a twentieth of its time.
 * Reckoned from sizes, never by the clock, so that the same run always does the same; measured in docs/speed.md.
 */

/** Shares of the time for measuring (with saving what is best), for saving, and for previews. */
const [MEASURING, SAVING, SHOWING] = [0.03, 0.01, 0.01];
/** Steps below which nothing of it is done more often. */
const [LEAST_EVAL, LEAST_SAVE, LEAST_SAMPLE] = [200, 500, 500];
/** Characters of a preview. */
export const PREVIEW_LENGTH = 120;

/** Floating-point operations a second of large batches, and the time of a character that no size explains, in seconds. */
const [OPERATIONS, OVERHEAD] = [1e11, 2e-7];
/** A stream alone reads every weight for one product: so many operations a second, and so long for each character. */
const [OPERATIONS_ALONE, OVERHEAD_ALONE] = [4e9, 2e-5];
/** The time of a save: of the disk, and of each byte. */
const [SAVE_SECONDS, SAVE_SECONDS_A_BYTE] = [0.01, 8e-9];

/** What the time of a run's parts depends on. */
interface Sizes {
  parameters: number;
  checkpointBytes: number;
  /** characters of the validation text */
  validation: number;
}

/** The settings with a cadence, where none was asked for. */
export function fitCadence<C extends Config & Pick<FittedConfig, 'validationFraction'>>(
  config: C,
  sizes: Sizes,
): C & FittedConfig {
  const { batchSize: B, seqLength: T } = config;
  const { parameters: P, checkpointBytes, validation } = sizes;
  // forward is a third of a step; few streams make it slow, which measuring with many is not
  const forward = Math.min(1 / 3, 0.08 + 0.02 * B);
  const character = (6 * P) / (3 * forward * OPERATIONS) + OVERHEAD;
  const step = B * T * character;
  const save = SAVE_SECONDS + SAVE_SECONDS_A_BYTE * checkpointBytes;
  const measure = validation > 1 ? 1.1 * validation * forward * character + save : 0;
  const preview = PREVIEW_LENGTH * ((2 * P) / OPERATIONS_ALONE + OVERHEAD_ALONE);
  const every = (least: number, seconds: number, share: number) =>
    round(Math.max(least, seconds / share / step));
  return {
    ...config,
    evalEvery: config.evalEvery ?? every(LEAST_EVAL, measure, MEASURING),
    saveEvery: config.saveEvery ?? every(LEAST_SAVE, save, SAVING),
    sampleEvery: config.sampleEvery ?? every(LEAST_SAMPLE, preview, SHOWING),
  };
}

/** Up to the next of 1, 2, 5, 10, 20, 50, … */
function round(steps: number): number {
  const power = 10 ** Math.floor(Math.log10(steps));
  return power * [1, 2, 5, 10].find((digit) => digit * power >= steps * (1 - 1e-9))!;
}
