import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, launch, NO_CHROMIUM, NOTE, openFile, SIGHT, SIGHTS } from '../support/browser.ts';
import { ROOT, rnn, temporaryFolder } from '../support/cli.ts';
import { embeddedOf, recordRun } from '../support/live.ts';
import { embeddedFiles, embeddedRun, writePage } from '../support/live-models.ts';
import { someText } from '../support/models.ts';

const CELLS = ['rnn', 'lstm', 'gru'] as const;
const EXAMPLES = CELLS.map((cell) => join(ROOT, `checkpoints/example-${cell}.json`));
const SEED = "THE KEEPER: it's\nA";
const SMALL = {
  cell: 'lstm',
  hidden: 21,
  seqLength: 11,
  batchSize: 3,
  steps: 120,
  learningRate: 0.01,
  evalEvery: 40,
  sampleEvery: 40,
  inspectEvery: 30,
} as const;

/** The bars as a reader hears them. */
const bars = (page: Page) =>
  page
    .locator('.bars button')
    .evaluateAll((all) => all.map((one) => `${one.children[2]!.textContent}${one.lastChild!.textContent}`));
/** The bars, once they are no longer those before. */
async function otherBars(page: Page, before: readonly string[]): Promise<string[]> {
  await page.waitForFunction((old) => {
    const now = [...document.querySelectorAll('.bars button')].map(
      (one) => `${one.children[2]!.textContent}${one.lastChild!.textContent}`,
    );
    return now.length > 0 && now.join('|') !== old;
  }, before.join('|'));
  return bars(page);
}
const seedOf = (page: Page) => page.locator('.seed textarea').inputValue();
/** What the model wrote, once it is done. */
async function written(page: Page): Promise<string> {
  await page.locator('.written[aria-busy=false]').waitFor();
  return (await page.locator('.written pre').textContent())!;
}

