import { latin1 } from '../bytes.ts';
import { EXACT_LATIN1 } from '../config/index.ts';
import { createEucKrDecoder } from './euc-kr.ts';

/** Bytes in, text out; a character may go on in the next bytes unless `more` is false. */
export interface Decoder {
  decode(bytes: Uint8Array, more: boolean): string;
}

/**
 * A decoder of one text; a leading byte order mark of its own encoding is dropped.
 * @param fatal whether bytes that are no text throw, or become U+FFFD
 */
export function createDecoder(encoding: string, fatal: boolean): Decoder {
  if (encoding === EXACT_LATIN1) return { decode: latin1 };
  if (encoding === 'windows-1252') return { decode: windows1252 };
  if (encoding === 'euc-kr') return createEucKrDecoder(fatal);
  // the Encoding Standard decodes gbk as gb18030; Node gives private characters for some of its pairs
  const decoder = new TextDecoder(encoding === 'gbk' ? 'gb18030' : encoding, { fatal });
  return { decode: (bytes, more) => decoder.decode(bytes, { stream: more }) };
}

/** Of 0x80 to 0x9f; the other bytes are those of ISO 8859-1. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

// many releases of Node decode windows-1252 as ISO 8859-1 (nodejs/node#56542)
const windows1252 = (bytes: Uint8Array): string =>
  latin1(bytes).replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]!);

/** Whether bytes are text in an encoding; what they end in the middle of may follow where `more` is true. */
export function decodes(bytes: Uint8Array, encoding: string, more: boolean): boolean {
  try {
    createDecoder(encoding, true).decode(bytes, more);
    return true;
  } catch {
    return false;
  }
}

const LONGEST_CHARACTER = 8;

/** Offset of the first character that cannot be decoded in bytes of which some cannot. */
export function firstBadByte(bytes: Uint8Array, encoding: string): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), encoding, true)) good = middle;
    else bad = middle;
  }
  // the last of the good bytes may be the beginning of the bad character
  for (let n = good; n >= Math.max(0, good - LONGEST_CHARACTER); n--) {
    if (decodes(bytes.subarray(0, n), encoding, false)) return n;
  }
  return good;
}
