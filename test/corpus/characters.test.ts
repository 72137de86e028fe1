import { expect, it } from 'vitest';
import { charactersOf, Vocabulary } from '../../src/corpus/index.ts';

const bytes = new Vocabulary(
  'byte',
  Array.from({ length: 256 }, (_, i) => i),
);

it('bytes are put together to the characters of UTF-8; what is none stands by its number', () => {
  const ids = bytes.encode(
    Uint8Array.of(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0x20, 0xf0, 0x9f, 0x98, 0x80, 0xc0, 0x80, 0xe2),
  ).ids;
  expect(charactersOf(bytes, ids)).toEqual({
    characters: ['a', 'é', '0xe2', '0x82', ' ', '😀', '0xc0', '0x80', '0xe2'],
    lengths: [1, 2, 1, 1, 1, 4, 1, 1, 1],
  });
});

it('any bytes are covered once', () => {
  const ids = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 31 + i * 7) % 256);
  const { characters, lengths } = charactersOf(bytes, ids);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(5000);
  const back = characters.flatMap((text) =>
    text.startsWith('0x') ? [Number(text)] : [...Buffer.from(text)],
  );
  expect(back).toEqual([...ids]);
});

it('other units stand for themselves', () => {
  const graphemes = new Vocabulary('grapheme', ['\r\n', 'é']);
  expect(charactersOf(graphemes, [1, 0])).toEqual({ characters: ['é', '\r\n'], lengths: [1, 1] });
  expect([bytes.unitAt(0x3c), bytes.unitAt(0xe9), bytes.nameOf(0x3c)]).toEqual(['<', '0xe9', '0x3c']);
});
