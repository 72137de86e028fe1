import { describe, expect, it } from 'vitest';
import {
  formatLecture,
  giveLecture,
  type Lecture,
  lecturePage,
  lectureScenes,
  paginate,
  type Scene,
  TEXTS,
} from '../../src/lecture/index.ts';
import { toAscii } from '../../src/lecture/symbols.ts';
import { displayWidth, wrap } from '../../src/report/terminal/width.ts';
import { PLAIN_STYLE as STYLE } from '../support/lecture.ts';

const WORDS = [
  'hello',
  '안녕하세요',
  'hi',
  'aaaa',
  '👍🏽😀👩‍👩‍👧😀🎉',
  'mississippi',
  'abcdefghijkl',
  '가나다라마바사아자차카타',
];
const LANGUAGES = ['en', 'ko'] as const;
const lectures = new Map<string, Lecture>();
function scenesOf(word: string, language: 'en' | 'ko'): Scene[] {
  const lecture = lectures.get(word) ?? giveLecture(word, 1);
  lectures.set(word, lecture);
  return lectureScenes(lecture, TEXTS[language]);
}

/** Every string and what every function gives for sample arguments. */
function sentences(value: unknown, filled = 'A'): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return [String(value(filled, filled, [filled, filled], filled))];
  return Object.values(value as object).flatMap((item) => sentences(item, filled));
}

