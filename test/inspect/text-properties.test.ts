import { describe, expect, it } from 'vitest';
import { textProperties } from '../../src/inspect/index.ts';

type Name = keyof ReturnType<typeof textProperties>;
const of = (text: string | string[], name: Name) => [...textProperties([...text])[name]].join('');

describe('properties of a text', () => {
  it('each holds where it should', () => {
    expect(of('ab\ncd\n', 'line position')).toBe('120120');
    expect(of('a "bc" d“e”f', 'inside quotes')).toBe('001110001100');
    expect(of('a(b[c]d)e', 'inside brackets')).toBe('011111100');
    expect(of('a b\tcD', 'after a space')).toBe('010100');
    expect(of('aBÄ1 cЖ', 'upper case')).toBe('0110001');
  });

  it('an open quote or bracket ends with its paragraph, a stray closing one is nothing', () => {
    expect(of('"a\nb\n\nc', 'inside quotes')).toBe('1111100');
    expect(of('a)b(c\n\nd', 'inside brackets')).toBe('00011100');
    expect(of('a” b', 'inside quotes')).toBe('0000');
  });

  it('lines and paragraphs end with \\n, \\r and \\r\\n, the last as two characters or one', () => {
    expect(of('ab\rc', 'line position')).toBe('1201');
    expect(of('ab\r\nc', 'line position')).toBe('12001');
    expect(of(['a', 'b', '\r\n', 'c'], 'line position')).toBe('1201');
    expect(of(['a', '\r\n'], 'after a space')).toBe('01');
    expect(of('(\rb\r\rc', 'inside brackets')).toBe('111100');
    expect(of('(\r\nb\r\n\r\nc', 'inside brackets')).toBe('111111000');
    expect(of(['(', '\r\n', 'b', '\r\n', '\r\n', 'c'], 'inside brackets')).toBe('111100');
  });

  it.each([
    ['„Ja“, er', '11100000'],
    ['»Ja«, er', '11100000'],
    ['”Ja”, er', '11100000'],
    ['«Oui», il', '111100000'],
    ['« Oui », il', '11111100000'],
    ['説「はい」と', '011100'],
    ['説『はい』と', '011100'],
    ['他：“是。”他', '0011100'],
    ['“a ‘b’ c” d', '11111111000'],
    ['“It’s the dogs’ day” d', '1111111111111111111000'],
    ['rock ’n’ roll', '0000000000000'],
    ['(“a”)', '01100'],
    ['—“a”—', '01100'],
    ['"a" ＂b＂', '1100110'],
  ])('quotes of every language: %s', (text, expected) => {
    expect(of(text, 'inside quotes')).toBe(expected);
  });

  it('brackets of every script', () => {
    expect(of('a（b）《c》【d】e', 'inside brackets')).toBe('01101101100');
  });
});