describe.skipIf(NO_CHROMIUM)(`play, gradient and units on the live page${NOTE}`, () => {
  const folder = temporaryFolder();
  const files = {
    examples: join(folder, 'examples.html'),
    small: join(folder, 'small.html'),
    korean: join(folder, 'korean.html'),
    bytes: join(folder, 'bytes.html'),
  };
  let browser: Browser;
  /** of the small run's snapshots */
  let steps: number[] = [];
  beforeAll(async () => {
    browser = await launch();
    writePage(files.examples, embeddedFiles(EXAMPLES));
    const small = await recordRun('small', someText(3000), SMALL, 50);
    writePage(files.small, embeddedOf([small]));
    writePage(files.korean, { ...embeddedOf([small]), language: 'ko' });
    steps = [...new Set(small.run.snapshots.map(({ step }) => step))].sort((a, b) => a - b);
    expect(steps.length).toBeGreaterThan(2);
    writePage(files.bytes, await embeddedRun('é한'.repeat(300), { ...SMALL, unit: 'byte', steps: 9 }, []));
  }, 120_000);
  afterAll(() => browser?.close());

  async function open(file: keyof typeof files, address = '') {
    const opened = await openFile(browser, files[file]);
    await opened.page.goto(`${opened.page.url()}#${address}`);
    await opened.page.locator('.bars button').first().waitFor();
    return opened;
  }
  async function close({ page, troubles }: Awaited<ReturnType<typeof open>>) {
    expect(troubles).toEqual([]);
    await page.context().close();
  }

  describe.each(['small', 'korean'] as const)('%s', (name) => {
    it.each(SIGHTS)(`${SIGHT}`, async (sight) => {
      expect(await faults(browser, files[name], sight, '.bars button')).toEqual([]);
    });
  });

  it.each(CELLS.map((cell, i) => [cell, i] as const))('writes the text of rnn sample, %s', async (_, i) => {
    const opened = await open('examples', `run=run-${i}`);
    const { page } = opened;
    await page.locator('.seed textarea').fill(SEED);
    for (const [label, value] of [
      ['Temperature', '0.8'],
      ['Repetition penalty (1: none)', '1.5'],
      ['Top-p (1: all)', '0.95'],
      ['Characters', '700'],
      ['Random seed', '12'],
    ] as const) {
      await page.getByRole('spinbutton', { name: label }).fill(value);
      await page.keyboard.press('Tab');
    }
    await page.getByRole('button', { name: 'Write 700 characters' }).click();
    const text = await written(page);
    const flags = ['--temperature', '0.8', '--repetition-penalty', '1.5', '--top-p', '0.95', '--len', '700'];
    const seed = SEED.replace('\n', '\\n');
    const { stdout } = await rnn(['sample', EXAMPLES[i]!, '--seed', seed, '--rng-seed', '12', ...flags]);
    expect(text).toBe(stdout);
    expect(await page.locator('.command').textContent()).toBe(
      `rnn sample ${EXAMPLES[i]} --seed='THE KEEPER: it'\\''s\\nA' --temperature 0.8 --top-p 0.95 --repetition-penalty 1.5 --len 700 --rng-seed 12`,
    );
    await close(opened);
  });

  it('three bars that are clicked become the text', async () => {
    const opened = await open('small', 'seed=the l');
    const { page } = opened;
    let now = await bars(page);
    let text = 'the l';
    for (const at of [0, 1, 2]) {
      const name = now[at]!.replace(/ [\d.]+ %$/, '');
      text += name === 'space' ? ' ' : name.slice(1, -1);
      await page.locator('.bars button').nth(at).click();
      now = await otherBars(page, now);
      expect(await seedOf(page)).toBe(text);
      expect(await page.locator('.picture .row-name').first().textContent()).toContain(
        `Input x: ${name}, one-hot`,
      );
    }
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.waitForFunction((old) => document.querySelector('textarea')!.value === old, text.slice(0, -1));
    await close(opened);
  });

  it('the keyboard alone suffices', async () => {
    const opened = await open('small', 'seed=the l');
    const { page } = opened;
    const focused = () =>
      page.evaluate(() => [...document.querySelectorAll('.bars button')].indexOf(document.activeElement!));
    const first = await bars(page);
    await page.locator('.seed textarea').focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe(0);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(1);
    await page.keyboard.press('Enter');
    const second = await otherBars(page, first);
    expect(await focused()).toBe(1);
    await page.keyboard.press('3');
    const third = await otherBars(page, second);
    expect((await seedOf(page)).length).toBe('the l'.length + 2);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.waitForFunction(() => document.querySelector('textarea')!.value === 'the l');
    expect(await otherBars(page, third)).toEqual(first);
    await page.getByRole('button', { name: /^Write/ }).focus();
    await page.keyboard.press('Enter');
    expect((await written(page)).length).toBe('the l'.length + 200);
    await close(opened);
  });

  it('settings bend the bars at once; the address repeats what was chosen', async () => {
    const opened = await open('small', 'seed=the l');
    const { page } = opened;
    const plain = await bars(page);
    const topK = page.getByRole('slider', { name: 'Top-k' });
    await topK.focus();
    await page.keyboard.press('ArrowRight');
    const one = await otherBars(page, plain);
    expect(one.map((bar) => / 0.0 %$/.test(bar))).toEqual(one.map((_, i) => i > 0));
    expect(one[0]).toMatch(/ 100.0 %$/);
    expect(await page.locator('.bars button').first().getAttribute('title')).toBe(
      `${/[\d.]+ %$/.exec(plain[0]!)![0]} without settings`,
    );
    const again = await openFile(browser, files.small);
    await again.page.goto(page.url());
    await again.page.locator('.bars button').first().waitFor();
    expect(await bars(again.page)).toEqual(one);
    await again.page.context().close();
    await page.getByRole('button', { name: 'Settings as at first' }).click();
    expect(await otherBars(page, one)).toEqual(plain);
    await page.getByRole('checkbox', { name: /^Greedy/ }).check();
    expect((await otherBars(page, plain))[0]).toMatch(/ 100.0 %$/);
    await close(opened);
  });

  it('the slider of snapshots goes from model to model, with the same text', async () => {
    const opened = await open('small', 'seed=the l');
    const { page } = opened;
    const slider = page.getByRole('slider', { name: 'Model after step' }).first();
    const seen = [await bars(page)];
    expect(await slider.getAttribute('aria-valuetext')).toBe('120 of 120, the newest');
    await slider.focus();
    for (const _ of steps.slice(1)) {
      await page.keyboard.press('ArrowLeft');
      seen.unshift(await otherBars(page, seen[0]!));
    }
    expect(await slider.getAttribute('aria-valuetext')).toMatch(new RegExp(`^${steps[0]} of 120`));
    expect(new Set(seen.map(String)).size).toBe(steps.length);
    expect(await seedOf(page)).toBe('the l');
    await page.keyboard.press('End');
    expect(await otherBars(page, seen[0]!)).toEqual(seen.at(-1));
    await close(opened);
  });

  it('characters that the model does not know are named while one types', async () => {
    const opened = await open('small');
    const { page } = opened;
    await page.locator('.seed textarea').pressSequentially('the Lß');
    await page.locator('.seed textarea[aria-invalid=true]').waitFor();
    expect(await page.locator('.unknown').first().textContent()).toBe(
      'The model does not know “L” (nearest: “l”), “ß”. It reads the text without.',
    );
    expect(await page.locator('.command').textContent()).toContain('--unknown skip');
    await close(opened);
  });

  it('a model of bytes is fed byte by byte', async () => {
    const opened = await open('bytes');
    const { page } = opened;
    let now = await bars(page);
    for (const byte of ['0xc3', '0xa9']) {
      await page
        .locator('.bars button')
        .nth(now.findIndex((bar) => bar.startsWith(`“${byte}”`)))
        .click();
      now = await otherBars(page, now);
      expect(await page.locator('.picture .row-name').first().textContent()).toContain(`“${byte}”`);
    }
    expect(await seedOf(page)).toBe('é');
    await close(opened);
  });

  it('a text that is being written is dropped when anything changes', async () => {
    const opened = await open('examples', 'run=run-1&len=10000');
    const { page } = opened;
    await page.getByRole('button', { name: 'Write 10,000 characters' }).click();
    await page.getByRole('button', { name: 'Stop writing' }).waitFor();
    await page.locator('.seed textarea').fill('A');
    await page.getByRole('button', { name: 'Write 10,000 characters' }).waitFor();
    expect(await page.locator('.written').count()).toBe(0);
    await close(opened);
  });

  it('the gradient: a step slider, the verdict, the curve of each snapshot', async () => {
    const opened = await open('small');
    const { page } = opened;
    const verdict = page.locator('.verdict');
    const words = async () => (await verdict.locator('p').first().textContent())!;
    const last = await words();
    expect(last).toMatch(
      /^(Vanishing|Carried|Exploding): over 50 steps x\S+( is left)? \(λ₁ −?\d\.\d{3}\)\.$/,
    );
    const curve = page.locator('.lag-curve[aria-busy=false] .whole');
    const ofLast = await curve.getAttribute('aria-label');
    expect(ofLast).toMatch(/^Gradient over lag: \S+ at lag 0, \S+ at lag 50$/);
    const slider = page.getByRole('slider', { name: 'Look at step' });
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 120');
    await slider.focus();
    await page.keyboard.press('Home');
    await page.waitForFunction((old) => document.querySelector('.verdict p')!.textContent !== old, last);
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 30');
    await page.waitForFunction(
      (old) =>
        document.querySelector('.lag-curve[aria-busy=false] .whole')?.getAttribute('aria-label') !== old,
      ofLast,
    );
    expect(new URL(page.url()).hash).toContain('step=30');
    await page.locator('.gradient summary').click();
    expect(await page.locator('.gradient tbody tr').count()).toBe(4);
    await close(opened);
  });

  it('a run that recorded no gradients says how to get them', async () => {
    const opened = await open('examples');
    const text = await opened.page.locator('.gradient').textContent();
    expect(text).toContain('A run that begins with --inspect-every 500 looks at the gradient’s flow');
    await close(opened);
  });

  it('units: ranked, chosen, read character by character', async () => {
    const opened = await open('small', 'seed=the light');
    const { page } = opened;
    const units = page.locator('.units');
    const status = () => units.locator('[role=status]').textContent();
    await units.locator('.ranked button').first().waitFor();
    const name = /^\S+/.exec((await units.locator('.ranked button').first().textContent())!)![0];
    expect(await status()).toMatch(new RegExp(`^Unit ${name} after “?.+”?, character 0: `));
    await units.getByRole('combobox', { name: 'Text' }).selectOption('seed');
    await page.waitForFunction(() => document.querySelectorAll('.colored span').length === 9);
    await units.locator('.colored').focus();
    await page.keyboard.press('End');
    await page.waitForFunction(() =>
      document.querySelector('.units [role=status]')!.textContent!.includes('after “t”, character 8'),
    );
    await units.getByRole('combobox', { name: 'Unit', exact: true }).selectOption({ label: '0:c20' });
    await page.waitForFunction(() =>
      document.querySelector('.units [role=status]')!.textContent!.startsWith('Unit 0:c20'),
    );
    const value = Number(/: (\S+)\.$/.exec((await status())!)![1]!.replace('−', '-'));
    expect(Math.abs(value)).toBeLessThanOrEqual(1);
    await units.getByRole('button', { name: 'Next unit' }).click();
    await page.waitForFunction(() =>
      document.querySelector('.units [role=status]')!.textContent!.startsWith('Unit 0:h0'),
    );
    await units.getByRole('combobox', { name: 'Units that' }).selectOption('inside quotes');
    await units.getByText('This never changes in this text.').waitFor();
    await units.getByRole('combobox', { name: 'Units that' }).selectOption('after a space');
    await units.locator('.ranked button').first().waitFor();
    expect(await units.locator('.ranked button').first().textContent()).toMatch(/^0:[hc]\d+ [+−][01]\.\d\d$/);
    await units.locator('.heat').click({ position: { x: 3, y: 3 } });
    await page.waitForFunction(() =>
      /^Unit 0:h0 after .*, character 0:/.test(document.querySelector('.units [role=status]')!.textContent!),
    );
    await close(opened);
  });
});
