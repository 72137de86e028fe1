import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Checkpoint, MAX_ORIGIN_LENGTH, replaceFile, writeCheckpoint } from '../checkpoint/index.ts';
import type { FittedConfig } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { checkpointOf } from '../exchange/imported.ts';
import { type Level, MOST_KEPT } from '../live/protocol.ts';
import type { Weights } from '../model/index.ts';
import { reasonOf } from '../system-reason.ts';
import { makeFolder } from './make-folder.ts';

/*
 * Models of a run at steps 10, 20, 50, 100, 200, … in a folder beside its checkpoint, such as checkpoints/book.steps/100.json:
 * what was learned, without what only the next step needs. Beside them stand the levels of simple models of its text.
 */

/** Fewer than MOST_KEPT are kept where they are larger. */
const MOST_BYTES = 256 << 20;
/** A weight and its moment, which the format asks for, as base64 of float32. */
const BYTES_A_WEIGHT = 11;

interface Kept {
  step: number;
  path: string;
}

const folderOf = (last: string): string => `${last.replace(/\.json$/, '')}.steps`;

/** The models that are kept of a run, by its last checkpoint, in the order of their steps. */
export function keptModels(last: string): Kept[] {
  const folder = folderOf(last);
  const names = namesIn(folder).filter((name) => /^\d{1,15}\.json$/.test(name));
  return names
    .map((name) => ({ step: Number.parseInt(name, 10), path: join(folder, name) }))
    .sort((a, b) => a.step - b.step);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Removes models of steps that the run has yet to make. */
export function dropLaterModels(last: string, step: number): void {
  for (const kept of keptModels(last)) if (kept.step > step) remove(kept.path);
}

/** Removes what was kept of an earlier run of that name. */
export function dropModels(last: string): void {
  dropLaterModels(last, -1);
  remove(levelsFile(last));
}

/** What cannot be removed is no reason not to train. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // a folder of somebody else, or no folder at all
  }
}

const levelsFile = (last: string): string => join(folderOf(last), 'levels.json');

/** @returns what went wrong, which ends nothing */
export async function keepLevels(last: string, levels: readonly Level[]): Promise<string | undefined> {
  const path = levelsFile(last);
  try {
    makeFolder(folderOf(last));
    await replaceFile(path, [`${JSON.stringify(levels)}\n`]);
    return undefined;
  } catch (error) {
    return `${path}: cannot be written (${reasonOf(error)})`;
  }
}

/** The levels that were kept of a run; none where they are not there, or are something else. */
export function keptLevels(last: string): Level[] {
  try {
    return levelsSchema.parse(JSON.parse(readFileSync(levelsFile(last), 'utf8')));
  } catch {
    return [];
  }
}

const levelsSchema = z
  .array(z.strictObject({ name: z.enum(['uniform', 'unigram', 'bigram', 'fivegram']), bpc: z.number() }))
  .max(4);

/** Whether a model is kept at a step. */
export const keepsModel = (step: number): boolean => /^[125]0+$/.test(String(step));

/** What a run has learned after a step. */
export interface Learned {
  step: number;
  config: FittedConfig;
  vocabulary: Vocabulary;
  weights: Pick<Weights, 'data' | 'table'>;
}

/**
 * Keeps what a run has learned so far; older ones go where there are too many.
 * @returns what went wrong, which ends nothing
 */
export async function keepModel(last: string, learned: Learned): Promise<string | undefined> {
  const { step, weights } = learned;
  const path = join(folderOf(last), `${step}.json`);
  const most = Math.min(MOST_KEPT, Math.floor(MOST_BYTES / (BYTES_A_WEIGHT * weights.data.length)));
  if (most === 0) return undefined;
  try {
    makeFolder(folderOf(last));
    await writeCheckpoint(path, modelOf(learned, `step ${step} of ${basename(last)}`));
    for (const old of keptModels(last).slice(0, -most)) await rm(old.path, { force: true });
    return undefined;
  } catch (error) {
    if (error instanceof RnnError) return error.message;
    return `${path}: the model of step ${step} could not be saved (${reasonOf(error)})`;
  }
}

/** The same as a model that knows nothing of a run. @param origin what it comes from, for people */
export function modelOf({ step, config, vocabulary, weights }: Learned, origin: string): Checkpoint {
  const { cell, hidden, layers, nonlinearity, embedding } = config;
  const { data, table } = weights;
  const tensors = table.map(({ name, offset, size }) => {
    const values = Float32Array.from(data.subarray(offset, offset + size));
    return [name, values] as const;
  });
  const shape = { cell, hidden, layers, nonlinearity, embedding };
  const model = checkpointOf(shape, vocabulary, new Map(tensors), origin.slice(-MAX_ORIGIN_LENGTH));
  model.state.step = step;
  return model;
}
