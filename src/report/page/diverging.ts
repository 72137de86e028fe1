/*
 * Numbers of −1…1 as bytes, and the colours of these bytes. This file also runs in the browser.
 */

/** The byte of 0; 0 and 254 stand for −1 and 1, 255 for what is not a number. */
const MIDDLE = 127;
const MISSING = 255;

export const toByte = (value: number): number =>
  Number.isNaN(value) ? MISSING : Math.round((Math.max(-1, Math.min(1, value)) + 1) * MIDDLE);

export const fromByte = (byte: number): number => (byte === MISSING ? Number.NaN : (byte - MIDDLE) / MIDDLE);

/** Red, near white and blue (the ends of ColorBrewer's RdBu): readable on a light and on a dark page. */
const STOPS = [
  [178, 24, 43],
  [247, 247, 247],
  [33, 102, 172],
] as const;
const GREY = [128, 128, 128] as const;

/** Red, green and blue of a byte. */
export function colorOf(byte: number): readonly number[] {
  if (byte === MISSING) return GREY;
  const place = byte / MIDDLE;
  const [from, to] = place < 1 ? [STOPS[0], STOPS[1]] : [STOPS[1], STOPS[2]];
  return from.map((channel, i) => Math.round(channel + (to[i]! - channel) * (place < 1 ? place : place - 1)));
}
