import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Answers, compareFacts, QUESTIONS } from '../../src/inspect/index.ts';
import { digits } from '../../src/report/numbers.ts';
import { colorOf, fromByte, toByte } from '../../src/report/page/diverging.ts';
import { inspectionPage, type PageSubject } from '../../src/report/page/inspection/index.ts';
import { pack, toBytes } from '../../src/report/page/pack.ts';
import { niceTicks, rangeOf } from '../../src/report/page/svg.ts';
import { degenerate, exampleSubject } from '../support/subjects.ts';

const rnn = await exampleSubject('rnn');
const lstm = await exampleSubject('lstm');
const odd = degenerate(rnn);

/** The page without its scripts and styles. */
const markup = (html: string): string => html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '');
const idsOf = (html: string): string[] => [...html.matchAll(/ id="(.*?)"/g)].map(([, id]) => id!);

/** What a reader in Korean sees as text; what a script says anew, and the letters of the text that is read, are left out. */
const koreanOf = (html: string): string =>
  html
    .replace(
      /<p class="readout" id="drivers-.*?<\/p>|<div class="text drivers".*?<\/div>|<div class="letters".*?<\/div>/gs,
      '',
    )
    .replace(/<(t?span) class="t" lang="en">.*?<\/\1>(?=<\1 class="t" lang="ko">)/gs, '')
    .replace(/<[^>]*>/g, ' | ');
/** More than three words in a row. */
const englishIn = (text: string): string[] => text.match(/\b[A-Za-z']+(?:[ ,;:]+[A-Za-z']{2,}){3,}/g) ?? [];

