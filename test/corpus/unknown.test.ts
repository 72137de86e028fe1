import { describe, expect, it } from 'vitest';
import { encodeText, Vocabulary } from '../../src/corpus/index.ts';
import { readString } from '../support/models.ts';

const vocabularyOf = (text: string, unit: 'codepoint' | 'grapheme' = 'codepoint') =>
  readString(text, { unit }).then(({ vocabulary }) => vocabulary);

const failure = (vocabulary: Vocabulary, text: string, remedy?: string): string => {
  try {
    encodeText(vocabulary, text, 'error', 'the text', remedy);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('unknown characters', () => {
  const letters = new Vocabulary('codepoint', ['\n', ' ', '"', "'", '-', '.', 'A', 'e', 'h', 'l', 'o', 'é']);
  const wayOut = 'leave them out, or add unknown skip';

  it.each([
    ['hê a', '"ê" (nearest known: "e" "é"), "a" (nearest known: "A")'],
    ['“oh”', '"“" (known as "\\""), "”" (known as "\\"")'],
    [
      '„«‘’‹',
      '"„" (known as "\\""), "«" (known as "\\""), "‘" (known as "\'"), "’" (known as "\'"), "‹" (known as "\'")',
    ],
    ['e–l—o−', '"–" (known as "-"), "—" (known as "-"), "−" (known as "-")'],
    ['o…\u00a0Ａ?', '"…" (known as "..."), "\u00a0" (known as " "), "Ａ" (known as "A"), "?"'],
    ['e\u0301?', '"\u0301", "?"'],
    ['ABCDEFG', '"B", "C", "D", "E" (nearest known: "e" "é"), "F" and 1 more'],
  ])('%j: what is most like them is named', (text, named) => {
    expect(failure(letters, text)).toBe(`the text: the model does not know ${named}; ${wayOut}`);
  });

  it.each<[string, Vocabulary, string]>([
    ['“안', new Vocabulary('codepoint', ['x', 'y']), '"“", "안"'],
    [
      'GÉ\n',
      new Vocabulary('byte', [0x46, 0x67, 0xc2]),
      '0x47 "G" (nearest known: 0x67 "g"), 0xc3, 0x89, 0x0a "\\n"',
    ],
  ])(
    'nothing is named that is not alike, and bytes of ASCII with their character: %j',
    (text, known, named) => {
      expect(failure(known, text)).toBe(`the text: the model does not know ${named}; ${wayOut}`);
    },
  );

  it('the normal form in which all of a text would be known', async () => {
    const korean = await vocabularyOf('바람이 분다 é');
    const form = (name: string, unknown: string) =>
      `the text: the model does not know ${unknown}; it knows all of this text in Unicode's normal form ${name}: convert it (uconv -x any-${name.toLowerCase()})`;
    expect(failure(korean, '바람'.normalize('NFD'))).toBe(
      form('NFC', '"\u1107", "\u1161", "\u1105", "\u11b7"'),
    );
    expect(failure(await vocabularyOf('바람'.normalize('NFD')), '람바')).toBe(form('NFD', '"람", "바"'));
    expect(failure(korean, 'é분다'.replace('é', 'e\u0301'))).toBe(form('NFC', '"e", "\u0301"'));
    expect(failure(new Vocabulary('codepoint', ['A', 'b', ' ']), 'Ａ ｂ')).toBe(form('NFKC', '"Ａ", "ｂ"'));
  });

  it('a grapheme of another normal form is told from the one it looks like', async () => {
    const korean = await vocabularyOf('바람이', 'grapheme');
    const nfd = '바'.normalize('NFD');
    expect(failure(korean, `${nfd}?`)).toBe(
      `the text: the model does not know "${nfd}" (known in normal form NFC, as U+BC14), "?"; ${wayOut}`,
    );
  });

  it('in a file: the whole of it decides, whatever its chunks', async () => {
    const vocabulary = await vocabularyOf('바람이 분다 é\n');
    const nfd = '바람이 분다 é\n'.repeat(400).normalize('NFD');
    const read = async (text: string, size: number) => {
      const bytes = Buffer.from(text);
      const stdin = (async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })();
      return readString('', { vocabulary, stdin }).catch((error: Error) => error.message);
    };
    for (const size of [1, 7, 500, 1e6]) {
      expect(await read(nfd, size)).toContain(
        "it knows all of this text in Unicode's normal form NFC: convert it",
      );
      expect(await read(`${nfd}?`, size)).toContain(wayOut);
    }
  });

  it('are left out and counted, or another remedy is named', () => {
    expect(encodeText(letters, 'h?e!', 'skip', 'the text')).toEqual({ ids: Uint8Array.of(8, 7), skipped: 2 });
    expect(failure(letters, '?', 'name another')).toBe('the text: the model does not know "?"; name another');
  });
});
