import { describe, expect, it } from 'vitest';
import { giveLecture, lectureScenes, TEXTS } from '../src/lecture/index.ts';
import { flowOf } from '../src/vanishing.ts';

describe('vanishing and exploding', () => {
  it('0.9⁵⁰ = 0.005 vanishes, 1.1⁵⁰ = 117 explodes, 0.99⁵⁰ = 0.6 does neither: as the lecture says', () => {
    const of = (factor: number, steps: number) => flowOf(steps * Math.log(factor), steps);
    for (const steps of [50, 1, 17, 300])
      expect([0.9, 1.1, 0.99, 1].map((factor) => of(factor, steps))).toEqual([
        'vanishing',
        'exploding',
        'carried',
        'carried',
      ]);
    expect([flowOf(Math.log(0.00999), 50), flowOf(Math.log(0.01001), 50)]).toEqual(['vanishing', 'carried']);
    expect([flowOf(Math.log(99.9), 50), flowOf(Math.log(100.1), 50)]).toEqual(['carried', 'exploding']);
  });

  it.each([
    [0.0052, 'a factor of 0.00520 is left: the gradient has vanished.'],
    [0.6, 'a factor of 0.600 is left: neither vanished nor exploded'],
    [117, 'the factor has grown to 117: the gradient explodes.'],
  ])('the lecture says of a product of %d over 50 steps: %s', (norm, sentence) => {
    const lecture = giveLecture('hello', 1);
    const horizon = lecture.horizon.map((row) => ({ ...row, norm }));
    const scenes = lectureScenes({ ...lecture, horizon }, TEXTS.en);
    const { blocks } = scenes.find(({ id }) => id === 'products')!;
    expect(blocks.at(-1)).toMatchObject({ text: expect.stringContaining(sentence) });
  });

  it('nothing left vanishes; what no float holds explodes', () => {
    expect([flowOf(-Infinity, 50), flowOf(Infinity, 50), flowOf(Number.NaN, 50)]).toEqual([
      'vanishing',
      'exploding',
      'exploding',
    ]);
  });
});
