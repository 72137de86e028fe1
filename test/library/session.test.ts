import { load } from '@rnn-lecture/rnn';
import { describe, expect, it } from 'vitest';
import { LSTM, refusal } from '../support/library.ts';

describe('a session', () => {
  it('tells what may come next, and goes on with what it is fed', async () => {
    const model = await load(LSTM);
    const session = model.session('THE K');
    const choices = session.next();
    expect(choices).toHaveLength(55);
    expect(choices[0]!.character).toBe('E');
    expect(choices.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    for (let i = 1; i < choices.length; i++)
      expect(choices[i]!.probability).toBeLessThanOrEqual(choices[i - 1]!.probability);
    expect(session.next({ top: 3 })).toEqual(choices.slice(0, 3));
    // temperature → ∞ is uniform
    for (const { probability } of session.next({ temperature: 1e6 }))
      expect(probability).toBeCloseTo(1 / 55, 4);
    expect(session.next({ topK: 1, top: 2 })).toEqual([
      { character: 'E', probability: 1 },
      { character: '\n', probability: 0 },
    ]);
  });

  it('writes what a greedy sample does', async () => {
    const model = await load(LSTM);
    for (const seed of ['THE', undefined]) {
      const session = model.session(seed);
      let text = seed ?? '';
      for (let i = 0; i < 60; i++) {
        const { character } = session.next({ top: 1 })[0]!;
        session.feed(character);
        text += character;
      }
      expect(text).toBe(await model.sample({ seed, greedy: true, length: 60 }).text());
    }
  });

  it('is cloned at its place, and each goes its own way', async () => {
    const model = await load(LSTM);
    const session = model.session('THE K');
    const clone = session.clone();
    expect(clone.next()).toEqual(session.next());
    const before = session.next();
    clone.feed('NIGHT');
    expect(session.next()).toEqual(before);
    expect(clone.next()).toEqual(model.session('THE KNIGHT').next());
  });

  it('reads nothing of a text with a character that the model does not know', async () => {
    const model = await load(LSTM);
    const session = model.session('THE K');
    const before = session.next();
    const error = await refusal(() => session.feed('EEé'));
    expect([error.code, error.message]).toEqual([
      'seed',
      'text: the model does not know "é" (nearest known: "E" "e"); leave them out',
    ]);
    expect(session.next()).toEqual(before);
    expect((await refusal(() => model.session('é'))).message).toBe(
      'seed: the model does not know "é" (nearest known: "E" "e"); leave them out',
    );
  });
});
