import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from '../../src/report/numbers.ts';
import { colorOf, toByte } from '../../src/report/page/diverging.ts';
import { describe as inWords } from '../../src/report/page/inspection/describe.ts';
import { inspectionPage, type PageSubject } from '../../src/report/page/inspection/index.ts';
import { WORDS } from '../../src/report/page/inspection/words.ts';
import {
  DESKTOP,
  faults,
  launch,
  NO_CHROMIUM,
  NOTE,
  type Opened,
  openFile,
  SIGHT,
  SIGHTS,
} from '../support/browser.ts';
import { temporaryFolder } from '../support/cli.ts';
import { degenerate, exampleSubject } from '../support/subjects.ts';

const rnn = await exampleSubject('rnn');
const lstm = await exampleSubject('lstm');
const odd = degenerate(rnn);

const folder = temporaryFolder();
const fileOf = (name: string, html: string): string => {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, html);
  return path;
};
const PAGES = {
  one: fileOf('one', inspectionPage(rnn)),
  two: fileOf('two', inspectionPage(rnn, lstm)),
  odd: fileOf('odd', inspectionPage(odd)),
};

/** The words for a prediction, from its strengths as the page carries them. */
const said = (
  { pictures }: PageSubject,
  { strengths, ...rest }: PageSubject['pictures']['predictions'][number],
) =>
  inWords(
    pictures.characters,
    { ...rest, strengths: strengths.map((value) => Number(value.toPrecision(3))) },
    WORDS.en,
  );