describe('inspection page', () => {
  const page = inspectionPage(rnn);
  const both = inspectionPage(rnn, lstm);

  it('has its figures in order; those of gates only where there are gates', () => {
    const sections = (html: string) => [...html.matchAll(/<section id="(.*?)"/g)].map(([, id]) => id);
    const plain = [
      'curve',
      'figures',
      'reach',
      'eigenvalues',
      'fan',
      'lyapunov',
      'saturation',
      'tensors',
      'flow',
      'units',
      'drivers',
    ];
    expect(sections(page)).toEqual(plain);
    expect(sections(both)).toEqual(plain.toSpliced(7, 0, 'gates', 'timescales'));
  });

  it('says the three answers at its top, in a comparison of both and how they differ', () => {
    const top = (html: string) => markup(html).split('<nav')[0]!;
    for (const [key, question] of Object.entries(QUESTIONS) as [keyof Answers, string][]) {
      const place = Object.keys(QUESTIONS).indexOf(key) + 1;
      expect(top(page)).toContain(
        `<h2 id="answer-${key}-title">${place}. <span class="t" lang="en">${question}</span>`,
      );
      expect(top(page)).toContain(
        `<p><span class="t" lang="en">${rnn.inspection.answers[key].text}.</span><span class="t" lang="ko">`,
      );
      for (const { name, inspection } of [rnn, lstm])
        expect(top(both)).toContain(
          `<p><b>${name}:</b> <span class="t" lang="en">${inspection.answers[key].text}.</span>`,
        );
    }
    const { travel, past } = compareFacts([rnn.inspection, lstm.inspection], [rnn.name, lstm.name]);
    expect(travel).toMatchObject({
      more: 1,
      text: expect.stringContaining('lstm.json carries gradients further'),
    });
    for (const { text } of [travel, past])
      expect(top(both)).toContain(
        `<p><strong><span class="t" lang="en">${text}.</span><span class="t" lang="ko">`,
      );
    expect(top(both)).toContain('lang="ko">example-lstm.json 쪽이 기울기를 더 멀리 나릅니다: 50단계에 ');
    expect(top(page)).not.toContain('<strong>');
    const halves = [rnn, lstm].map(
      ({ inspection }) =>
        `<td><span class="t" lang="en">${digits(inspection.halfLife)} steps</span><span class="t" lang="ko">${digits(inspection.halfLife)}단계</span></td>`,
    );
    expect(markup(both)).toContain(
      `halves every</span><span class="t" lang="ko">반으로 줄어드는 단계</span></th>${halves.join('')}`,
    );
  });

  it('names a bound only where it lies in the chart', () => {
    const legendOf = (html: string) => markup(html).match(/bound from [a-z ]*, 95 %(?=<\/span>)/g);
    const withBounds = (bound: number, stepBound: number) => {
      const lags = rnn.inspection.lags.map((row) =>
        row.lag === 0 ? row : { ...row, bound: row.high * bound, stepBound: row.high * stepBound },
      );
      return legendOf(inspectionPage({ ...rnn, inspection: { ...rnn.inspection, lags } }));
    };
    expect(withBounds(1e30, 1)).toEqual(['bound from weights and slopes, 95 %']);
    expect(withBounds(1, 1)).toEqual(['bound from the weights, 95 %', 'bound from weights and slopes, 95 %']);
    expect(withBounds(1e30, 1e20)).toBeNull();
    expect(legendOf(inspectionPage(odd))).toBeNull();
  });

  it('a line that falls out of the chart ends there and does not follow its edge', () => {
    const lags = rnn.inspection.lags.map((row) =>
      row.lag < 60 ? row : { ...row, median: 1e-30, low: 1e-30 },
    );
    const html = markup(inspectionPage({ ...rnn, inspection: { ...rnn.inspection, lags } }));
    const median = html.match(/<path class="line a" d="(M[^"]*L[^"]*)"/)![1]!;
    expect(median.match(/[ML]/g)).toHaveLength(60);
  });

  it('a model that is broken is said to be so', () => {
    expect(markup(inspectionPage(odd))).toContain(
      '<strong><span class="t" lang="en">Its loss is not finite: the model is broken',
    );
  });

  it.each([
    ['one model', page],
    ['two models', both],
    ['an odd one', inspectionPage(odd)],
    ['two of which one is odd', inspectionPage(lstm, odd)],
  ])('%s: no value is lost on the way into the markup, every id is there once', (_, html) => {
    expect(markup(html).match(/.{40}(undefined|NaN|Infinity|\[object).{0,20}/g)).toBeNull();
    expect(new Set(idsOf(html)).size).toBe(idsOf(html).length);
  });

  it.each([
    ['one model', page],
    ['two models', both],
    ['an odd one', inspectionPage(odd)],
  ])('%s: in Korean no sentence is left in English, to see or to hear', (_, html) => {
    const body = markup(html).split('<body>')[1]!;
    const labels = [...body.matchAll(/ aria-label="([^"]*)"( data-en="[^"]*" data-ko="([^"]*)")?/g)];
    for (const [, label, , korean] of labels) expect(englishIn(korean ?? label!)).toEqual([]);
    for (const [, , english] of body.matchAll(/ data-(en)="([^"]*)"/g))
      expect(english).not.toMatch(/[가-힣]/);
    expect(labels.filter(([, , pair]) => pair).length).toBeGreaterThan(20);
    expect(englishIn(koreanOf(body))).toEqual([]);
  });

  it('a text that the program names itself has a name in Korean; a file keeps its own', () => {
    const on = (text: string) => {
      const { inspection } = rnn;
      const measuredOn = { ...inspection.measuredOn, text };
      return koreanOf(markup(inspectionPage({ ...rnn, inspection: { ...inspection, measuredOn } })));
    };
    expect(on("the checkpoint's excerpt of its corpus")).toContain(
      ' 체크포인트에 든 말뭉치의 일부 2,048자의 기준점 32곳',
    );
    expect(on('a.txt')).toContain('학습했습니다. a.txt 2,048자의 기준점 32곳에서 쟀습니다');
  });

  it('finds an English sentence that was left', () => {
    expect(englishIn('기울기: never, it does not shrink')).toEqual(['never, it does not shrink']);
    expect(englishIn('Pascanu, Mikolov &amp; Bengio 2013, --seq-length 12')).toEqual([]);
  });

  it('the table below a picture is folded away; what has no picture stays open', () => {
    const open = (html: string) =>
      [
        ...markup(html)
          .replace(/<details>.*?<\/details>/gs, '')
          .matchAll(/<caption><span class="unseen"><span class="t" lang="en">(.*?)<\/span>/g),
      ].map(([, caption]) => caption);
    expect(open(page)).toEqual(['Figures of the whole text', 'Gradients and updates']);
    expect(open(both)).toEqual(open(page));
    for (const table of ['Recurrent weights', 'Saturation', 'Gates over all units', 'The weight-free path'])
      expect(markup(both)).toContain(`: <span class="t" lang="en">${table}</span>`);
  });

  it('shows what users write, and runs none of it', () => {
    const html = inspectionPage(odd);
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('<b>all');
    expect(html.match(/<\/script>/g)).toHaveLength(html.match(/<script/g)!.length);
    expect(markup(html).match(/(?!\n)[\p{Cc}\p{Bidi_C}]/gu)).toBeNull();
    expect(markup(html)).toContain('␀');
    expect(markup(html)).toContain('👨‍👩‍👧');
  });

  it('keeps the licence of the chart library, and asks the network for nothing', () => {
    expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
    expect(page.match(/(src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
    expect(page).not.toMatch(/\burl\(|@import/);
  });

  it('stays below 2 MB for two models of 512 units', () => {
    const large = ({ name, inspection, pictures }: PageSubject): PageSubject => {
      const stretch = <T>(rows: T[]): T[] => Array.from({ length: 512 }, (_, i) => rows[i % rows.length]!);
      const noisy = (rows: number[][]) =>
        stretch(rows).map((row, u) => row.map((value, t) => value * Math.sin(u * 7 + t)));
      const layers = inspection.layers.map((layer) => ({
        ...layer,
        recurrent: layer.recurrent.map((block) => ({ ...block, eigenvalues: stretch(block.eigenvalues) })),
        lyapunov: {
          ...layer.lyapunov,
          exponents: stretch(layer.lyapunov.exponents),
          spread: stretch(layer.lyapunov.spread),
        },
        singularValues: layer.singularValues.map((row) => ({ ...row, logs: stretch(row.logs) })),
      }));
      return {
        name,
        inspection: { ...inspection, layers },
        pictures: { ...pictures, states: noisy(pictures.states), gradients: noisy(pictures.gradients) },
      };
    };
    expect(inspectionPage(large(rnn), large(lstm)).length).toBeLessThan(2e6);
  });
});

describe('pictures', () => {
  it('numbers are a byte each, deflated; what is none, or is lacking, is one of its own', () => {
    const bytes = toBytes([[-1, 0], [0.5], [7, Number.NaN]], 2);
    expect([...bytes]).toEqual([0, 127, 191, 255, 254, 255]);
    expect([...inflateSync(Buffer.from(pack(bytes), 'base64'))]).toEqual([...bytes]);
    expect([0, 127, 254, 255].map(fromByte)).toEqual([-1, 0, 1, Number.NaN]);
    for (let byte = 0; byte < 255; byte++) expect(toByte(fromByte(byte))).toBe(byte);
  });

  it('−1, 0 and 1 are red, nearly white and blue; what is not a number is grey', () => {
    const color = (value: number) => colorOf(toByte(value));
    expect([-2, -1, 0, 1, Number.NaN].map(color)).toEqual([
      [178, 24, 43],
      [178, 24, 43],
      [247, 247, 247],
      [33, 102, 172],
      [128, 128, 128],
    ]);
  });

  it('ticks are round numbers within the range; a range needs only one finite value', () => {
    expect(niceTicks([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks([-0.31, 0.12])).toEqual([-0.3, -0.2, -0.1, 0, 0.1]);
    expect(niceTicks([0, 1e300])).toHaveLength(6);
    expect(rangeOf([null, Number.NaN, -Infinity])).toEqual([0, 1]);
    expect([rangeOf([5, Infinity]), rangeOf([0, 0])]).toEqual([
      [4.5, 5.5],
      [-0.1, 0.1],
    ]);
  });
});
