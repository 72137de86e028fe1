import { describe, expect, it } from 'vitest';
import { load, train } from '../../../src/index.ts';
import { copiedShare, stretches } from '../../../src/live/page/samples/marked.ts';
import { surprisePieces } from '../../../src/live/page/samples/surprise.ts';

describe('a sample that is marked', () => {
  it('stretches change where the level of surprise or a copy begins; code points count', () => {
    const preview = { step: 1, text: 'a🎈bcd', copied: [[1, 3]] as const };
    const pieces = [...'a🎈bcd'].map((text, i) => ({ text, bits: [null, 0.5, 0.9, 5, 99][i]! }));
    expect(stretches(preview, pieces)).toEqual([
      { text: 'a', level: null, copied: false },
      { text: '🎈b', level: 0, copied: true },
      { text: 'c', level: 4, copied: false },
      { text: 'd', level: 6, copied: false },
    ]);
    expect(stretches(preview, null)).toEqual([
      { text: 'a', level: null, copied: false },
      { text: '🎈b', level: null, copied: true },
      { text: 'cd', level: null, copied: false },
    ]);
  });

  it('says how much is copied, and nothing where nobody searched', () => {
    expect(
      copiedShare({
        step: 1,
        text: 'abcdefgh🎈j',
        copied: [
          [0, 3],
          [5, 6],
        ],
      }),
    ).toEqual({ share: 0.4, longest: 3 });
    expect(copiedShare({ step: 1, text: 'abc', copied: [] })).toEqual({ share: 0, longest: 0 });
    expect(copiedShare({ step: 1, text: 'abc', copied: null })).toBeNull();
  });

  it('the surprise is that of the library, by code points where the model reads bytes', async () => {
    for (const unit of ['codepoint', 'byte'] as const) {
      const run = train(
        { text: 'aé🎈b'.repeat(40) },
        { unit, hidden: 5, seqLength: 7, batchSize: 3, steps: 3 },
      );
      const model = await load(await (await run.model).toBlob());
      const pieces = (await surprisePieces(model, 'aéb🎈'))!;
      expect(pieces.map(({ text }) => text)).toEqual(['a', 'é', 'b', '🎈']);
      const bits: (number | null)[] = [];
      for await (const surprise of model.surprise({ text: 'aéb🎈' })) bits.push(surprise.bits);
      expect(pieces[0]!.bits).toBeNull();
      const sum = (numbers: readonly (number | null)[]) => numbers.reduce<number>((a, b) => a + (b ?? 0), 0);
      expect(sum(pieces.map((piece) => piece.bits))).toBeCloseTo(sum(bits), 9);
      expect(pieces[1]!.bits).toBeCloseTo(sum(unit === 'byte' ? bits.slice(1, 3) : bits.slice(1, 2)), 9);
    }
  });
});