describe.skipIf(NO_CHROMIUM)(`inspection page in a browser${NOTE}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  describe.each(['two', 'odd'] as const)('%s', (name) => {
    it.each(SIGHTS)(SIGHT, async (sight) => {
      expect(await faults(browser, PAGES[name], sight, '#heat-a .cross:not([hidden])')).toEqual([]);
    });
  });

  describe('asked', () => {
    let opened: Opened;
    let page: Page;
    beforeAll(async () => {
      opened = await openFile(browser, PAGES.two);
      page = opened.page;
    });
    afterAll(async () => {
      expect(opened.troubles).toEqual([]);
    });

    const figuresOf = (lag: number) =>
      [rnn, lstm].map(({ name, inspection: { lags, model } }) => {
        const { median, mean, low, high, bound, stepBound } = lags[lag]!;
        const weights = model.cell === 'rnn' ? ` from the weights ${digits(bound)},` : '';
        return `${name}: median ${digits(median)}, mean ${digits(mean)}, 5 to 95 % of anchors ${digits(low)} to ${digits(high)}; bound${weights} with the slopes ${digits(stepBound)}`;
      });
    const expectLag = async (lag: number) => {
      const text = await page.locator('#curve-readout').textContent();
      expect(text).toMatch(new RegExp(`^Lag ${lag}\n`));
      for (const part of figuresOf(lag)) expect(text).toContain(part);
    };

    it('pointing at the curve reads out the values of that lag', async () => {
      const plot = page.locator('#curve-chart .u-over');
      await plot.scrollIntoViewIfNeeded();
      const { width, height } = (await plot.boundingBox())!;
      for (const lag of [30, 73]) {
        await plot.hover({ position: { x: (width * lag) / 100, y: height / 2 } });
        await expectLag(lag);
      }
    });

    it('the curve is a slider: arrows, page keys, Home and End', async () => {
      const chart = page.getByRole('slider', { name: 'Lag of which the gradient is read out' });
      await chart.focus();
      for (const [key, lag] of [
        ['Home', 0],
        ['ArrowRight', 1],
        ['PageUp', 11],
        ['ArrowLeft', 10],
        ['End', 100],
        ['ArrowRight', 100],
      ] as const) {
        await page.keyboard.press(key);
        await expectLag(lag);
        expect(await chart.getAttribute('aria-valuenow')).toBe(String(lag));
      }
    });

    it('the curve is redrawn in the colours of the other scheme', async () => {
      const drawn = () =>
        page.locator('#curve-chart canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await drawn();
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(drawn).not.toBe(light);
      await page.emulateMedia({ colorScheme: 'light' });
      await expect.poll(drawn).toBe(light);
    });

    it('choosing a character, by mouse and by key, shades what drives the prediction after it', async () => {
      const text = page.getByRole('group', { name: `Text of ${lstm.name}` });
      const { predictions } = lstm.pictures;
      const expectChosen = async (position: number) => {
        const prediction = predictions.find((each) => each.position === position)!;
        const { strengths } = prediction;
        expect(await page.locator('#drivers-b-readout').textContent()).toBe(said(lstm, prediction));
        const shades = await text
          .locator('[data-t]')
          .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).style.getPropertyValue('--s')));
        const most = Math.max(...strengths);
        shades.forEach((shade, t) => {
          const exact = t > position ? 0 : strengths[position - t]! / most;
          expect(Math.abs(Number(shade) - exact)).toBeLessThan(0.01);
        });
        expect(await text.locator('[aria-pressed="true"]').getAttribute('data-t')).toBe(String(position));
      };
      await text.locator('[data-t="40"]').click();
      await expectChosen(40);
      await page.keyboard.press('ArrowRight');
      await expectChosen(41);
      await page.keyboard.press('Home');
      await expectChosen(1);
      await page.keyboard.press('ArrowLeft');
      await expectChosen(1);
      const strongest = predictions[0]!.strengths[0]! > predictions[0]!.strengths[1]! ? 1 : 0;
      const background = await text
        .locator(`[data-t="${strongest}"]`)
        .evaluate((cell) => getComputedStyle(cell).backgroundColor);
      expect(background).toBe('rgb(255, 160, 80)');
    });

    it('a pixel of the map of states has the colour of its value', async () => {
      const { states, characters } = rnn.pictures;
      const pixels = await page
        .locator('#heat-a .map')
        .first()
        .evaluate((element) => {
          const map = element as HTMLCanvasElement;
          return [...map.getContext('2d')!.getImageData(0, 0, map.width, map.height).data];
        });
      const exact = states.flatMap((row) => characters.flatMap((_, t) => [...colorOf(toByte(row[t]!)), 255]));
      expect(pixels).toEqual(exact);
    });

    it('pointing at a heat map, or moving in it by keys, reads state and gradient', async () => {
      const { states, gradients, characters } = rnn.pictures;
      const view = page.getByRole('application', { name: `Heat maps of ${rnn.name}` });
      const expectCell = async (unit: number, t: number) => {
        const text = await page.locator('#heat-a-readout').textContent();
        const [, u, at, state, gradient] = text!.match(
          /^Unit (\d+) after .*, character (\d+): state (.*), gradient (.*)\.$/,
        )!;
        expect([Number(u), Number(at)]).toEqual([unit, t]);
        expect(Math.abs(Number(state!.replace('−', '-')) - states[unit]![t]!)).toBeLessThan(0.005);
        // a step of the map is a factor of 10^(6/127), half of it on either side
        const exact = gradients[unit]![t]!;
        const largest = Math.max(...gradients.flat().map(Math.abs));
        if (Math.abs(exact) < largest * 1e-6) expect(gradient).toBe(`below ${digits(largest * 1e-6)}`);
        else expect(Number(gradient!.replace('about ', '').replace('−', '-')) / exact).toBeCloseTo(1, 0.9);
      };
      await view.focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowDown');
      await expectCell(1, characters.length - 2);
      for (let i = 0; i < 90; i++) await page.keyboard.press('ArrowLeft');
      await expectCell(1, characters.length - 92);
      const map = view.locator('.map').first();
      await view.evaluate((element) => {
        element.scrollLeft = 0;
      });
      await map.hover({ position: { x: 13 * 20 + 6, y: 9 * 17 + 4 } });
      await expectCell(17, 20);
    });
  });

  it('speaks Korean; a clicker goes from part to part, a wide screen is used, on a phone no caption is cut', async () => {
    const { page, troubles } = await openFile(browser, PAGES.two, { viewport: { width: 1400, height: 900 } });
    await page.locator('#heat-a .cross:not([hidden])').first().waitFor();
    const right = await page.locator('#reach .what').evaluate((words) => words.getBoundingClientRect().right);
    expect(right).toBeGreaterThan(1200);
    await page.getByRole('button', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '시간을 거슬러 가는 기울기', exact: true }).waitFor();
    expect(await page.locator('#curve-readout').textContent()).toMatch(/^0단계 앞\n.*: 중앙값 /);
    expect(await page.locator('#heat-a-readout').textContent()).toMatch(/^\d+번 문자 .* 뒤의 유닛 0: 상태 /);
    expect(await page.locator('#drivers-a-readout').textContent()).toContain('다음에 모델은');
    await page.getByRole('heading', { name: '1. 기울기가 거슬러 갈 수 있는가?', exact: true }).waitFor();
    expect(await page.locator('nav').getAttribute('aria-label')).toBe('차례');
    // of what stands in both languages nothing is left in English
    const english = await page.evaluate(
      () =>
        [...document.querySelectorAll('.t[lang=en]')].filter(
          (one) => getComputedStyle(one).display !== 'none',
        ).length,
    );
    expect(english).toBe(0);
    const heard = await page
      .locator('svg[role=img], canvas[role=img], [role=application], [role=group], [role=region]')
      .evaluateAll((parts) => parts.map((part) => part.getAttribute('aria-label')!));
    expect(heard.filter((label) => !/[가-힣]/.test(label))).toEqual([]);
    // a printed page has its tables, which are folded again after it
    const folded = () => page.locator('details:not([open])').count();
    const before = await folded();
    expect(before).toBeGreaterThan(8);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await folded()).toBe(0);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await folded()).toBe(before);
    await page.getByRole('button', { name: 'English' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    expect(await page.evaluate(() => document.activeElement!.id)).toMatch(/-title$/);
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll('figcaption, h2, summary')].filter(
          (element) => element.getBoundingClientRect().right > innerWidth,
        ).length,
    );
    expect(cut).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('can be read without JavaScript', async () => {
    const { page, troubles } = await openFile(browser, PAGES.one, { ...DESKTOP, javaScriptEnabled: false });
    expect(await page.locator('#curve-chart svg').first().isVisible()).toBe(true);
    expect(await page.locator('#heat-a-readout').textContent()).toMatch(/^JavaScript draws these maps/);
    expect(await page.locator('#drivers-a-readout').textContent()).toBe(
      said(rnn, rnn.pictures.predictions.at(-1)!),
    );
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});
