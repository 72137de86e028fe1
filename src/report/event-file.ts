/*
 * TensorBoard's event files: records of the protocol buffer Event, each framed by its length and two checksums.
 * https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
 */

/** When and where in the run: seconds since 1970, and the step. */
export interface Moment {
  seconds: number;
  step: number;
}

/** The first record of a file. */
export const versionRecord = (at: Moment): Buffer => record(at, bytesField(3, Buffer.from('brain.Event:2')));

/** A session that begins at this step: what an earlier one wrote of later steps is not shown. */
export const sessionRecord = (at: Moment): Buffer => record(at, bytesField(7, varintField(1, 1)));

export function scalarsRecord(at: Moment, values: Readonly<Record<string, number>>): Buffer {
  const summary = Object.entries(values).flatMap(([tag, value]) => [scalarHead(tag), float(value)]);
  return record(at, bytesField(5, Buffer.concat(summary)));
}

const heads = new Map<string, Buffer>();

/** The bytes before a scalar are the same each time. */
function scalarHead(tag: string): Buffer {
  const known = heads.get(tag);
  if (known) return known;
  const name = Buffer.concat([bytesField(1, Buffer.from(tag)), key(2, FOUR_BYTES)]);
  const head = Buffer.concat([key(1, LENGTH), varint(name.length + 4), name]);
  heads.set(tag, head);
  return head;
}

/** A text, as a tensor of one string that names the plugin which shows it. */
export function textRecord(at: Moment, tag: string, text: string): Buffer {
  const shape = bytesField(2, bytesField(2, varintField(1, 1)));
  const tensor = Buffer.concat([varintField(1, STRING_TYPE), shape, bytesField(8, Buffer.from(text))]);
  const metadata = bytesField(1, bytesField(1, Buffer.from('text')));
  const value = [bytesField(1, Buffer.from(tag)), bytesField(8, tensor), bytesField(9, metadata)];
  return record(at, bytesField(5, bytesField(1, Buffer.concat(value))));
}
const STRING_TYPE = 7;

/** An event, framed. */
function record({ seconds, step }: Moment, what: Buffer): Buffer {
  const data = Buffer.concat([key(1, EIGHT_BYTES), double(seconds), varintField(2, step), what]);
  const framed = Buffer.alloc(data.length + 16);
  framed.writeBigUInt64LE(BigInt(data.length), 0);
  framed.writeUInt32LE(maskedCrc(framed.subarray(0, 8)), 8);
  data.copy(framed, 12);
  framed.writeUInt32LE(maskedCrc(data), data.length + 12);
  return framed;
}

/** Remainders of single bytes by the polynomial of Castagnoli (CRC-32C), bits reversed. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

/** A checksum of data that may hold checksums: rotated, and moved by a constant. */
function maskedCrc(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = REMAINDERS[(crc ^ byte) & 255]! ^ (crc >>> 8);
  crc = ~crc;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/* fields of a protocol buffer: number and kind, then the value */
const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;
const key = (field: number, kind: number) => varint(field * 8 + kind);

const varintField = (field: number, value: number) => Buffer.concat([key(field, VARINT), varint(value)]);
const bytesField = (field: number, data: Buffer) =>
  Buffer.concat([key(field, LENGTH), varint(data.length), data]);

function double(value: number): Buffer {
  const data = Buffer.allocUnsafe(8);
  data.writeDoubleLE(value);
  return data;
}

function float(value: number): Buffer {
  const data = Buffer.allocUnsafe(4);
  data.writeFloatLE(value);
  return data;
}

/** Seven bits a byte, the lowest first; a set eighth bit says that more follow. */
function varint(value: number): Buffer {
  const data: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) data.push((rest % 128) + 128);
  data.push(rest);
  return Buffer.from(data);
}
