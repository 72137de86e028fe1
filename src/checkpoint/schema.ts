import { z } from 'zod';
import { fittedSchema } from '../config/index.ts';
import { MAX_CHARACTER_LENGTH, MAX_VOCABULARY } from '../corpus/index.ts';
import { NUMERICS_IDS } from '../kernels/index.ts';
import type { FlowRow, HistoryRow, PreviewRow, RateChange } from './rows.ts';

/*
 * What a checkpoint's JSON may hold. Bounds on the length of every list and text stand here once: `scan.ts` holds a
 * file to them before anything is made of it, the schema holds ourselves to them before anything is written.
 */

export const FORMAT = 'rnn-checkpoint';
export const VERSION = 2;

/** One limit for what is written and what is read. */
export const MAX_CHECKPOINT_BYTES = 512 * 1024 * 1024;
/** Longest stretch of text kept for the inspector. */
export const MAX_EXCERPT = 2048;
/** Rows that a run keeps of its evaluations. */
export const MAX_ROWS = 1000;
/** Previews that a run keeps, and how many characters each has. */
export const MAX_PREVIEWS = 100;
export const PREVIEW_LENGTH = 120;
/** UTF-16 code units of a preview that are kept: graphemes may be long. */
export const MAX_PREVIEW_LENGTH = 2000;
/** Changes of the learning rate that a run knows by their steps. */
export const MAX_RATE_CHANGES = 100;
/** Files of version 1 kept every row: so many of a run of four million steps, as often as it measured by default. */
export const MAX_OLD_ROWS = 20_000;
/** 64 layers of at most 4 tensors, input and output */
export const MAX_PARAMETERS = 300;
export const MAX_MOMENTS = 3;
export const MAX_RANK = 3;
export const MAX_NAME_LENGTH = 200;
/** Of what an imported model says of itself. */
export const MAX_ORIGIN_LENGTH = 200;

// −0 is a number of its own that the checksum, taken over JSON, cannot tell from 0
const real = z.number().refine((value) => !Object.is(value, -0), 'expected 0, got -0');
const count = real.int().min(0).max(Number.MAX_SAFE_INTEGER);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** In the place of a tensor: its number among the file's tensors, whose text is never made a string. */
const tensor = z.string().regex(/^@\d+$/, 'expected a tensor');
export const TENSOR_PLACES = /(?<=")@(\d+)(?=")/;
export const tensorPlace = (number: number): string => `@${number}`;

/** A list that is given up at its first wrong entry, since complaints can take more memory than what they are about. */
function listOf<T extends z.ZodType>(entry: T, max: number) {
  return z
    .array(z.unknown())
    .max(max)
    .transform((values, context): z.output<T>[] => {
      const entries: z.output<T>[] = [];
      for (const [place, input] of values.entries()) {
        const parsed = entry.safeParse(input);
        if (!parsed.success) {
          const { path, message } = parsed.error.issues[0]!;
          context.issues.push({ code: 'custom', input, path: [place, ...path], message });
          return z.NEVER;
        }
        entries.push(parsed.data);
      }
      return entries;
    });
}

const textRecord = z.strictObject({
  /** of its bytes */
  sha256: digest,
  /** how many, as the run's unit counts them */
  characters: count,
});

const historyRow = z.strictObject({
  step: count,
  trainBpc: real,
  validationBpc: real.nullable(),
  gradientNorm: real,
  clipRate: real,
  shrink: real.nullable().default(null),
}) satisfies z.ZodType<HistoryRow>;

const flowRow = z.strictObject({
  step: count,
  kept: real.nullable(),
  decayPerStep: real.nullable(),
  recommendedSeqLength: count.nullable(),
  largestLyapunov: real.nullable(),
  largestSingularValue: real,
  spectralRadius: real,
  shareAbove99: real,
}) satisfies z.ZodType<FlowRow>;

const previewRow = z.strictObject({
  step: count,
  text: z.string().max(MAX_PREVIEW_LENGTH),
}) satisfies z.ZodType<PreviewRow>;

const rateChange = z.strictObject({
  step: count,
  factor: real.min(0),
}) satisfies z.ZodType<RateChange>;

const meter = z.strictObject({
  nats: real,
  characters: count,
  steps: count,
  clipped: count,
  /** summed factors of clipped gradients */
  shrink: real.default(0),
  gradientNorm: real,
});

const trainingState = z.strictObject({
  step: count,
  epoch: count,
  /** windows of this epoch already trained on: the data cursor */
  window: count,
  best: z.strictObject({ step: count, bpc: real }).nullable(),
  /** evaluations since the best one */
  sinceBest: count,
  /** of the plateau schedule: evaluations since the best one or the last decay, and the product of all decays */
  plateau: z.strictObject({ sinceCut: count, scale: real }).default({ sinceCut: 0, scale: 1 }),
  meter,
  history: listOf(historyRow, MAX_OLD_ROWS),
  flow: listOf(flowRow, MAX_OLD_ROWS).default([]),
  previews: listOf(previewRow, MAX_PREVIEWS).default([]),
  /** in the order of their steps; the schedule's rate is multiplied by all that were made before an update */
  rateChanges: listOf(rateChange, MAX_RATE_CHANGES).default([]),
});

const character = z.union([z.string().min(1).max(MAX_CHARACTER_LENGTH), z.number().int().min(0).max(255)], {
  error: 'expected a character, or a byte from 0 to 255',
});

export const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal([1, VERSION]),
  config: fittedSchema,
  vocabulary: listOf(character, MAX_VOCABULARY).refine(({ length }) => length > 0, 'expected a character'),
  corpus: textRecord,
  validation: textRecord.nullable().default(null),
  numerics: z.enum(NUMERICS_IDS),
  /** only of a model that was imported */
  imported: z.string().min(1).max(MAX_ORIGIN_LENGTH).optional(),
  state: trainingState,
  excerpt: listOf(count, MAX_EXCERPT),
  parameters: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w.]{1,200}$/, "expected a parameter's name"),
        shape: z.array(count).max(MAX_RANK),
        data: tensor,
      }),
    )
    .max(MAX_PARAMETERS),
  moments: z.array(tensor).max(MAX_MOMENTS),
  average: tensor.nullable().default(null),
  carried: tensor,
  sha256: digest,
});

/** The file's JSON with numbers in the place of its tensors. */
export type Document = z.output<typeof documentSchema>;

/** Sums since the last row of the history. */
export type Meter = z.output<typeof meter>;
/** Everything beside the weights that the next update depends on. */
export type TrainingState = z.output<typeof trainingState>;
/** By what a text is known again. */
export type TextRecord = z.output<typeof textRecord>;
