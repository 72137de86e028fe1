import { describe, expect, it } from 'vitest';
import type { Unit } from '../../src/corpus/index.ts';
import { drain } from '../../src/drain.ts';
import { findingCopies } from '../../src/live/copied.ts';
import { readString, someText } from '../support/models.ts';

async function copiedIn(text: string, written: string, unit: Unit = 'codepoint') {
  const { ids, vocabulary } = await readString(text, { unit });
  const [preview] = drain(findingCopies([{ step: 7, text: written, copied: null }], ids, vocabulary));
  return preview?.copied;
}

const TEXT =
  'the ferryman sees the goose and the goose sees the ferryman;  한국어도 그대로 옮겨 적을 수 있습니다 그렇죠';

describe('copied stretches of a preview', () => {
  it('those of 20 characters and more, by their code points', async () => {
    expect(await copiedIn(TEXT, 'the ferryman sees the')).toEqual([[0, 21]]);
    expect(await copiedIn(TEXT, 'nothing of it stands there')).toBeUndefined();
    expect(await copiedIn(TEXT, 'the goose the goose the goose')).toEqual([]);
    expect(await copiedIn(TEXT, 'tt goose and the goose sees tt')).toEqual([[2, 29]]);
    const twice = `${TEXT.slice(0, 25)};${TEXT.slice(3, 24)}`;
    expect(await copiedIn(TEXT, twice)).toEqual([
      [0, 25],
      [26, 47],
    ]);
  });

  it('stretches that overlap are one', async () => {
    const text = 'abcdefghijklmnopqrstuvwxyz ABC 0123456789klmnopqrstuvwxyzKLMNOPQRSTUV';
    expect(await copiedIn(text, 'abcdefghijklmnopqrstuvwxyzKLMNOPQRSTUV')).toEqual([[0, 38]]);
  });

  it('code points count, whatever the unit of the model', async () => {
    const stretch = '한국어도 그대로 옮겨 적을 수 있습니다';
    for (const unit of ['codepoint', 'grapheme', 'byte'] as const)
      expect(await copiedIn(TEXT, `;;${stretch};;`, unit)).toEqual([[2, 2 + [...stretch].length]]);
  });

  it('a stretch is found that crosses from one piece of a long text to the next', async () => {
    const piece = 1 << 18;
    const noise = someText(piece - 30);
    const text = `${noise}\u2603${'0123456789'.repeat(6)}\u2603`;
    const { ids, vocabulary } = await readString(text, {});
    const preview = { step: 1, text: `\u2603${'0123456789'.repeat(6)}\u2603`, copied: null };
    const work = findingCopies([preview], ids, vocabulary);
    let pauses = 0;
    let next = work.next();
    for (; !next.done; next = work.next()) pauses++;
    expect(pauses).toBe(2);
    expect(next.value).toEqual([{ ...preview, copied: [[0, 62]] }]);
  });
});
