/*
 * As much of the wire format of Protocol Buffers as an ONNX file needs: a message is its fields one after another, each a
 * varint (number · 8 + wire type) before its value.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Bytes of a message, or of some of its fields, in pieces. */
export type Pieces = readonly Uint8Array[];

export const int = (field: number, value: number): Pieces => [varint(field * 8 + VARINT), varint(value)];

export const text = (field: number, value: string): Pieces =>
  message(field, [new TextEncoder().encode(value)]);

/** A field that holds a message, or bytes. */
export const message = (field: number, content: Pieces): Pieces => [
  varint(field * 8 + LENGTH_DELIMITED),
  varint(content.reduce((sum, { length }) => sum + length, 0)),
  ...content,
];

/** Seven bits a byte, the lowest first; all but the last have the highest bit set. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

export function joined(pieces: Pieces): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
