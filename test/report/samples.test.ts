import { describe, expect, it } from 'vitest';
import { formatChoices, formatCopies } from '../../src/report/index.ts';

describe('what is said of a sample', () => {
  it('copies: the excerpt is cut after 60 characters, line breaks and controls are signs', () => {
    const text = `two\r\n\u001b[1m${'x'.repeat(60)}`;
    const longest = { characters: 1234, text, file: 'a.txt', line: 7 };
    expect(formatCopies({ share: 0.12345, atLeast: 20, longest }, 'byte')).toEqual([
      'longest copy: 1,234 bytes of a.txt, line 7',
      `  “two\u240d\u23ce\u241b[1m${'x'.repeat(51)}…”`,
      'copied: 12.3 % of the sample, in stretches of at least 20 bytes',
    ]);
  });

  it('copies: none', () => {
    expect(formatCopies({ share: 0, atLeast: 20, longest: null }, 'character')).toEqual(['copied: nothing']);
  });

  it('choices: numbered, with bars of 40 columns for a certain one, names for what cannot be seen', () => {
    const choices = [
      { character: ' ', probability: 0.5 },
      { character: '한', probability: 0.25 },
      { character: '\u0007', probability: 0.001 },
    ];
    expect(formatChoices(choices, true)).toBe(
      `  1  space   50.0 %  ${'#'.repeat(20)}\n` +
        `  2  “한”    25.0 %  ${'#'.repeat(10)}\n` +
        '  3  “\u2407”      0.1 %  \n',
    );
    expect(formatChoices(choices.slice(0, 1), false)).toBe(`  1  space   50.0 %  ${'█'.repeat(20)}\n`);
  });
});
