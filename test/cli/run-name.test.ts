import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runName } from '../../src/cli/run-name.ts';
import { createRandom } from '../../src/random.ts';

const file = (source: string) => runName(source, false, posix);
const windows = (source: string) => runName(source, false, win32);

describe('the name of a run', () => {
  it.each([
    ['-', 'stdin'],
    ['book.txt', 'book'],
    ['a/b/war.and.peace.txt', 'war.and.peace'],
    ['book', 'book'],
    ['.hidden', 'hidden'],
    ['a/.txt', 'txt'],
    ['..', 'corpus'],
    ['', 'corpus'],
    ['한글 소설.txt', '한글 소설'],
    ['*.txt', '-'],
    ['a:b?c.txt', 'a-b-c'],
    ['a\\b.txt', 'a-b'],
    ['a\u001b[31m\n.txt', 'a-[31m-'],
    ['trailing. . .txt', 'trailing'],
    ['tiny.best.txt', 'tiny-best'],
    ['tiny.BEST.md', 'tiny-best'],
    ['best.txt', 'best'],
    ['x.json', 'x'],
    ['x.json.txt', 'x.json'],
    ['con.txt', '_con'],
    ['NUL', '_NUL'],
    ['aux.best.txt', 'aux-best'],
    ['com1.notes.txt', '_com1.notes'],
    ['com10.txt', 'com10'],
    ['lpt¹.txt', '_lpt¹'],
    ['console.txt', 'console'],
  ])('%j is called %j', (source, name) => {
    expect(file(source)).toBe(name);
  });

  it.each([
    ['C:\\texts\\book.txt', 'book'],
    ['C:book.txt', 'book'],
    ['\\\\server\\share\\book.txt', 'book'],
    ['C:/texts/book.txt', 'book'],
    ['book.txt:stream', 'book'],
    ['C:\\', 'corpus'],
  ])('on Windows %j is called %j', (source, name) => {
    expect(windows(source)).toBe(name);
  });

  it('a folder keeps what looks like an ending', () => {
    expect(runName('/home/me/my.texts', true, posix)).toBe('my.texts');
    expect(runName('C:\\my.texts\\', true, win32)).toBe('my.texts');
    expect(runName('/', true, posix)).toBe('corpus');
    expect(runName('C:\\', true, win32)).toBe('corpus');
  });

  it('is cut to 80 bytes between characters as people see them', () => {
    expect(file(`${'a'.repeat(300)}.txt`)).toBe('a'.repeat(80));
    expect(file(`${'가'.repeat(80)}.txt`)).toBe('가'.repeat(26));
    expect(file(`${'가'.repeat(80).normalize('NFD')}.txt`)).toBe('가'.repeat(13).normalize('NFD'));
    expect(file(`a${'👨‍👩‍👧'.repeat(9)}.txt`)).toBe(`a${'👨‍👩‍👧'.repeat(4)}`);
    expect(file(`a${'\u0301'.repeat(100)}.txt`)).toBe('corpus');
  });

  it('of any name, what every file system takes and no other run of it can mean', () => {
    const random = createRandom('names', 'test');
    const pieces = [
      'a',
      '.',
      ' ',
      'best',
      'con',
      'nul',
      '/',
      '\\',
      ':',
      '*',
      '\0',
      '가',
      '👍🏽',
      'e\u0301',
      '-',
      '2',
      '\ud800',
    ];
    for (let i = 0; i < 2000; i++) {
      const length = Math.floor(random.next() * 40);
      const source = Array.from({ length }, () => pieces[Math.floor(random.next() * pieces.length)]).join('');
      for (const path of [posix, win32]) {
        const name = runName(source, random.next() < 0.5, path);
        expect(name).toMatch(
          /^[^.\s<>:"/\\|?*\p{Cc}\p{Cs}]([^<>:"/\\|?*\p{Cc}\p{Cs}]*[^.\s<>:"/\\|?*\p{Cc}\p{Cs}])?$/u,
        );
        expect(name).not.toMatch(/\.best$|^(con|nul)(\.|$)/i);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(81);
      }
    }
  });
});
