import { describe, expect, it } from 'vitest';
import {
  bpc,
  bytes,
  escapeControls,
  grouped,
  harmlessLine,
  messageLine,
  Progress,
  percent,
  short,
  table,
} from '../../src/report/index.ts';
import { plotCurve } from '../../src/report/terminal/plot.ts';

const plain = { bold: String, dim: String, cyan: String, yellow: String };

describe('text for a terminal', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['\u001b]52;c;QQ==\u0007', '␛]52;c;QQ==␇'],
    ['a\u009b31m', 'a<U+009B>31m'],
    ['over\rwrite', 'over␍write'],
    ['line\r\nnext\tcell', 'line\r\nnext\tcell'],
    ['\u007f\u0000\u202eabc\u2066', '␡␀<U+202E>abc<U+2066>'],
    ['한국어 👨‍👩‍👧', '한국어 👨‍👩‍👧'],
  ])('%j is shown as %j', (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
    // split anywhere it is the same, so that no sequence slips through in two writes
    if (!text.includes('\r')) expect(Array.from(text, escapeControls).join('')).toBe(shown);
  });

  it('a message is one line', () => expect(harmlessLine('a\nb\u001b')).toBe('a␊b␛'));

  it('a long message loses its middle, nothing else', () => {
    expect(messageLine('x'.repeat(290))).toBe('x'.repeat(290));
    expect(messageLine(`${'a'.repeat(200)}${'\n'.repeat(500)}${'😀'.repeat(200)}`)).toBe(
      `${'a'.repeat(145)}…${'😀'.repeat(144)}`,
    );
  });
});

describe('numbers', () => {
  it('are grouped, shortened and given units', () => {
    expect([
      grouped(1234567),
      bytes(999),
      bytes(1_310_720),
      short(12_345),
      short(999),
      percent(0.126),
      bpc(null),
      bpc(2.34567),
    ]).toEqual(['1,234,567', '999 B', '1.3 MB', '12.3k', '999', '13%', '-', '2.346']);
  });

  it('a table pads by the columns that a terminal shows', () => {
    const labels = ['ab', '한국', '漢字', '👩‍👩‍👧👍🏽', '❤️', 'e\u0301\u0323x', '\u001b[1mab\u001b[0m'];
    const columns = [2, 4, 4, 4, 2, 2, 2];
    const lines = table(labels.map((label) => [label, '|'])).split('\n');
    labels.forEach((label, i) => {
      expect(lines[i]).toBe(`  ${label}${' '.repeat(4 - columns[i]!)}  |`);
    });
  });

  it('a table pads its labels', () =>
    expect(
      table([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toBe('  a     1\n  long  2\n'));
});

describe('progress', () => {
  it('blends steps, keeps the last validation, and estimates what is left', () => {
    const progress = new Progress();
    progress.update({ event: 'start', step: 0, steps: 10, epoch: 0, stepsPerEpoch: 5, parameters: 1 }, 0);
    progress.update(
      { event: 'step', step: 1, epoch: 0, bpc: 4, gradientNorm: 2, clipped: true, characters: 100 },
      1,
    );
    progress.update(
      { event: 'step', step: 2, epoch: 0, bpc: 2, gradientNorm: 2, clipped: false, characters: 100 },
      2,
    );
    progress.update(
      {
        event: 'evaluate',
        epoch: 0,
        best: true,
        step: 2,
        trainBpc: 3,
        validationBpc: 3.5,
        gradientNorm: 2,
        clipRate: 0.5,
        shrink: 0.25,
      },
      3,
    );
    expect(progress.line()).toBe(
      'step 2/10  epoch 0  bpc 3.900  validation 3.500  gradient 2.00  clipped 95%  100 characters/s  ETA 8 s',
    );
  });
});

describe('log-scale curve', () => {
  const points = Array.from({ length: 9 }, (_, k) => ({
    median: 10 ** -k,
    low: 10 ** (-k - 0.6),
    high: 10 ** (-k + 0.6),
    bound: 10 ** (1 - k / 2),
    stepBound: 10 ** (0.5 - k),
  }));

  it('in plain ASCII: curve, band, bound, tick at the seq-length', () => {
    const lines = plotCurve(points, {
      width: 40,
      height: 11,
      mark: 4,
      markLabel: 'seq-length 4',
      names: ['one'],
      ascii: true,
      color: plain,
    });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "     1e1|:-       
              |*.--     
              |:*. --   
          1e-2| :*.  -- 
              |  :*.   -
              |   :*.   
          1e-5|    :*.  
              |     :*. 
              |      :*.
          1e-8|       :*
          1e-9|        :
              +---------
           lag 0       8
                   ^ seq-length 4
               * median   : 5-95 %
               - bound by weights, 95 %
               . bound by slopes, 95 %"
    `);
  });
});
