import type { Hash } from './bytes.ts';

/* As bytes.ts, with what browsers have. */

const encoder = new TextEncoder();
const BLOCK = 64;

/** The first 32 bits of the fractions of roots of the first 64 primes. */
const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter((n) => n > 1 && isPrime(n));
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

function isPrime(n: number): boolean {
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return false;
  return true;
}

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** FIPS 180-4; crypto.subtle takes no parts, and is absent from pages that came over plain http. */
export function sha256(): Hash {
  const state = Int32Array.from(START);
  const words = new Int32Array(BLOCK);
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  let length = 0;
  const update = (data: string | Uint8Array) => {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data;
    for (let at = 0; at < bytes.length; ) {
      const filled = length % BLOCK;
      const part = bytes.subarray(at, at + BLOCK - filled);
      block.set(part, filled);
      at += part.length;
      length += part.length;
      if (length % BLOCK === 0) compress(state, words, view);
    }
  };
  return {
    update,
    digest() {
      const bits = length * 8;
      update(Uint8Array.of(0x80));
      update(new Uint8Array((2 * BLOCK - 8 - (length % BLOCK)) % BLOCK));
      const end = new DataView(new ArrayBuffer(8));
      end.setUint32(0, Math.floor(bits / 2 ** 32));
      end.setUint32(4, bits % 2 ** 32);
      update(new Uint8Array(end.buffer));
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    },
  };
}

function compress(state: Int32Array, w: Int32Array, block: DataView): void {
  for (let t = 0; t < 16; t++) w[t] = block.getInt32(4 * t);
  for (let t = 16; t < 64; t++) {
    const [x, y] = [w[t - 15]!, w[t - 2]!];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[t] = w[t - 16]! + s0 + w[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t]! + w[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = state[i]! + word;
  });
}

export const searchable = (bytes: Uint8Array): Uint8Array => bytes;

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
