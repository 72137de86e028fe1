import { sha256 as createHash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Hash } from './bytes.ts';

/* As bytes.ts, with what browsers have; crypto.subtle is absent from pages that came over plain http. */

const encoder = new TextEncoder();

export function sha256(): Hash {
  const hash = createHash.create();
  return {
    update(data) {
      hash.update(typeof data === 'string' ? encoder.encode(data) : data);
    },
    digest: () => bytesToHex(hash.digest()),
  };
}

/** Bytes that are looked at together, so that a large text never stands in memory twice. */
const PIECE = 1 << 15;

export function isUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += PIECE)
      decoder.decode(bytes.subarray(at, at + PIECE), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const utf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return pieces.join('');
}

export const toBase64 = (bytes: Uint8Array): string => btoa(latin1(bytes));

export function fromBase64(text: string, target: Uint8Array): number {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return 0;
  }
  const length = Math.min(binary.length, target.length);
  for (let i = 0; i < length; i++) target[i] = binary.charCodeAt(i);
  return length;
}
