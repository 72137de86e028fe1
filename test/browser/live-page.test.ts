import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../src/index.ts';
import type { RunRecord } from '../../src/live/protocol.ts';
import {
  faults,
  launch,
  NO_CHROMIUM,
  NOTE,
  openFile,
  SIGHT,
  SIGHTS,
  type Sight,
} from '../support/browser.ts';
import { corpus, temporaryFolder } from '../support/cli.ts';
import { embeddedOf, type Recorded, recordRun } from '../support/live.ts';
import { writePage } from '../support/live-models.ts';

const folder = temporaryFolder();
const WIDE = { viewport: { width: 1400, height: 900 } };

/** A text that a small network soon knows by heart. */
const SENTENCE = 'the keeper lit the lamp and the lamp lit the keeper';

describe.skipIf(NO_CHROMIUM)(`the live page as a file in Chromium${NOTE}`, () => {
  let browser: Browser;
  let plain: Recorded;
  let learned: Recorded;
  const file = join(folder, 'live.html');

  beforeAll(async () => {
    const settings = { hidden: 11, seqLength: 9, batchSize: 5, steps: 130, evalEvery: 13, sampleEvery: 26 };
    plain = await recordRun('tiny', readFileSync(corpus('tiny.txt'), 'utf8'), settings, 52);
    const sentences = `${SENTENCE}. `.repeat(60);
    learned = await recordRun(
      'lamp',
      sentences,
      { ...settings, hidden: 23, learningRate: 0.02, steps: 260, cell: 'gru' },
      104,
    );
    writePage(file, embeddedOf([plain, learned]));
    browser = await launch();
  }, 120_000);
  afterAll(() => browser?.close(), 60_000);

  const slider = (page: Page) => page.getByRole('slider', { name: 'Step under the cursor' });
  const expectStep = (page: Page, step: number) =>
    expect.poll(() => slider(page).getAttribute('aria-valuenow')).toBe(String(step));
  const value = (page: Page) => slider(page).getAttribute('aria-valuetext');
  const open = async (hash = '', options = WIDE) => {
    const opened = await openFile(browser, file, options, hash);
    await opened.page.locator('#curve canvas').first().waitFor();
    return opened;
  };

  const wider: Sight[] = [
    { colorScheme: 'light', device: 'wide' },
    { colorScheme: 'dark', device: 'projector' },
  ];
  it.each([...SIGHTS, ...wider])(SIGHT, async (sight) => {
    expect(await faults(browser, file, sight, 'text=Coloured by the model')).toEqual([]);
  });

  it('the cursor moves by keys, tells its values, and takes the samples along', async () => {
    const { page, troubles } = await open();
    const { run } = plain;
    await expectStep(page, 130);
    await slider(page).focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 40; i++) await page.keyboard.press('Shift+ArrowRight');
    await expectStep(page, 40);
    const said = await value(page);
    expect(said).toContain(`step 40, training ${run.columns.bpc[39]!.toFixed(3)}, `);
    const evaluated = run.history.findLast(({ step }) => step <= 40)!;
    expect(said).toContain(`validation ${evaluated.validationBpc!.toFixed(3)}, `);
    expect(await page.locator('.sample h3').allTextContents()).toEqual(['Step 26']);
    expect(await page.locator('.sample .text').textContent()).toBe(
      run.previews.find(({ step }) => step === 26)!.text,
    );
    await page.keyboard.press('Escape');
    await expectStep(page, 130);
    await page.goBack();
    await expectStep(page, 40);
    // a key that is held down is more than a browser lets write into its address
    await page.evaluate(() => {
      const target = document.querySelector('#curve [role=slider]')!;
      for (let i = 0; i < 300; i++)
        target.dispatchEvent(new KeyboardEvent('keydown', { key: i % 2 ? 'Home' : 'End', bubbles: true }));
    });
    await expect.poll(() => page.evaluate('location.hash')).toBe('#step=0');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('the pointer moves the cursor, a click holds it, a drag zooms, a double click and 0 go back', async () => {
    const { page, troubles } = await open('#run=tiny');
    const chart = page.locator('#curve .u-over').first();
    const box = (await chart.boundingBox())!;
    const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.5));
    await expectStep(page, 65);
    // the strips below have the same cursor
    const cursors = await page
      .locator('#curve .u-cursor-x')
      .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().left));
    expect(cursors).toHaveLength(4);
    for (const left of cursors) expect(Math.abs(left - at(0.5)[0])).toBeLessThan(2);
    await page.mouse.move(box.x, box.y - 60);
    await expectStep(page, 130);
    await page.mouse.click(...at(0.2));
    await page.mouse.move(box.x, box.y - 60);
    await expectStep(page, 26);
    await expect.poll(() => page.evaluate('location.hash')).toBe('#run=tiny&step=26');

    await page.mouse.move(...at(0.25));
    await page.mouse.down();
    await page.mouse.move(...at(0.5), { steps: 4 });
    await page.mouse.up();
    const whole = page.getByRole('button', { name: 'Whole curve' });
    await expect.poll(() => whole.isEnabled()).toBe(true);
    await page.mouse.move(...at(0));
    await expect.poll(() => slider(page).getAttribute('aria-valuenow')).toMatch(/^3[23]$/);
    await page.mouse.dblclick(...at(0.5));
    await expect.poll(() => whole.isEnabled()).toBe(false);
    await slider(page).focus();
    await page.keyboard.press('+');
    await expect.poll(() => whole.isEnabled()).toBe(true);
    await page.keyboard.press('0');
    await expect.poll(() => whole.isEnabled()).toBe(false);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('a sample is coloured by the surprise of the model at its step, and what is copied is underlined', async () => {
    const { page, troubles } = await open('#run=lamp&step=260');
    const { run, models } = learned;
    const { text, copied } = run.previews.at(-1)!;
    expect(copied!.length).toBeGreaterThan(0);
    await page.getByText('Coloured by the model of step 260.').waitFor();
    const spans = await page
      .locator('.sample .text span')
      .evaluateAll((spans) => spans.map((span) => [span.textContent, span.className] as const));
    expect(spans.map(([text]) => text).join('')).toBe(text);
    const model = await load(gunzipSync(Buffer.from(models['lamp/last']!, 'base64')));
    const levels: string[] = [];
    for await (const { character, bits } of model.surprise({ text })) {
      const level =
        bits === null ? '' : `surprise${[0, 1, 2, 3, 4, 6, 8].findLastIndex((from) => bits >= from)}`;
      levels.push(...Array.from(character, () => level));
    }
    const classes = spans.flatMap(([text, name]) => Array.from(text!, () => name));
    expect(classes.map((name) => name.replace(/ ?copied/, ''))).toEqual(levels);
    const underlined = copied!.map(([from, to]) => [...text].slice(from, to).join('')).join('');
    expect((await page.locator('.sample .text .copied').allTextContents()).join('')).toBe(underlined);
    expect(await page.locator('.sample').textContent()).toContain('Coloured by the model of step 260.');
    expect(await page.locator('.sample').textContent()).toMatch(
      /\d+% of it stands word for word in the training text; the longest stretch has \d+ characters\./,
    );
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('of a text that was not searched nothing is said but that', async () => {
    const unsearched = structuredClone(plain);
    for (const preview of unsearched.run.previews) preview.copied = null;
    const other = join(folder, 'unsearched.html');
    writePage(other, embeddedOf([unsearched]));
    const { page } = await openFile(browser, other);
    const sample = page.locator('.sample');
    await sample.waitFor();
    expect(await sample.textContent()).toContain('Whether it stands in the training text was not searched.');
    expect(await page.locator('.copied').count()).toBe(0);
    await page.context().close();
  });

  it('two samples are pinned side by side; the address keeps them', async () => {
    const { page } = await open('#run=tiny&step=26');
    const titles = () => page.locator('.sample h3').allTextContents();
    await page.getByRole('button', { name: 'Pin the sample of step 26' }).click();
    await page.getByRole('slider', { name: 'Sample', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(titles).toEqual(['Step 26', 'Step 52']);
    await page.getByRole('button', { name: 'Pin the sample of step 52' }).press('Enter');
    await page.getByRole('slider', { name: 'Sample', exact: true }).focus();
    await page.keyboard.press('End');
    await expect.poll(titles).toEqual(['Step 26', 'Step 52', 'Step 130']);
    await expect.poll(() => page.evaluate('location.hash')).toContain('step=130');
    await page.reload();
    await page.locator('.sample').first().waitFor();
    await expect.poll(titles).toEqual(['Step 26', 'Step 52', 'Step 130']);
    await page.getByRole('button', { name: 'Unpin the sample of step 26' }).click();
    await expect.poll(titles).toEqual(['Step 52', 'Step 130']);
    await page.goBack();
    await expect.poll(titles).toEqual(['Step 26', 'Step 52', 'Step 130']);
    await page.context().close();
  });

  it('runs are drawn together with the settings that differ; a link shows the same runs', async () => {
    const { page, troubles } = await open();
    const rows = () => page.locator('.readout tbody th').allTextContents();
    await expect.poll(rows).toEqual(['tiny', 'lamp']);
    const differing = page
      .locator('section', { has: page.getByText('learningRate') })
      .last()
      .locator('tbody tr');
    expect(await differing.allTextContents()).toEqual(
      expect.arrayContaining(['cellrnngru', 'hidden1123', 'steps130260']),
    );
    const settings = await differing.locator('th').allTextContents();
    expect(settings).not.toContain('seqLength');
    await page.getByRole('button', { name: 'Look at', exact: true }).click();
    expect(await page.locator('h1').textContent()).toBe('checkpoints/lamp.json');
    await page.getByRole('checkbox', { name: 'Draw tiny' }).uncheck();
    expect(await page.locator('.readout tbody th').count()).toBe(0);
    expect(await page.evaluate('location.hash')).toBe('#run=lamp');
    await page.goBack();
    await expect.poll(rows).toEqual(['lamp', 'tiny']);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('a file has no program to control, and says so', async () => {
    const { page } = await open();
    const controls = page.getByRole('group', { name: 'Controls' });
    for (const button of await controls.getByRole('button').all())
      expect(await button.isDisabled()).toBe(true);
    expect(await controls.getByRole('status').textContent()).toBe(
      'This page is a file: no program is there that could be told what to do.',
    );
    await page.context().close();
  });

  it('says in one sentence how a run stands', async () => {
    const states: [RunRecord['status'], string][] = [
      [
        { kind: 'diverged', message: 'the loss is not finite at step 9; lower --learning-rate' },
        'Training diverged: the loss is not finite at step 9; lower --learning-rate.',
      ],
      [{ kind: 'patience', message: null }, 'Training has ended early.'],
      [
        { kind: 'saved', message: 'saved at step 9; --resume a.json goes on.' },
        'The run is read from its file: saved at step 9; --resume a.json goes on.',
      ],
    ];
    for (const [status, sentence] of states) {
      const other = join(folder, `${status.kind}.html`);
      writePage(other, embeddedOf([{ ...plain, run: { ...plain.run, status } }]));
      const { page } = await openFile(browser, other);
      expect(await page.locator('.standing').textContent()).toBe(sentence);
      await page.context().close();
    }
  });

  it('every word turns Korean and back; a link keeps the language', async () => {
    const { page, troubles } = await open('#run=tiny');
    const { run } = plain;
    await page.getByRole('button', { name: '한국어' }).click();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ko');
    expect(await page.locator('.standing').textContent()).toBe('학습이 끝났습니다.');
    const parts = page.locator('header .standing, header .figures, #curve, .controls, #samples');
    const words = (await parts.allInnerTexts()).join(' ').match(/\p{Script=Latin}{3,}/gu) ?? [];
    const known = [
      ...run.previews.flatMap(({ text }) => text.split(/[^\p{L}]/u)),
      'tiny',
      'lamp',
      'Enter',
      'Esc',
    ];
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
    await page.reload();
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.locator('.standing').textContent()).toBe('Training has finished.');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('the keys of a clicker go from panel to panel', async () => {
    const { page } = await open('#run=tiny', { viewport: { width: 1024, height: 768 } });
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('PageDown');
    expect(await focused()).toBe('Samples');
    await page.keyboard.press('PageUp');
    expect(await focused()).toBe('Curve');
    await page.keyboard.press('f');
    await expect.poll(() => page.evaluate('document.fullscreenElement?.tagName')).toBe('HTML');
    await page.getByRole('button', { name: 'Full screen' }).click();
    await expect.poll(() => page.evaluate('document.fullscreenElement')).toBeNull();
    await page.context().close();
  });

  it('100,000 steps are drawn with two points a column, in less than 200 MB', async () => {
    const n = 100_000;
    const long = structuredClone(plain);
    const column = (of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));
    long.run.columns = {
      step: column((i) => i + 1),
      bpc: column((i) => 1.5 + 4 * Math.exp(-i / 9000) + Math.sin(i * i) / 5),
      learningRate: column((i) => 0.01 * (1 - i / n)),
      gradientNorm: column((i) => 1 + Math.abs(Math.sin(i))),
      clipRate: column((i) => i % 2),
    };
    Object.assign(long.run, { step: n, steps: n });
    const other = join(folder, 'long.html');
    writePage(other, embeddedOf([long]));
    const { page, troubles } = await openFile(browser, other);
    await page.locator('#curve canvas').first().waitFor();
    await slider(page).focus();
    for (const key of ['Home', 'ArrowRight', '+', '+', '0']) await page.keyboard.press(key);
    await expectStep(page, 1000);
    const session = await page.context().newCDPSession(page);
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    expect(usedSize).toBeLessThan(200e6);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});
