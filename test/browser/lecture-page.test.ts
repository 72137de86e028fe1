import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, launch, NO_CHROMIUM, NOTE, openFile, SIGHT, SIGHTS } from '../support/browser.ts';
import { rnn, temporaryFolder } from '../support/cli.ts';

const PROJECTOR = { viewport: { width: 1024, height: 768 } };
const WIDE = { viewport: { width: 1400, height: 900 } };

/** What can be seen: the scene and where in the lecture it stands. */
const seen = (page: Page) =>
  page.evaluate(() => {
    const article = document.querySelector('article:not([hidden])')!;
    const section = [...article.querySelectorAll('section')].find(({ hidden }) => !hidden)!;
    return { scene: section.id, status: article.querySelector('[role=status]')!.textContent };
  });

/** Every part of the lecture by the key Page Down, with how far it reaches beyond the screen and what hides its ends. */
const walk = (page: Page) =>
  page.evaluate(() => {
    const article = document.querySelector('article:not([hidden])')!;
    const parts: { scene: string; status: string; beyond: number[] }[] = [];
    for (;;) {
      const scene = [...article.querySelectorAll('section')].find(({ hidden }) => !hidden)!.id;
      const status = article.querySelector('[role=status]')!.textContent!;
      if (parts.at(-1)?.status === status) return parts;
      const { scrollHeight, scrollWidth } = document.documentElement;
      const cut = [...document.querySelectorAll<HTMLElement>('.scroll, pre')].filter(
        (box) => box.offsetParent !== null && box.scrollWidth > box.clientWidth,
      );
      parts.push({
        scene,
        status,
        beyond: [scrollHeight - innerHeight, scrollWidth - innerWidth, cut.length],
      });
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }));
    }
  });

