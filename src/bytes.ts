import { Buffer, isUtf8 as isUtf8Text } from 'node:buffer';
import { createHash } from 'node:crypto';

/* What Node does with bytes and text; bytes.browser.ts is the same for browsers. */

/** SHA-256 of what it was given so far; text as UTF-8. */
export interface Hash {
  update(data: string | Uint8Array): void;
  /** in hexadecimal; nothing can be added after it */
  digest(): string;
}

export function sha256(): Hash {
  const hash = createHash('sha256');
  return {
    update(data) {
      hash.update(data);
    },
    digest: () => hash.digest('hex'),
  };
}

const buffer = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** The same bytes as an object that finds one of them fastest. */
export const searchable = (bytes: Uint8Array): Uint8Array => buffer(bytes);

/** Whether bytes are UTF-8. */
export const isUtf8 = (bytes: Uint8Array): boolean => isUtf8Text(bytes);

/** UTF-8 as text; a byte order mark stays. */
export const utf8 = (bytes: Uint8Array): string => buffer(bytes).toString('utf8');

/** Each byte as the code point of its number. */
export const latin1 = (bytes: Uint8Array): string => buffer(bytes).toString('latin1');

export const toBase64 = (bytes: Uint8Array): string => buffer(bytes).toString('base64');

/**
 * Writes the bytes of a base64 text, as many as there is room for.
 * @returns how many; what is no base64 is left out
 */
export const fromBase64 = (text: string, target: Uint8Array): number => buffer(target).write(text, 'base64');
