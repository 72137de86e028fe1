import { joined } from './protobuf.ts';
import { bytesOf, type Fail, floatsOf, requireFinite, sizeOf, type Tensor } from './tensors.ts';

/*
 * safetensors: the length of a JSON header (8 bytes, little-endian), the header, the numbers. The header has of each
 * tensor type, shape and place among the numbers, and texts under `__metadata__`.
 */

export interface SafeTensors {
  tensors: ReadonlyMap<string, Tensor>;
  metadata: ReadonlyMap<string, string>;
}

const METADATA = '__metadata__';
const LENGTH_BYTES = 8;
/** Room for a vocabulary of all of Unicode. */
export const MAX_HEADER_BYTES = 32 * 1024 * 1024;
/** Other programs map the file into memory and want its numbers at a multiple of this. */
const ALIGNMENT = 8;

export function writeSafetensors({ tensors, metadata }: SafeTensors): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: Object.fromEntries(metadata) };
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    const end = at + 4 * data.length;
    header[name] = { dtype: 'F32', shape, data_offsets: [at, end] };
    at = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padding = new Uint8Array((ALIGNMENT - (json.length % ALIGNMENT)) % ALIGNMENT).fill(0x20);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length + padding.length), true);
  return joined([
    length,
    json,
    padding,
    ...[...tensors.values()].map(({ data }) => bytesOf(data as Float32Array)),
  ]);
}

/** Whether a file begins as one of this format. */
export const looksLikeSafetensors = (bytes: Uint8Array): boolean => bytes[LENGTH_BYTES] === 0x7b;

/** Nothing is allocated that the number of bytes does not justify. */
export function readSafetensors(bytes: Uint8Array, fail: Fail): SafeTensors {
  const header = readHeader(bytes, fail);
  const numbers = bytes.subarray(LENGTH_BYTES + header.bytes);
  const tensors = new Map<string, Tensor>();
  let used = 0;
  for (const [name, entry] of Object.entries(header.entries)) {
    if (name === METADATA) continue;
    const tensor = readTensor(JSON.stringify(name), entry, numbers, fail);
    tensors.set(name, tensor);
    used += tensor.data.byteLength;
  }
  if (used !== numbers.length)
    fail(`damaged: its tensors take ${used} bytes, after its header come ${numbers.length}`);
  return { tensors, metadata: readMetadata(header.entries[METADATA], fail) };
}

function readHeader(bytes: Uint8Array, fail: Fail): { entries: Record<string, unknown>; bytes: number } {
  const rest = bytes.length - LENGTH_BYTES;
  if (rest < 2) fail(`expected a safetensors file, got ${bytes.length} bytes`);
  const stated = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (stated > MAX_HEADER_BYTES)
    fail(`expected a safetensors header of at most ${MAX_HEADER_BYTES} bytes, got one of ${stated}`);
  if (stated > rest) fail(`cut off: its header should have ${stated} bytes, the file has ${rest} more`);
  const length = Number(stated);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length),
    );
    const entries = JSON.parse(text) as unknown;
    if (isRecord(entries)) return { entries, bytes: length };
  } catch {}
  return fail('damaged: the header of a safetensors file must be a JSON object, got something else');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

const READERS: Record<string, (bytes: Uint8Array) => Tensor['data']> = {
  F32: floatsOf,
  F64: (bytes) => new Float64Array(new Uint8Array(bytes).buffer),
};
const WIDTHS: Record<string, number> = { F32: 4, F64: 8 };

function readTensor(name: string, entry: unknown, numbers: Uint8Array, fail: Fail): Tensor {
  if (!isRecord(entry)) return fail(`damaged: ${name}: expected type, shape and place of a tensor`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const width = Object.hasOwn(WIDTHS, String(dtype)) ? WIDTHS[String(dtype)]! : undefined;
  if (width === undefined)
    return fail(`${name}: expected float32 or float64 (F32, F64), got ${JSON.stringify(dtype)}`);
  if (!isCounts(shape) || !isCounts(offsets)) return fail(`damaged: ${name}: expected a shape and a place`);
  const [from = 0, to = -1] = offsets;
  if (to < from || to > numbers.length)
    fail(`cut off or damaged: ${name}: bytes ${from} to ${to} of ${numbers.length}`);
  if (to - from !== sizeOf(shape) * width)
    fail(`damaged: ${name}: a shape of (${shape}) needs ${sizeOf(shape) * width} bytes, got ${to - from}`);
  const data = READERS[String(dtype)]!(numbers.subarray(from, to));
  requireFinite(name, data, fail);
  return { shape, data };
}

function readMetadata(entries: unknown, fail: Fail): Map<string, string> {
  if (entries === undefined) return new Map();
  if (!isRecord(entries) || !Object.values(entries).every((value) => typeof value === 'string'))
    return fail(`damaged: ${METADATA}: expected texts`);
  return new Map(Object.entries(entries) as [string, string][]);
}
