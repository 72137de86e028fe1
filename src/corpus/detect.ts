import { latin1 } from '../bytes.ts';
import { createDecoder, decodes } from './decode.ts';

const BYTE_ORDER_MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  // before utf-16le, whose mark it begins with
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
];

/** The encoding that a byte order mark at the start of a file names. */
export const markedEncoding = (head: Uint8Array): string | undefined =>
  BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, i) => head[i] === byte))?.[0];

/** UTF-16 by its zero bytes, which nearly all stand at odd or at even places, at least at `share` of those. */
export function zeroBytes(bytes: Uint8Array, share: number): 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [0, 0] as [number, number];
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i & 1]!++;
  });
  const [even, odd] = zeros;
  if (Math.max(even, odd) < (share * bytes.length) / 2 || Math.min(even, odd) * 3 > Math.max(even, odd))
    return;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

interface Candidate {
  encoding: string;
  /** whether characters have two bytes; else whether the letters are Latin ones, most of them in ASCII */
  kind: 'wide' | 'latin' | 'other';
  /** what a text usually has beyond ASCII */
  usual: RegExp;
  /** what it must have a good share of */
  needed?: RegExp;
}

const KANA = { usual: /[\u3000-\u30ff\u4e00-\u9fff\uff00-\uff5e]/g, needed: /[\u3041-\u30fe]/g };
const HAN = { usual: /[\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e“”‘’…—]/g };
const CYRILLIC = { usual: /[а-яё«»„“”’–—…№\xa0]|(?<![А-яЁё])[А-ЯЁ]/g };

/** The first of equals wins. */
const CANDIDATES: readonly Candidate[] = [
  { encoding: 'shift_jis', kind: 'wide', ...KANA },
  { encoding: 'euc-jp', kind: 'wide', ...KANA },
  { encoding: 'euc-kr', kind: 'wide', usual: /[\uac00-\ud7a3]/g },
  { encoding: 'gbk', kind: 'wide', ...HAN },
  { encoding: 'big5', kind: 'wide', ...HAN },
  { encoding: 'windows-1254', kind: 'latin', usual: /[çğıöşüâîûÇĞİÖŞÜ’“”–—…]/g, needed: /[ğış]/g },
  { encoding: 'windows-1252', kind: 'latin', usual: /[ß-öø-þÀÂÄÅÆÇÉÈÊÎÑÓÔÖØÜ¡¿«»“”„‘’–—…€£§°·œŒ\xa0]/g },
  { encoding: 'windows-1250', kind: 'latin', usual: /[ąćęłńóśźżáčďéěíňřšťúůýžőűöüăâîşţ„”“’–—…\xa0]/g },
  { encoding: 'windows-1255', kind: 'other', usual: /[א-ת’“”–—…\xa0]/g },
  { encoding: 'windows-1253', kind: 'other', usual: /[ά-ώ«»’–—…\xa0]|(?<![ά-ώ])[Ά-Ϋ]/g },
  { encoding: 'windows-1251', kind: 'other', ...CYRILLIC },
  { encoding: 'koi8-r', kind: 'other', ...CYRILLIC },
  { encoding: 'ibm866', kind: 'other', ...CYRILLIC },
  { encoding: 'iso-8859-5', kind: 'other', ...CYRILLIC },
  { encoding: 'windows-1256', kind: 'other', usual: /[ء-ي،؛؟«»\xa0]/g },
  { encoding: 'windows-874', kind: 'other', usual: /[ก-๛]/g },
];
const ENOUGH = 0.75;
const NEEDED = 0.1;
const FEW = 8;
/** The beginning of a character of UTF-8, which may end too early. */
const CUT_UTF8 = /[\xe0-\xf4][\x80-\xbf]/;

/** The encoding that bytes that are not UTF-8 are most likely in, undefined where none is likely. */
export function likelyEncoding(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return likelyUtf16(bytes);
  if (decodes(bytes, 'utf-8', true)) return 'utf-8';
  const raw = latin1(bytes);
  const beyond = count(raw, /[\x80-\xff]/g);
  if (isMostlyUtf8(bytes) || (beyond < FEW && CUT_UTF8.test(raw))) return;
  const kinds = likelyKinds(raw, beyond);
  let [best, most] = [undefined as string | undefined, ENOUGH];
  for (const { encoding, kind, usual, needed } of CANDIDATES) {
    if (!kinds.includes(kind)) continue;
    const text = decodeStart(bytes, encoding);
    if (text === undefined) continue;
    const all = count(text, /[^\0-\x7f]/gu);
    const share = needed && count(text, needed) < NEEDED * all ? 0 : count(text, usual) / all;
    if (share > most) [best, most] = [encoding, share];
  }
  return best;
}

/** Characters of two bytes stand together; Latin letters are mostly those of ASCII. */
function likelyKinds(raw: string, beyond: number): Candidate['kind'][] {
  const single = beyond < count(raw, /[a-z]/gi) ? 'latin' : 'other';
  if (beyond < FEW) return ['latin'];
  return beyond < 1.5 * count(raw, /[\x80-\xff]+/g) ? [single] : ['wide', single];
}

/** Zero bytes at odd or at even places alone, and next to no characters that texts do not have. */
function likelyUtf16(bytes: Uint8Array): string | undefined {
  const encoding = zeroBytes(bytes, 0);
  const text = encoding && decodeStart(bytes, encoding);
  return text && count(text, /(?![\t\n\r])\p{Cc}|\p{Cn}|\p{Co}/gu) * 50 < text.length ? encoding : undefined;
}

/** More characters beyond ASCII than damaged ones. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = createDecoder('utf-8', false).decode(bytes, true);
  const damaged = count(text, /\ufffd/g);
  return count(text, /[^\0-\x7f]/gu) >= 2 * damaged && damaged > 0;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** undefined where it is no text in that encoding, or needs a decoder that this Node lacks */
function decodeStart(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return createDecoder(encoding, true).decode(bytes, true);
  } catch {
    return undefined;
  }
}
