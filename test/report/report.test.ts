import { describe, expect, it } from 'vitest';
import {
  bpc,
  bytes,
  clock,
  type Ending,
  escapeControls,
  formatClosing,
  grouped,
  harmlessLine,
  hasLearned,
  lossChart,
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
      bpc(99_999.9),
      bpc(6.424680367923488e26),
      clock(14.4),
      clock(75),
      clock(3675),
    ]).toEqual([
      '1,234,567',
      '999 B',
      '1.3 MB',
      '12.3k',
      '999',
      '13%',
      '-',
      '2.346',
      '99999.900',
      '6.4e+26',
      '0:14',
      '1:15',
      '1:01:15',
    ]);
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
  const start = { event: 'start', epoch: 0, stepsPerEpoch: 5, parameters: 1 } as const;
  const stepAt = (step: number, trainBpc: number, clipped = false) =>
    ({ event: 'step', step, epoch: 0, bpc: 9, trainBpc, gradientNorm: 2, clipped, characters: 100 }) as const;
  const measured = {
    event: 'evaluate',
    epoch: 0,
    best: true,
    gradientNorm: 2,
    clipRate: 0.5,
    shrink: 0.25,
  } as const;

  it('the bpc of the events, the last validation, and what is left', () => {
    const progress = new Progress();
    progress.update({ ...start, step: 0, steps: 10 }, 0);
    progress.update(stepAt(1, 4, true), 1);
    progress.update(stepAt(2, 3), 2);
    progress.update({ ...measured, step: 2, trainBpc: 3, validationBpc: 3.5 }, 3);
    expect(progress.line()).toBe(
      'step 2/10  epoch 0  bpc 3.000  validation 3.500  gradient 2.00  clipped 95%  100 characters/s  elapsed 0:02  ETA 0:08',
    );
    const totals = { step: 10, epoch: 2, trainBpc: 2.5, validationBpc: 3.25 };
    progress.update({ event: 'done', reason: 'finished', ...totals }, 9);
    expect(progress.line()).toContain('bpc 2.500  validation 3.250');
  });

  it('of a resumed run, what is left is reckoned from the steps of this session', () => {
    const progress = new Progress();
    progress.update({ ...start, step: 1000, steps: 2000 }, 5);
    progress.update(stepAt(1001, 4), 5.5);
    expect(progress.line()).toMatch(/ elapsed 0:01 {2}ETA -$/);
    progress.update(stepAt(1010, 4), 15);
    expect(progress.line()).toMatch(/ elapsed 0:10 {2}ETA 16:30$/);
  });

  it('a bar of 60, 80, 130 and 200 columns: what matters least gives way first', () => {
    const progress = new Progress();
    progress.update({ ...start, step: 0, steps: 31_350 }, 0);
    progress.update({ ...stepAt(12_000, 2.345), epoch: 7, characters: 26_928_000 }, 120);
    progress.update({ ...measured, step: 12_000, trainBpc: 2.345, validationBpc: 2.456 }, 130);
    const line = (columns: number) => {
      const { barWidth, figures } = progress.fit(columns);
      return `${'░'.repeat(barWidth)}  ${figures}`;
    };
    expect([60, 80, 130, 200].map((columns) => line(columns - 1)).join('\n')).toMatchInlineSnapshot(`
      "░░░░░░░░░  step 12000/31350  bpc 2.345  val 2.456  ETA 3:14
      ░░░░░░░░░░  step 12000/31350  epoch 7  bpc 2.345  val 2.456  224.4k/s  ETA 3:14
      ░░░░░░░░░░░░░░░░░░░  step 12000/31350  epoch 7  bpc 2.345  val 2.456  gradient 2.00  clipped 0%  224.4k/s  elapsed 2:00  ETA 3:14
      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  step 12000/31350  epoch 7  bpc 2.345  validation 2.456  gradient 2.00  clipped 0%  224.4k characters/s  elapsed 2:00  ETA 3:14"
    `);
    for (let columns = 18; columns < 210; columns++)
      expect(line(columns).length).toBeLessThanOrEqual(columns);
  });
});

