import { fromBase64, latin1, toBase64 } from '../bytes.ts';
import { type CutConfig, OPTIMIZER_MOMENTS } from '../config/index.ts';
import { architectureFor, CELLS, parameterTable } from '../model/index.ts';
import { TENSOR_PLACES } from './schema.ts';

/*
 * Tensors are base64 of little-endian float32 (decimal would lose −0 and cost three times the space), written and read
 * in pieces, so that a large file never stands in memory as text.
 */

/** A multiple of 3, so that the base64 of pieces is the base64 of the whole; larger ones are slower. */
const PIECE_BYTES = 3 * 16_384;
const PIECE_CHARACTERS = (PIECE_BYTES / 3) * 4;

/** A tensor's base64 as it goes into a file. */
export type Encoded = Iterable<string | Uint8Array>;

export const base64Length = (numbers: number): number => 4 * Math.ceil((4 * numbers) / 3);

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export function* encode(values: Float32Array): Generator<string> {
  const bytes = bytesOf(values);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield toBase64(bytes.subarray(at, at + PIECE_BYTES));
}

/** A base64 text in the pieces that it is read in. */
export function* piecesOf(text: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) yield text.subarray(at, at + PIECE_CHARACTERS);
}

/**
 * Fills `target` with the numbers of a base64 text as long as `base64Length` says; yields between its pieces.
 * @returns false when this is not the one base64 text of these bytes
 */
export function* decode(text: Uint8Array, target: Float32Array): Generator<void, boolean, void> {
  const bytes = bytesOf(target);
  let done = 0;
  for (const characters of piecesOf(text)) {
    const piece = latin1(characters);
    const start = done;
    done += fromBase64(piece, bytes.subarray(start));
    if (toBase64(bytes.subarray(start, done)) !== piece) return false;
    yield;
  }
  // a text of the right length may end in more padding than these numbers need
  return done === bytes.length;
}

/** The text of a document whose tensors stand in their places, in pieces. */
export function* fillIn(frame: string, tensors: readonly Encoded[]): Generator<string | Uint8Array> {
  for (const [i, part] of frame.split(TENSOR_PLACES).entries()) {
    if (i % 2 === 0) yield part;
    else yield* tensors[Number(part)] ?? [];
  }
}

/** A tensor of a checkpoint as messages name it. */
export interface TensorSlot {
  name: string;
  length: number;
  /** means of squares, which are never negative */
  squares: boolean;
}

/** All tensors in the order in which they are written: parameters, moments, average, carried state. */
export function tensorSlots(config: CutConfig, vocabularySize: number): TensorSlot[] {
  const { optimizer, average, layers, batchSize, hidden, cell } = config;
  const table = parameterTable(architectureFor(config, vocabularySize));
  const length = table.reduce((sum, { size }) => sum + size, 0);
  const moments = OPTIMIZER_MOMENTS[optimizer];
  const slot = (name: string, size: number, squares = false) => ({ name, length: size, squares });
  return [
    ...table.map(({ name, size }) => slot(`parameter ${name}`, size)),
    ...Array.from({ length: moments }, (_, i) =>
      slot(`moment ${i}`, length, optimizer !== 'sgd' && i === moments - 1),
    ),
    ...(average > 0 ? [slot('average', length)] : []),
    slot('carried state', layers * CELLS[cell].stateParts.length * batchSize * hidden),
  ];
}

/** Reason why numbers cannot be saved in a checkpoint; undefined where there is none. */
export function problemOf(values: Float32Array, { name, squares }: TensorSlot): string | undefined {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return `${name}: holds numbers that are not finite`;
    if (squares && values[i]! < 0) return `${name}: holds negative numbers, expected means of squares`;
  }
  return undefined;
}
