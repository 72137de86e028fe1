import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { completeConfig, fittedSchema } from '../config/config.ts';
import type { CellName, Nonlinearity } from '../config/names.ts';
import type { Vocabulary } from '../corpus/vocabulary.ts';
import type { Wording } from '../errors.ts';
import { architectureFor } from '../model/architecture.ts';
import { CELLS } from '../model/cells.ts';
import { countParameters, parameterTable } from '../model/table.ts';
import type { Fail } from './tensors.ts';

/** A model that was trained elsewhere, and what there is to say of it. */
export interface Imported {
  checkpoint: Checkpoint;
  /** one sentence each */
  notes: Wording[];
}

/** The shape of a model that was trained elsewhere. */
export interface Shape {
  cell: CellName;
  hidden: number;
  layers: number;
  nonlinearity: Nonlinearity;
  /** length of the vectors that input and output share, 0 where there are none */
  embedding: number;
}

/** Weights that a checkpoint has room for, each with a moment and as base64. */
export const MAX_WEIGHTS = 50_000_000;

/** @param size of the embedding, which has become a part of the first layer */
export const foldedNote = (size: string): Wording =>
  `its embedding (${size}) is part of Wxh now, so fine-tuning changes each character's column by itself`;

const NO_TEXT = { sha256: '0'.repeat(64), characters: 0 };

/** To be called before tensors are computed, which a small file may ask to be huge. */
export function requireRoom(shape: Shape, vocabularySize: number, fail: Fail): void {
  for (const key of ['layers', 'hidden', 'embedding'] as const) {
    const { error } = fittedSchema.shape[key].safeParse(shape[key]);
    if (error) fail(`${key}: ${error.issues[0]!.message}, got ${shape[key]}`);
  }
  const weights = countParameters({ ...shape, vocabularySize });
  if (weights > MAX_WEIGHTS) fail(`expected at most ${MAX_WEIGHTS} weights, got ${weights}`);
}

/**
 * A checkpoint of step 0 that knows no corpus: it samples, evaluates, can be inspected and fine-tuned.
 * @param tensors by the names of the parameter table
 * @param imported what it comes from, for people
 */
export function checkpointOf(
  shape: Shape,
  vocabulary: Vocabulary,
  tensors: ReadonlyMap<string, Float32Array>,
  imported: string,
): Checkpoint {
  // plain sgd remembers least, and batches of one stream carry least
  const config = completeConfig(
    fittedSchema.parse({
      ...shape,
      unit: vocabulary.unit,
      optimizer: 'sgd',
      batchSize: 1,
      validationFraction: 0,
      evalEvery: 1,
      sampleEvery: 0,
      saveEvery: 1,
    }),
  );
  const table = parameterTable(architectureFor(config, vocabulary.size));
  const weights = new Float32Array(table.reduce((sum, { size }) => sum + size, 0));
  for (const { name, offset } of table) weights.set(tensors.get(name)!, offset);
  return {
    config,
    vocabulary,
    corpus: NO_TEXT,
    validation: null,
    numerics: 'reference',
    imported,
    state: {
      step: 0,
      epoch: 0,
      window: 0,
      best: null,
      sinceBest: 0,
      plateau: { sinceCut: 0, scale: 1 },
      meter: { nats: 0, characters: 0, steps: 0, clipped: 0, shrink: 0, gradientNorm: 0 },
      history: [],
      flow: [],
      previews: [],
      rateChanges: [],
    },
    weights,
    moments: [new Float32Array(weights.length)],
    average: null,
    carried: new Float32Array(shape.layers * CELLS[shape.cell].stateParts.length * shape.hidden),
    excerpt: [],
  };
}
