import { describe, expect, it } from 'vitest';
import { giveLecture, lectureScenes, TEXTS } from '../../src/lecture/index.ts';

const APART =
  'has one entry for this character. It would predict the same both times; only the hidden state tells';
const PAIRS = 'In this word the same character always follows, so a table of pairs';
const ALIKE = 'Only the probabilities show that the history was another.';
const MORE = 'The network uses more than that: with another history it predicts something else.';
const LESSONS = { apart: APART, pairs: PAIRS, alike: ALIKE, more: MORE };

/** word, what the scene should say, and the two results that stand before it */
const WORDS: [string, keyof typeof LESSONS, string][] = [
  [
    'hello',
    'apart',
    '‘l’ after “he”: it predicts ‘l’ (p = 0.927); ‘l’ after “hel”: it predicts ‘o’ (p = 0.899).',
  ],
  ['world', 'alike', ''],
  ['안녕하세요', 'alike', ''],
  ['aa', 'apart', ''],
  ['ab', 'alike', ''],
  ['mississippi', 'apart', ''],
  ['banana', 'pairs', ''],
  ['😀🎉😀👍', 'apart', ''],
  ['👩‍👩‍👧❤️👍🏽', 'alike', ''],
  ['abcdefghijkl', 'more', ''],
  ['aaaaaaaaaaaa', 'apart', ''],
];

describe.each(WORDS)('two histories of a character of %s', (word, expected, results) => {
  const lecture = giveLecture(word, 1);
  const { histories, characters } = lecture;
  const lesson = (language: 'en' | 'ko') => {
    const { blocks } = lectureScenes(lecture, TEXTS[language]).find(({ id }) => id === 'histories')!;
    const last = blocks.at(-1)!;
    return last.kind === 'text' ? last.text : '';
  };

  it(`says what it sees: ${expected}`, () => {
    const said = lesson('en');
    for (const [name, sentence] of Object.entries(LESSONS))
      expect(said.includes(sentence)).toBe(name === expected);
    if (results) expect(said.startsWith(results)).toBe(true);
    expect(lesson('ko').endsWith(TEXTS.ko.histories.lessons[expected])).toBe(true);
  });

  it('which is what a table of pairs, written down here, would do', () => {
    const followers = new Map<string, Set<string>>();
    characters.slice(0, -1).forEach((character, i) => {
      followers.set(character, (followers.get(character) ?? new Set()).add(characters[i + 1]!));
    });
    const ambiguous = [...followers.values()].some((set) => set.size > 1);
    const repeats = new Set(characters.slice(0, -1)).size < characters.length - 1;
    expect(histories.kind).toBe(ambiguous ? 'different' : repeats ? 'same' : 'none');
    const [first, second] = histories.cases.map(({ step }) => step.predicted);
    expect(first !== second).toBe(expected === 'apart' || expected === 'more');
  });
});
