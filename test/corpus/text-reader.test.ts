import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/corpus/decode.ts';
import { TextReader } from '../../src/corpus/text-reader.ts';
import { RnnError } from '../../src/errors.ts';

type Bytes = readonly number[];

function textOf(
  bytes: Bytes,
  { encoding = 'utf-8', chunk = 100, invalid = 'error' as 'error' | 'replace' } = {},
): string {
  const all = Uint8Array.from(bytes);
  const reader = new TextReader('a.txt', all, { encoding, invalid, remedies: 'use invalid replace' });
  let text = '';
  for (let at = 0; at < all.length; at += chunk) text += reader.read(all.subarray(at, at + chunk));
  return text + reader.end();
}

function failure(...parameters: Parameters<typeof textOf>): string {
  try {
    return `accepted: ${textOf(...parameters)}`;
  } catch (error) {
    expect(error).toBeInstanceOf(RnnError);
    return (error as Error).message;
  }
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const CHUNKS = [1, 2, 3, 4, 7, 100];

describe('the first byte that cannot be decoded is named', () => {
  it('each lead byte of UTF-8 that a space follows, in chunks of every size', () => {
    for (let lead = 0x80; lead < 0x100; lead++) {
      for (const chunk of CHUNKS) {
        const message = failure([...ascii('one\ncaf'), lead, 0x20, 0x61], { chunk });
        expect(message).toContain(`a.txt: byte 0x${lead.toString(16)} at offset 7 (line 2) is not utf-8; `);
      }
    }
  });

  it.each<[string, Bytes, string]>([
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 'byte 0xed at offset 1 (line 1) is not utf-8'],
    ['beyond U+10FFFF', [0x0a, 0xf4, 0x90, 0x80, 0x80], 'byte 0xf4 at offset 1 (line 2) is not utf-8'],
    ['three bytes of four', [0x61, 0xf0, 0x9f, 0x98, 0x61], 'byte 0xf0 at offset 1 (line 1) is not utf-8'],
    [
      'after lines that end in \\r\\n and \\r',
      [...ascii('a\r\nb\rc'), 0xff],
      'byte 0xff at offset 6 (line 3) is not utf-8',
    ],
    [
      'two bytes of three, at the end',
      [0x61, 0xe2, 0x82],
      'the file ends in the middle of the character that begins at offset 1 (line 1)',
    ],
    [
      'three bytes of four, at the end of line 2',
      [0x61, 0x0a, 0xf0, 0x9f, 0x98],
      'the file ends in the middle of the character that begins at offset 2 (line 2)',
    ],
  ])('%s', (_, bytes, problem) => {
    for (const chunk of CHUNKS) {
      expect(failure(bytes, { chunk })).toBe(
        `a.txt: ${problem}; expected utf-8 text: give its encoding, or use invalid replace`,
      );
    }
  });

  it.each<[string, Bytes, string]>([
    ['utf-16le', [0x61, 0, 0x0a, 0, 0x00, 0xdc, 0x61, 0], 'byte 0x00 at offset 4 (line 2)'],
    ['utf-16le', [0x61, 0, 0x0a, 0, 0x00, 0xd8, 0x61, 0], 'byte 0x00 at offset 4 (line 2)'],
    ['utf-16be', [0, 0x61, 0xd8, 0x00, 0, 0x61], 'byte 0xd8 at offset 2 (line 1)'],
    ['shift_jis', [0x82, 0xa0, 0x0a, 0xff, 0x61], 'byte 0xff at offset 3 (line 2)'],
    ['gbk', [0xc4, 0xf1, 0xff, 0x61], 'byte 0xff at offset 2 (line 1)'],
    ['euc-kr', [0xb2, 0xc9, 0xb2, 0x0a], 'byte 0xb2 at offset 2 (line 1)'],
  ])('%s %j', (encoding, bytes, problem) => {
    for (const chunk of CHUNKS) {
      expect(failure(bytes, { encoding, chunk })).toContain(`a.txt: ${problem} is not ${encoding}; `);
    }
  });

  it('a bad byte anywhere in any text is found in chunks of every size', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.startsWith('\ufeff')),
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.integer({ min: 1, max: 12 }),
        (before, after, chunk) => {
          const start = Buffer.from(before);
          const bytes = [...start, 0xff, ...Buffer.from(after)];
          expect(failure(bytes, { chunk })).toContain(`byte 0xff at offset ${start.length} (line `);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('encodings', () => {
  const KOREAN = '봄이 오면 산에 들에';
  it.each<[string, string, Bytes]>([
    ['utf-16be', KOREAN, [...Buffer.from(KOREAN, 'utf16le').swap16()]],
    ['euc-kr', '한글', [0xc7, 0xd1, 0xb1, 0xdb]],
    ['euc-kr', '뷁똠방각하', [0x94, 0xee, 0x8c, 0x63, 0xb9, 0xe6, 0xb0, 0xa2, 0xc7, 0xcf]],
    ['gbk', '鸟€地', [0xc4, 0xf1, 0xa2, 0xe3, 0xb5, 0xd8]],
    ['gb18030', '\u0081€', [0x81, 0x30, 0x81, 0x31, 0xa2, 0xe3]],
    ['shift_jis', '雨が①', [0x89, 0x4a, 0x82, 0xaa, 0x87, 0x40]],
    ['big5', '中文', [0xa4, 0xa4, 0xa4, 0xe5]],
    ['windows-1251', 'Мы', [0xcc, 0xfb]],
    ['koi8-r', 'Мы', [0xed, 0xd9]],
  ])('%s in chunks of every size', (encoding, text, bytes) => {
    for (const chunk of CHUNKS) expect(textOf(bytes, { encoding, chunk })).toBe(text);
  });

  it('euc-kr has every syllable once, first and last where code page 949 has them', () => {
    const { decode } = createDecoder('euc-kr', false);
    const pairs = new Map<string, string[]>();
    for (let pair = 0x8141; pair < 0xff00; pair++) {
      const text = decode(Uint8Array.of(pair >> 8, pair & 0xff), false);
      if (/^[가-힣]$/.test(text)) pairs.set(text, [...(pairs.get(text) ?? []), pair.toString(16)]);
    }
    expect(pairs.size).toBe(11_172);
    expect([...pairs.values()].every(({ length }) => length === 1)).toBe(true);
    expect(['갂', '힣', '가', '힝'].map((syllable) => pairs.get(syllable)![0])).toEqual([
      '8141',
      'c652',
      'b0a1',
      'c8fe',
    ]);
  });

  it('bytes that are not euc-kr become U+FFFD, an ASCII byte after them stays', () => {
    const bytes = [0x61, 0xff, 0xb2, 0x0a, 0x62, 0xb2];
    for (const chunk of CHUNKS) {
      expect(textOf(bytes, { encoding: 'euc-kr', chunk, invalid: 'replace' })).toBe('a\ufffd\ufffd\nb\ufffd');
    }
  });

  it('all 256 bytes of windows-1252 are those of the Encoding Standard', () => {
    const high = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
    const rest = String.fromCharCode(...Array.from({ length: 0x60 }, (_, i) => 0xa0 + i));
    const low = String.fromCharCode(...Array.from({ length: 0x80 }, (_, i) => i));
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const fatal of [true, false]) {
      for (const more of [true, false]) {
        expect(createDecoder('windows-1252', fatal).decode(bytes, more)).toBe(low + high + rest);
      }
    }
  });

  it.each<[string, Bytes, string]>([
    ['utf-8', [0xef, 0xbb, 0xbf, 0xc3, 0xa9], 'é'],
    ['utf-16le', [0xff, 0xfe, 0xe9, 0], 'é'],
    ['utf-16be', [0xfe, 0xff, 0, 0xe9], 'é'],
  ])('a byte order mark of %s goes before what was asked for, and is dropped', (_, bytes, text) => {
    for (const encoding of ['utf-8', 'windows-1252', 'utf-16le', 'gbk']) {
      for (const chunk of CHUNKS) expect(textOf(bytes, { encoding, chunk })).toBe(text);
    }
  });

  it.each<[string, Bytes]>([
    ['utf-32le', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]],
    ['utf-32be', [0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]],
  ])('a byte order mark of %s is refused with what to do', (encoding, bytes) => {
    for (const invalid of ['error', 'replace'] as const) {
      expect(failure(bytes, { invalid })).toBe(
        `a.txt: its byte order mark says ${encoding}, which rnn does not read; convert it to utf-8 (iconv -f utf-32 -t utf-8), or train with unit byte`,
      );
    }
  });

  it('UTF-16 without a mark is refused as UTF-8, with its name', () => {
    const text = 'a text of some words\n';
    expect(failure([...Buffer.from(text, 'utf16le')])).toBe(
      'a.txt: every second byte is 0, which is not utf-8; it looks like utf-16le: add encoding utf-16le, or use invalid replace',
    );
    expect(failure([...Buffer.from(text, 'utf16le').swap16()], { encoding: 'utf-16le' })).toContain(
      'which is not utf-16le; it looks like utf-16be: add encoding utf-16be',
    );
    expect(textOf(ascii('a\0b\0'.repeat(8)), { invalid: 'replace' })).toBe('a\0b\0'.repeat(8));
    expect(textOf(ascii('\0'.repeat(99)))).toBe('\0'.repeat(99));
  });
});
