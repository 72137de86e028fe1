import { describe, expect, it } from 'vitest';
import type { FlowRow } from '../../src/checkpoint/index.ts';
import { compareFacts, type Inspection, inspectGradients, takePictures } from '../../src/inspect/index.ts';
import { formatFlow, formatInspection, inspectionPage } from '../../src/report/index.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const plain = (text: string) => text;
const color = { bold: plain, dim: plain, cyan: plain, yellow: plain, shade: plain };
const linesOf = (inspection: Inspection): string[] =>
  formatInspection({ name: 'm.json', inspection }, { width: 80, ascii: false, color }).split('\n');
const line = (inspection: Inspection, label: string) =>
  linesOf(inspection).find((text) => text.startsWith(`  ${label}`))!;

const inspected = (settings: Parameters<typeof trainerOf>[0]) => {
  const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 30, hidden: 9, ...settings })));
  const { excerpt } = checkpoint;
  const inspection = inspectGradients(checkpoint, excerpt, 'text', {
    anchors: 8,
    check: true,
    rngSeed: 1,
    nextUpdate,
  });
  return { inspection, pictures: takePictures(checkpoint, excerpt) };
};

describe('an inspection in a terminal', () => {
  const relu = inspected({ nonlinearity: 'relu' });
  const lstm = inspected({ cell: 'lstm' });
  const gru = inspected({ cell: 'gru', schedule: 'linear', learningRate: 0.02 });

  it('ReLUs: shares that are on, lost directions, the rank, bins up to the largest state', () => {
    const { inspection } = relu;
    const { meanDerivative, stuckUnits, deadUnits, histogramTop } = inspection.saturation;
    expect(line(inspection, 'states')).toBe(
      `  states            ReLUs on in ${(100 * meanDerivative).toFixed(1)} %, ${stuckUnits} units in less than 5 %, ${deadUnits} never`,
    );
    const { rank, logs } = inspection.layers[0]!.singularValues.at(-1)!;
    expect(rank).toBeLessThan(9);
    expect(linesOf(inspection).join(' ').replaceAll(/\s+/g, ' ')).toContain(
      `condition number ∞ (rank ${rank} of ${logs.length})`,
    );
    expect(linesOf(inspection)).toContain('      λ9       -∞ ███████████████│');
    const edge = (histogramTop / 10).toFixed(1);
    expect(linesOf(inspection).some((text) => text.trimStart().startsWith(`0.0-${edge} `))).toBe(true);
    expect(linesOf(inspection).join('\n')).not.toMatch(/tanh|1-h²|Infinity|NaN/);
  });

  it('gated cells: the slope of the tanh that makes their state', () => {
    expect(line(lstm.inspection, 'states')).toMatch(
      /mean slope 1-tanh²\(c\) 0\.\d{3}, \|tanh\(c\)\| > 0\.99 in \d+\.\d %, \|h\|$/,
    );
    expect(line(gru.inspection, 'states')).toMatch(/mean slope 1-n² 0\.\d{3}, \|n\| > 0\.99 in /);
  });

  it('the next update names its number and rate', () => {
    // 30 of 30 steps are made: the rate of the last
    expect(linesOf(gru.inspection)).toContain(
      `  next update (31) at learning rate ${Number((0.02 / 30).toPrecision(3))}, as fractions of each tensor's norm`,
    );
  });

  it('the horizon with its interval, or why there is none, of either kind', () => {
    const row = (characters: number, extraNats: number, half: number | null) => ({
      characters,
      extraNats,
      low: half === null ? null : extraNats - half,
      high: half === null ? null : extraNats + half,
    });
    const found = {
      rows: [row(1, 0.5, 0.1), row(5, 0.02, 0.004), row(20, -0.001, 0.002), row(50, -0.0004, 0.0002)],
      usedBeyond: 5,
      contextHorizon: 20,
      noHorizon: null,
    };
    const none = {
      rows: [row(1, 0.5, null)],
      usedBeyond: null,
      contextHorizon: null,
      noHorizon: 'cannot tell' as const,
    };
    const broken = { ...none, rows: [row(1, Number.NaN, Number.NaN)] };
    const linesFor = (replaced: typeof found | typeof none) =>
      linesOf({ ...gru.inspection, horizon: { places: 1234, asked: null, replaced, cut: none } }).filter(
        (_, i, lines) =>
          /^ {2}past (replaced|cut off)/.test(
            lines.slice(0, i + 1).findLast((line) => /^ {2}\S/.test(line))!,
          ),
      );
    expect(linesFor(found).join('\n')).toBe(
      [
        '  past replaced     less than 0.01 nats are lost from 20 characters on (1:',
        '                    +0.500 ± 0.100, 5: +0.020 ± 0.004, 20: -0.001 ± 0.002, 50:',
        '                    +0.000 ± 0.000)',
        '  past cut off      cannot tell from so little text whether 0.01 nats are lost',
        '                    with 1 character (1: +0.500)',
      ].join('\n'),
    );
    expect(linesFor(broken)[0]).toBe('  past replaced     the loss is not finite');
  });

  it('the three answers first, each under its question, then the curve, the figures, the deeper ones', () => {
    const { inspection } = lstm;
    const lines = linesOf(inspection);
    const at = (text: string) => lines.findIndex((line) => line.startsWith(text));
    const places = [
      'm.json: lstm, 1 layer of 9 units, step 30; ',
      '1. Can gradients travel?',
      '2. Does this loss send gradients back now?',
      '3. Does the model use its past?',
      '  gradient of one loss with respect to',
      '  factors per step',
      '  in more depth',
      '  decay per step',
    ].map(at);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
    const said = (from: number, to: number) =>
      lines
        .slice(places[from]! + 1, places[to]!)
        .map((line) => line.trim())
        .join(' ');
    const { travel, loss, past } = inspection.answers;
    expect([said(1, 2), said(2, 3), said(3, 4).trim()]).toEqual(
      [travel, loss, past].map(({ text }) => `${text}.`),
    );
    for (const line of lines.slice(0, places[5])) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('a model no better than a guess says so before all answers', () => {
    const of = (nats: number) =>
      linesOf({ ...lstm.inspection, prediction: { nats, uniformNats: Math.log(16) } })
        .slice(0, 4)
        .join(' ')
        .replaceAll(/ +/g, ' ');
    expect(of(5)).toContain(
      '7.21 bits a character (a uniform guess: 4.00). It predicts no better than a uniform guess (7.213 against 4.000 bits a character): it has learned nothing of this text. ',
    );
    expect(of(Number.NaN)).toContain('step 30; no finite loss (a uniform guess: 4.00).');
    expect(of(Number.NaN)).toContain(
      'Its loss is not finite: the model is broken, whatever the answers say.',
    );
    expect(of(1)).not.toMatch(/guess \(|broken/);
  });

  it('two models: each answer of both under their labels, then what differs', () => {
    const text = formatInspection(
      { name: 'a', inspection: lstm.inspection },
      { width: 100, ascii: true, color },
      { name: 'bb', inspection: gru.inspection },
    );
    const flat = text.replaceAll(/\s+/g, ' ');
    for (const key of ['travel', 'loss', 'past'] as const)
      expect(flat).toContain(
        `* a ${lstm.inspection.answers[key].text}. o bb ${gru.inspection.answers[key].text}. `,
      );
    const { travel, past } = compareFacts([lstm.inspection, gru.inspection], ['a', 'bb']);
    expect(flat).toContain(
      `${lstm.inspection.answers.travel.text}. o bb ${gru.inspection.answers.travel.text}. ${travel.text}. 2. `,
    );
    expect(flat).toContain(`. ${past.text}. gradient of one loss`);
    expect(text).toContain('* median of a   : 5-95 % of a   o median of bb');
    for (const head of [
      'size of the states |h| of a',
      'Lyapunov exponents of a, nats',
      'of a after this text',
    ])
      expect(text).toContain(head);
  });

  it('marks the window of both models, one where both have the same', () => {
    const seqLength = gru.inspection.seqLength + 3;
    const marksOf = (inspection: Inspection) =>
      formatInspection(
        { name: 'a', inspection: { ...lstm.inspection, seqLength: gru.inspection.seqLength } },
        { width: 80, ascii: true, color },
        { name: 'bb', inspection },
      )
        .split('\n')
        .filter((line) => line.includes('^'))
        .map((line) => line.trim());
    expect(marksOf(gru.inspection)).toEqual([`^ seq-length ${seqLength - 3}`]);
    expect(marksOf({ ...gru.inspection, seqLength })).toEqual([
      `^ seq-length ${seqLength - 3} of a`,
      `^ seq-length ${seqLength} of bb`,
    ]);
  });

  it('no line is wider than the terminal', () => {
    const connectivity = {
      ...relu.inspection.connectivity,
      characters: [...'a long line of words without an end '.repeat(5)],
      strengths: Array.from({ length: 180 }, (_, i) => i),
      predicted: ' ',
    };
    const subject = { name: 'a model of a long name', inspection: { ...relu.inspection, connectivity } };
    const other = { name: 'another one of a name that is as long', inspection: gru.inspection };
    for (const compared of [undefined, other])
      expect(
        formatInspection(subject, { width: 80, ascii: true, color }, compared)
          .split('\n')
          .filter((line) => line.length > 80),
      ).toEqual([]);
    expect(formatInspection(subject, { width: 80, ascii: true, color })).toMatch(
      /\n {2}what drives the prediction space \(p .*\n\n(.+\n){3}\n {2}most: space just read \(1\), /,
    );
  });

  it('what no float holds is a dash', () => {
    const row = { kept: null, decayPerStep: null, largestLyapunov: null, shareAbove99: 0.5 } as FlowRow;
    expect(formatFlow(row)).toBe(
      'λ₁ - (- over 50 steps); of one loss - is left a window back; |h| > 0.99 in 50.0 %',
    );
  });

  it('during training: what the dynamics carry and what one loss sends back, apart', () => {
    const row = { kept: 0.00123, decayPerStep: 0.9, largestLyapunov: -0.105, shareAbove99: 0.25 } as FlowRow;
    expect(formatFlow(row)).toBe(
      'λ₁ -0.105 (x0.0052 over 50 steps); of one loss x0.0012 is left a window back; |h| > 0.99 in 25.0 %',
    );
    const recorded = {
      ...row,
      step: 1200,
      largestSingularValue: 2.5,
      spectralRadius: 1,
      recommendedSeqLength: 9,
    };
    const lines = linesOf({ ...gru.inspection, flow: [recorded] });
    expect(
      lines.slice(lines.indexOf('  how the gradient flow changed during training') + 1).slice(0, 2),
    ).toEqual([
      '  step   λ₁      over 50 steps  of one loss left  decay  σ_max  |h| > 0.99',
      '  1,200  -0.105  x0.0052        x0.0012           0.900  2.5    25.0 %',
    ]);
  });

  it('the page tells states of ReLUs by the largest, of tanh by 1', () => {
    const largestOf = ({ inspection, pictures }: typeof relu) => {
      const page = inspectionPage({ name: 'm.json', inspection, pictures });
      return Number(/"largestState":([\d.]+)/.exec(page)![1]);
    };
    expect(largestOf(relu)).toBe(Math.max(...relu.pictures.states.flat()));
    expect(largestOf(lstm)).toBe(1);
  });
});
