import { type CutConfig, OPTIMIZER_MOMENTS } from '../config/index.ts';
import { architectureFor, type Parameter, parameterTable } from '../model/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Document } from './schema.ts';
import { base64Length, decode, problemOf, type TensorSlot, tensorSlots } from './tensors.ts';

/** Ends the reading of a file with what is wrong with it. */
export type Fail = (problem: string) => never;

/**
 * Yields between pieces.
 * @param texts base64 of the document's tensors; nothing is allocated before its text is there
 */
export function* readTensors(
  document: Document,
  config: CutConfig,
  vocabularySize: number,
  texts: readonly Uint8Array[],
  fail: Fail,
): Generator<void, Pick<Checkpoint, 'weights' | 'moments' | 'average' | 'carried'>, void> {
  const textOf = (place: string) => texts[Number(place.slice(1))]!;
  const table = parameterTable(architectureFor(config, vocabularySize));
  const slots = tensorSlots(config, vocabularySize);
  const parameters = document.parameters.map(({ data }) => textOf(data));
  checkSize(table, parameters, fail);
  checkShapes(table, document, fail);
  const weights = new Float32Array(table.reduce((sum, { size }) => sum + size, 0));
  for (const [i, { offset, size }] of table.entries())
    yield* read(parameters[i]!, slots[i]!, fail, weights.subarray(offset, offset + size));
  const { moments, average } = separate(document, config, fail);
  const others = [...moments, ...(average === null ? [] : [average]), document.carried];
  const tensors: Float32Array[] = [];
  for (const [i, place] of others.entries())
    tensors.push(yield* read(textOf(place), slots[table.length + i]!, fail));
  const carried = tensors.pop()!;
  return { weights, average: average === null ? null : tensors.pop()!, moments: tensors, carried };
}

function checkSize(table: readonly Parameter[], texts: readonly Uint8Array[], fail: Fail): void {
  const total = table.reduce((sum, { size }) => sum + size, 0);
  const present = texts.reduce((sum, { length }) => sum + length, 0);
  if (!Number.isSafeInteger(total) || total * 4 > present)
    fail(`the configuration needs ${total} weights, the file holds about ${Math.floor((present * 3) / 16)}`);
}

/** The tensors must be those of the parameter table, by name, order and shape. */
function checkShapes(table: readonly Parameter[], { parameters }: Document, fail: Fail): void {
  table.forEach(({ name, shape }, i) => {
    const found = parameters[i];
    if (found?.name === name && found.shape.join() === shape.join()) return;
    const got = found ? `${found.name.slice(0, 60)} (${found.shape})` : 'nothing';
    fail(`expected parameter ${name} (${shape}) at place ${i}, got ${got}`);
  });
  if (parameters.length > table.length) fail(`more parameters than the ${table.length} of its configuration`);
}

/** In version 1 the average of the weights was the last of the moments. */
function separate(document: Document, config: CutConfig, fail: Fail) {
  const moments = [...document.moments];
  const average = document.version === 1 && config.average > 0 ? (moments.pop() ?? null) : document.average;
  const expected = OPTIMIZER_MOMENTS[config.optimizer];
  if (moments.length !== expected)
    fail(`expected ${expected} moments of ${config.optimizer}, got ${moments.length}`);
  if ((average !== null) !== config.average > 0)
    fail(`expected ${config.average > 0 ? 'an' : 'no'} average of the weights, as in its configuration`);
  return { moments, average };
}

function* read(
  text: Uint8Array,
  slot: TensorSlot,
  fail: Fail,
  target?: Float32Array,
): Generator<void, Float32Array, void> {
  const { name, length } = slot;
  const expected = base64Length(length);
  if (text.length !== expected) {
    fail(
      `${name}: expected ${length} numbers (${expected} characters of base64), got ${text.length} characters`,
    );
  }
  const values = target ?? new Float32Array(length);
  if (!(yield* decode(text, values))) fail(`${name}: not canonical base64`);
  const problem = problemOf(values, slot);
  if (problem !== undefined) fail(problem);
  return values;
}