describe.skipIf(NO_CHROMIUM)(`lecture page in a browser${NOTE}`, () => {
  const cwd = temporaryFolder();
  const files: Record<string, string> = {};
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    for (const [name, word, language] of [
      ['lecture-en', 'hello', 'en'],
      ['lecture-ko', '안녕하세요', 'ko'],
      ['lecture-long', 'abcdefghijkl', 'en'],
    ] as const) {
      files[name] = join(cwd, `${name}.html`);
      expect((await rnn(['explain', word, '--lang', language, '--html', files[name]])).code).toBe(0);
    }
  }, 120_000);
  afterAll(() => browser?.close());
  const open = (name: string, options = PROJECTOR) => openFile(browser, files[name]!, options);

  describe.each(['lecture-en', 'lecture-ko'])('%s', (name) => {
    it.each(SIGHTS)(`first scene, ${SIGHT}`, async (sight) => {
      expect(await faults(browser, files[name]!, sight, 'h1')).toEqual([]);
    });
  });

  it.each(SIGHTS)(`all scenes at once, ${SIGHT}`, async (sight) => {
    const showAll = (page: Page) => page.locator('article:not([hidden]) [data-all]').click();
    expect(await faults(browser, files['lecture-en']!, sight, 'h1', showAll)).toEqual([]);
  });

  it.each(['lecture-en', 'lecture-ko', 'lecture-long'])(
    '%s on a projector of 1024×768: every part of every scene fits, and Page Down shows them all',
    async (name) => {
      const { page, troubles } = await open(name);
      const parts = await walk(page);
      expect(parts.filter(({ beyond }) => beyond.some((pixels) => pixels > 0))).toEqual([]);
      const sections = await page.locator('article:not([hidden]) section').count();
      expect(new Set(parts.map(({ scene }) => scene)).size).toBe(sections);
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  it('the keys of a clicker: on, back, to both ends; parts of a scene come one by one', async () => {
    const { page } = await open('lecture-en');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      const { scene, status } = await seen(page);
      return `${scene}: ${status}`;
    };
    const N = await page.locator('article[lang=en] section').count();
    expect(await press('PageDown')).toBe(`en-word: scene 2 of ${N}`);
    expect(await press('PageUp')).toBe(`en-start: scene 1 of ${N}`);
    expect(await press(' ', 'ArrowRight')).toBe(`en-weights: scene 3 of ${N}, part 1 of 2`);
    expect(await press('ArrowDown')).toBe(`en-weights: scene 3 of ${N}, part 2 of 2`);
    expect(await press('Shift+Space')).toBe(`en-weights: scene 3 of ${N}, part 1 of 2`);
    expect(await press('ArrowLeft', 'ArrowUp')).toBe(`en-start: scene 1 of ${N}`);
    expect(await press('ArrowUp', 'PageUp')).toBe(`en-start: scene 1 of ${N}`);
    expect(await press('End', 'PageDown')).toBe(`en-closing: scene ${N} of ${N}`);
    expect(await press('ArrowLeft')).toBe(`en-decay: scene ${N - 1} of ${N}, part 2 of 2`);
    expect(await press('Control+Home', 'Alt+ArrowDown')).toBe(
      `en-decay: scene ${N - 1} of ${N}, part 2 of 2`,
    );
    expect(await press('Home')).toBe(`en-start: scene 1 of ${N}`);
    expect(new URL(page.url()).hash).toBe('#en-start');
    await page.context().close();
  });

  it('a focused control keeps its keys: Space presses a button and unfolds the contents', async () => {
    const { page } = await open('lecture-en');
    await page.locator('article[lang=en] summary').focus();
    await page.keyboard.press(' ');
    expect(await page.locator('article[lang=en] details').getAttribute('open')).toBe('');
    expect((await seen(page)).scene).toBe('en-start');
    await page.locator('article[lang=en] [data-go="1"]').focus();
    for (const key of ['Enter', ' ', 'Enter']) await page.keyboard.press(key);
    expect((await seen(page)).scene).toBe('en-weights');
    expect((await seen(page)).status).toContain('part 2 of 2');
    await page.keyboard.press('PageUp');
    expect((await seen(page)).status).toContain('part 1 of 2');
    await page.locator('article[lang=en] [data-go="-1"]').click();
    expect((await seen(page)).scene).toBe('en-word');
    await page.keyboard.press(' ');
    expect((await seen(page)).scene).toBe('en-weights');
    await page.context().close();
  });

  it('what is too wide for a phone keeps the arrow keys while it has the focus', async () => {
    const { page } = await open('lecture-long', { viewport: { width: 390, height: 844 } });
    await page.goto(`${page.url()}#en-gradient`);
    const box = page.locator('#en-gradient .scroll[tabindex]').last();
    await box.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement!.scrollLeft > 0);
    expect((await seen(page)).scene).toBe('en-gradient');
    await page.context().close();
  });

  it('both languages are there: the button changes the language, not the place', async () => {
    const { page } = await open('lecture-en');
    for (let i = 0; i < 5; i++) await page.keyboard.press('PageDown');
    const before = await seen(page);
    await page.getByRole('button', { name: '한국어' }).click();
    const after = await seen(page);
    expect(after.scene).toBe(before.scene.replace('en-', 'ko-'));
    expect(await page.evaluate(() => [document.documentElement.lang, document.title])).toEqual([
      'ko',
      '순환 신경망의 단어 학습: “hello”',
    ]);
    await page.keyboard.press('Enter');
    expect((await seen(page)).scene).toBe(before.scene);
    await page.context().close();
    const korean = await open('lecture-ko');
    expect((await seen(korean.page)).scene).toBe('ko-start');
    await korean.page.context().close();
  });

  it('f and the button fill the screen', async () => {
    const { page } = await open('lecture-en');
    const isFull = () => page.evaluate(() => document.fullscreenElement === document.documentElement);
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement !== null);
    const button = page.locator('article[lang=en] [data-full]');
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await button.click();
    await page.waitForFunction(() => document.fullscreenElement === null);
    expect(await isFull()).toBe(false);
    await page.context().close();
  });

  it('1400 pixels are used; on 390 no caption is cut', async () => {
    const wide = await open('lecture-en', WIDE);
    for (const id of ['step-2', 'back-3', 'decay', 'explosion']) {
      await wide.page.goto(`${wide.page.url().split('#')[0]}#en-${id}`);
      const right = await wide.page.evaluate(() =>
        Math.max(
          ...[...document.querySelectorAll('section:not([hidden]) .group :is(td, p, svg)')].map(
            (element) => element.getBoundingClientRect().right,
          ),
        ),
      );
      expect(right, id).toBeGreaterThan(1200);
    }
    await wide.page.context().close();
    const phone = await open('lecture-en', { viewport: { width: 390, height: 844 } });
    for (const language of ['en', 'ko']) {
      if (language === 'ko') await phone.page.getByRole('button', { name: '한국어' }).click();
      await phone.page.locator(`article[lang=${language}] [data-all]`).click();
      const cut = await phone.page.evaluate(() =>
        [...document.querySelectorAll('article:not([hidden]) :is(caption span, figcaption, h2, dd, dt)')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth)
          .map((element) => element.textContent),
      );
      expect(cut).toEqual([]);
    }
    await phone.page.context().close();
  });
});