describe.each(WORDS)('the lecture on %s as text', (word) => {
  it.each(LANGUAGES)('%s: no line is wider than 80 columns, nothing is undefined', (language) => {
    const text = formatLecture(scenesOf(word, language), STYLE);
    expect(text.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN|Infinity|\[object/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is tested
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});

describe('languages', () => {
  it('both show the same scenes of the same blocks', () => {
    const shape = (language: 'en' | 'ko') =>
      scenesOf('hello', language).map(({ id, blocks }) => [id, blocks.map(({ kind }) => kind)]);
    expect(shape('ko')).toEqual(shape('en'));
    expect(shape('en').map(([id]) => id)).toEqual([
      'start',
      'word',
      'weights',
      ...[1, 2, 3, 4].map((t) => `step-${t}`),
      'loss',
      'concatenated',
      'lengths',
      'histories',
      'gradient',
      'back-4',
      'transpose',
      ...[3, 2, 1].map((t) => `back-${t}`),
      'products',
      'shares',
      'windows',
      'update',
      'explosion',
      'writing',
      'temperature',
      'lstm',
      'lstm-gates',
      'lstm-state',
      'lstm-path',
      'gru',
      'gru-gates',
      'gru-state',
      'decay',
      'closing',
    ]);
  });

  it('nothing is left untranslated: Korean sentences have Hangul, English ones have none', () => {
    const symbols = /^(ko|en|N|‖Whh‖ᴺ|‖∂L\/∂W‖|pᵢ = .*)$/;
    const hangul = /\p{Script=Hangul}/u;
    expect(sentences(TEXTS.ko).filter((text) => !hangul.test(text) && !symbols.test(text))).toEqual([]);
    expect(sentences(TEXTS.en).filter((text) => hangul.test(text))).toEqual([]);
    expect(sentences(TEXTS.ko)).toHaveLength(sentences(TEXTS.en).length);
    for (const { title, blocks } of scenesOf('hello', 'ko')) {
      expect(title === 'N' || hangul.test(title), title).toBe(true);
      for (const block of blocks) if (block.kind === 'text') expect(block.text).toMatch(hangul);
    }
  });

  it('no Korean particle hangs on what is filled in, since its sound is not known', () => {
    const filled = sentences(TEXTS.ko, '§');
    expect(
      filled.filter((text) => /§(이|가|을|를|은|는|와|과|로|으로|라고?|이라고?)(?![가-힣])/.test(text)),
    ).toEqual([]);
  });
});

describe('terminal', () => {
  it('numbers stand in aligned columns', () => {
    const text = formatLecture(scenesOf('hello', 'en'), STYLE);
    expect(text).toContain(
      [
        '           Whh               h₁        Whh·h₁',
        '  ⎡  0.76 -1.46  0.70 ⎤   ⎡  0.53 ⎤   ⎡ -1.47 ⎤',
        '  ⎢  0.50  0.36 -1.30 ⎥ · ⎢  0.84 ⎥ = ⎢  1.76 ⎥',
        '  ⎣ -0.47  1.23  0.51 ⎦   ⎣ -0.92 ⎦   ⎣  0.30 ⎦',
      ].join('\n'),
    );
  });

  it('ASCII only where Unicode cannot be shown', () => {
    const text = formatLecture(scenesOf('hello', 'en'), { ...STYLE, ascii: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
    expect(text).toMatch(/^[\u0000-\u007f]*$/);
    expect(toAscii('hₜ₋₁ = tanh(Whhᵀ·h₁₂)·10⁻¹²')).toBe('h_{t-1} = tanh(Whh^T*h_{12})*10^-12');
  });

  it('control characters of a word are shown, not sent', () => {
    const text = formatLecture(scenesOf('a\u001b[2J \n\tb', 'en'), STYLE);
    expect(text).not.toContain('\u001b');
    expect(text).toContain('“a␛[2J␣⏎⇥b”');
  });

  it.each([12, 24, 50])('screens of %i rows hold every line, and each ends with the keys', (rows) => {
    const scenes = scenesOf('hello', 'en');
    const screens = paginate(scenes, TEXTS.en, STYLE, rows);
    for (const { lines } of screens) expect(lines).toHaveLength(rows);
    expect(screens.at(-1)!.lines.at(-1)).toBe('the end · b back · q quit');
    const shown = screens.flatMap(({ lines }) => lines.slice(2, -2)).filter((line) => line !== '');
    const titles = new Set(scenes.map(({ title }, i) => `${i + 1}  ${title}`));
    const all = formatLecture(scenes, STYLE).split('\n');
    expect(shown).toEqual(all.filter((line) => line !== '' && !titles.has(line)));
    expect(screens.map(({ scene }) => scene)).toEqual(
      screens.map(({ scene }) => scene).sort((a, b) => a - b),
    );
  });

  it.each(LANGUAGES)('%s: on 80×24 a chart stands whole on one screen, with its legend', (language) => {
    const screens = paginate(scenesOf('hello', language), TEXTS[language], STYLE, 24).map(({ lines }) =>
      lines.join('\n'),
    );
    for (const [chart, legend] of [
      [TEXTS[language].explosion.curves, '○ --init-gain 3'],
      [TEXTS[language].decay.curves, '△ LSTM, --forget-bias 5'],
    ] as const)
      expect(screens.find((screen) => screen.includes(chart))).toContain(legend);
  });

  it('columns: two for Hangul and emoji; long words stand alone', () => {
    expect(['a', '안녕', '👩‍👩‍👧', '❤️', 'é', 'h₁'].map(displayWidth)).toEqual([1, 4, 2, 2, 1, 2]);
    expect(wrap('one two threeandmore 넷 다섯', 8)).toEqual(['one two', 'threeandmore', '넷 다섯']);
  });
});

describe('page', () => {
  it.each(LANGUAGES)('%s first: all scenes in order in both languages, and no request', (language) => {
    const scenes = scenesOf('hello', language);
    const page = lecturePage(lectures.get('hello')!, language);
    expect(page).toContain(`<html lang="${language}">`);
    const ids = [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    const other = language === 'en' ? 'ko' : 'en';
    expect(ids).toEqual([language, other].flatMap((each) => scenes.map(({ id }) => `${each}-${id}`)));
    const articles = [...page.matchAll(/<article lang="(..)"[^>]*?( hidden)?>/g)];
    expect(articles.map(([, lang, hidden]) => [lang, hidden !== undefined])).toEqual([
      [language, false],
      [other, true],
    ]);
    expect(page).not.toMatch(/(src|href)="(?!#|data:)|https?:|@import|url\(/);
    expect(page.match(/<section[^>]*hidden/)).toBeNull();
    expect(page).not.toMatch(/undefined|NaN|[₀-₉]/);
  });

  it('says what lecture it is, and for whom', () => {
    scenesOf('hello', 'en');
    const page = lecturePage(lectures.get('hello')!, 'en');
    expect(page).toContain(
      '<p>This is a lecture on recurrent neural networks. It is for students who know matrices and derivatives and have met a neural network before, and for those who teach them.</p>',
    );
    expect(page).toContain(
      '<p>순환 신경망 강의입니다. 행렬과 미분을 알고 신경망을 한 번쯤 배운 학생과, 그들을 가르치는 사람을 위해 만들었습니다.</p>',
    );
  });

  it('a hostile word stays text', () => {
    const page = lecturePage(giveLecture('</h1><b>"', 1), 'en');
    expect(page).not.toContain('<b>');
    expect(page).toContain('“&lt;/h1&gt;&lt;b&gt;&quot;”');
  });
});
