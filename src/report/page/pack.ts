import { deflateSync } from 'node:zlib';
import { toByte } from './diverging.ts';

/** Rows of `width` numbers of −1…1, a byte each; what a row lacks is not a number. */
export function toBytes(rows: readonly ArrayLike<number>[], width: number): Uint8Array {
  const bytes = new Uint8Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let i = 0; i < width; i++) bytes[r * width + i] = toByte(row[i] ?? Number.NaN);
  });
  return bytes;
}

/** Deflated, in base64, as `unpack` of a page's script reads it. */
export const pack = (bytes: Uint8Array): string => deflateSync(bytes, { level: 9 }).toString('base64');
