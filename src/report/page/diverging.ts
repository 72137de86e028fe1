/** Red, near white and blue (the ends of ColorBrewer's RdBu): readable on a light and on a dark page. */
const STOPS = [
  [178, 24, 43],
  [247, 247, 247],
  [33, 102, 172],
] as const;
const GREY = [128, 128, 128] as const;

/** Byte 127 stands for 0, 0 and 254 for −1 and 1, 255 for what is not a number. */
export const toByte = (value: number): number =>
  Number.isNaN(value) ? 255 : Math.round((Math.max(-1, Math.min(1, value)) + 1) * 127);

/** The colours of all bytes, 3 numbers each. */
export const DIVERGING = Uint8Array.from(
  Array.from({ length: 256 }, (_, byte) => {
    if (byte === 255) return GREY;
    const place = byte / 127;
    const [from, to] = place < 1 ? [STOPS[0], STOPS[1]] : [STOPS[1], STOPS[2]];
    return from.map((channel, i) =>
      Math.round(channel + (to[i]! - channel) * (place < 1 ? place : place - 1)),
    );
  }).flat(),
);