describe('the end of a run', () => {
  const levels = {
    uniform: 5.78,
    unigram: 4.77,
    bigram: 2.95,
    fivegram: 1.74,
    best: { order: 4, bpc: 1.73 },
  };
  const whole = { trainedOn: 9, trainedOf: 9, measuredOn: 9, measuredOf: 9, held: true };
  const rows = [
    { step: 100, trainBpc: 2.9, validationBpc: 2.5 },
    { step: 300, trainBpc: 1.8, validationBpc: 1.917 },
    { step: 1080, trainBpc: 1.4, validationBpc: 2.13 },
  ];
  const ending: Ending = {
    reason: 'finished',
    step: 1080,
    steps: 1080,
    epoch: 40,
    seconds: 75,
    rows,
    best: { step: 300, bpc: 1.917 },
    baselines: { ...levels, ...whole },
    cell: 'rnn',
  };

  it('says why, the best state, what it beat, and where validation turned', () => {
    expect(formatClosing(ending)).toBe(
      '  ended     all 1,080 steps were made (40 epochs), in 1:15\n' +
        '  best      step 300: 1.917 bits per character on the validation text\n' +
        '  compared  better than uniform 5.78, unigram 4.77 and bigram 2.95, but worse than 4-gram 1.73; --cell gru or lstm may reach further\n' +
        '  turned    at step 300: since then validation rose from 1.917 to 2.130 while training fell: the model overfits, it learns the training text by heart\n',
    );
    const lines = formatClosing(ending, 60).split('\n');
    expect(lines.slice(4, 6)).toEqual([
      '            bigram 2.95, but worse than 4-gram 1.73; --cell',
      '            gru or lstm may reach further',
    ]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  it('better than all lines: no advice; a rise in noise is none; an unstable end is named', () => {
    const lineOf = (changed: Partial<Ending>) => formatClosing({ ...ending, ...changed }).split('\n');
    const best = { step: 300, bpc: 1.5 };
    expect(lineOf({ best })[2]).toBe(
      '  compared  better than uniform 5.78, unigram 4.77, bigram 2.95 and 4-gram 1.73',
    );
    const last = (trainBpc: number, validationBpc: number) => [
      ...rows.slice(0, 2),
      { step: 1080, trainBpc, validationBpc },
    ];
    expect(lineOf({ rows: last(1.4, 1.92) })).toHaveLength(4);
    expect(lineOf({ rows: last(2.4, 2.6) })[3]).toBe(
      '  turned    at step 300: since then validation rose from 1.917 to 2.600, and training with it: a lower --learning-rate may help',
    );
    expect(lineOf({ epoch: 0 })[0]).toBe(
      '  ended     all 1,080 steps were made (less than an epoch), in 1:15',
    );
    expect(lineOf({ best: { step: 300, bpc: 6.424680367923488e26 } })[1]).toBe(
      '  best      step 300: 6.4e+26 bits per character on the validation text',
    );
    expect(lineOf({ reason: 'patience', step: 900 })[0]).toBe(
      '  ended     stopped early at step 900 of 1,080, in 1:15: no evaluation since step 300 was better (--patience)',
    );
  });

  it('worse than a uniform guess has learned nothing', () => {
    const best = { step: 4, bpc: 148_683 };
    expect(hasLearned({ ...ending, best })).toBe(false);
    expect(hasLearned(ending)).toBe(true);
    expect(formatClosing({ ...ending, best, rows: [] })).toContain(
      '  compared  worse than uniform 5.78, where all characters are equally likely: nothing was learned; try a lower --learning-rate, or look for one with --find-lr\n',
    );
  });

  it('a validation text that is unlike the training text is another matter', () => {
    const best = { step: 300, bpc: 6 };
    expect(formatClosing({ ...ending, best })).toContain(
      ': what was learned of the training text does not hold for the validation text\n',
    );
  });

  it('without a validation text only a uniform guess is compared with', () => {
    const baselines = { ...ending.baselines, held: false };
    const lines = formatClosing({ ...ending, baselines });
    expect(lines).toContain('on the training text itself');
    expect(lines).not.toMatch(/compared|turned/);
  });

  it('the losses of a run as one chart', () => {
    expect(lossChart(rows, { width: 40, ascii: true })).toMatchInlineSnapshot(`
      "  bits per character over the run: . training   * validation
          2.90|.
              | ..
              |***.
              |   **             ************
              |     *************
              |        ..............
          1.40|                      ........
              +------------------------------
               100                       1080
      "
    `);
    // a spike stands in the top row, and leaves the others theirs
    const spike = [{ step: 9, trainBpc: 6.4e26, validationBpc: null }, ...rows];
    const grid = lossChart(spike, { width: 40, ascii: true }).split('\n').slice(1, 8);
    expect(grid[0]).toBe('  > 8.52|...');
    expect(grid.filter((line) => /[.*]$/.test(line))).toHaveLength(3);
    const diverged = rows.map(({ step }) => ({ step, trainBpc: 6.4e26, validationBpc: null }));
    expect(lossChart(diverged, { width: 40, ascii: true }).split('\n')[1]).toMatch(/^ 6\.4e\+26\|\./);
    expect(lossChart(rows.slice(0, 1), { width: 40, ascii: true })).toBe('');
    const alone = rows.map((row) => ({ ...row, validationBpc: null }));
    expect(lossChart(alone, { width: 60, ascii: false }).split('\n')[0]).toBe(
      '  bits per character over the run: · training',
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
      ticks: [{ at: 4, label: 'seq-length 4' }],
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
