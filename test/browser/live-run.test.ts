import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../src/live/collector.ts';
import { servedPage } from '../../src/live/document.ts';
import { Feed } from '../../src/live/feed.ts';
import type { RunRecord } from '../../src/live/protocol.ts';
import { LiveServer } from '../../src/live/server.ts';
import { livePageSources } from '../../src/report/built.ts';
import { launch, NO_CHROMIUM, NOTE } from '../support/browser.ts';
import { BIN, corpus, temporaryFolder } from '../support/cli.ts';
import { emptyRecord } from '../support/live.ts';

/** A process of rnn that serves a page. */
interface Serving {
  child: ChildProcess;
  url: string;
}

describe.skipIf(NO_CHROMIUM)(`the live page of a run in progress in Chromium${NOTE}`, () => {
  const cwd = temporaryFolder();
  const children: ChildProcess[] = [];
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await browser?.close();
  }, 60_000);

  async function serve(...args: string[]): Promise<Serving> {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...process.env, CI: '1' } });
    children.push(child);
    let said = '';
    child.stderr.setEncoding('utf8');
    for await (const text of child.stderr) {
      said += text;
      const [, url] = /page: (http:\S+)/.exec(said) ?? [];
      if (url === undefined) continue;
      // leaving the loop has closed the stream, which may not stop the program
      child.stderr.resume();
      return { child, url };
    }
    throw new Error(`rnn ended: ${said}`);
  }

  async function open(url: string): Promise<{ page: Page; troubles: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(url);
    await page.locator('.standing').waitFor();
    return { page, troubles };
  }

  const stepOf = async (page: Page) =>
    Number(await page.getByRole('slider', { name: 'Step under the cursor' }).getAttribute('aria-valuenow'));
  const answer = (page: Page) => page.getByRole('group', { name: 'Controls' }).getByRole('status');
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const runs = (page: Page) => page.evaluate(async () => (await (await fetch('runs')).json()) as RunRecord[]);

  it('the curve moves; pause, one step, halve, save, resume, reload, a hidden tab, a killed program', async () => {
    const { child, url } = await serve(
      'train',
      corpus('tiny.txt'),
      '--open',
      '--hidden',
      '17',
      '--seq-length',
      '13',
      '--batch-size',
      '5',
      '--steps',
      '1000000',
      '--eval-every',
      '40',
      '--sample-every',
      '40',
      '--schedule',
      'constant',
    );
    const { page, troubles } = await open(url);
    await page.locator('#curve canvas').first().waitFor();
    await expect.poll(() => stepOf(page)).toBeGreaterThan(5);
    const before = await stepOf(page);
    await expect.poll(() => stepOf(page)).toBeGreaterThan(before);
    await page.locator('.sample .text').first().waitFor();
    expect(await page.locator('.standing').textContent()).toBe('Training is in progress.');

    await button(page, 'Pause').click();
    await expect.poll(() => answer(page).textContent()).toMatch(/^Paused after step [\d,]+\.$/);
    const paused = Number((await answer(page).textContent())!.replace(/\D/g, ''));
    await expect.poll(() => stepOf(page)).toBe(paused);
    await expect.poll(() => page.locator('.standing').textContent()).toMatch(/^Training is paused/);
    await button(page, 'One step').press('Enter');
    await expect.poll(() => stepOf(page)).toBe(paused + 1);

    await button(page, 'Halve the learning rate').click();
    const from = (paused + 2).toLocaleString('en');
    await expect
      .poll(() => answer(page).textContent())
      .toBe(
        `The learning rate is halved from step ${from} on. The run records it: resumed, it does the same.`,
      );
    await button(page, 'One step').click();
    await expect.poll(() => stepOf(page)).toBe(paused + 2);
    const [run] = await runs(page);
    expect(run!.rateChanges).toEqual([{ step: paused + 1, factor: 0.5 }]);
    expect(run!.columns.learningRate.at(-1)! / run!.columns.learningRate[0]!).toBeCloseTo(0.5, 9);
    await button(page, 'Save now').click();
    await expect.poll(() => answer(page).textContent()).toBe(`Saved after step ${from}.`);

    await button(page, 'Resume').click();
    await expect.poll(() => stepOf(page)).toBeGreaterThan(paused + 2);
    await page.reload();
    await page.locator('#curve canvas').first().waitFor();
    await expect.poll(() => stepOf(page)).toBeGreaterThan(paused + 2);
    const { step } = (await runs(page))[0]!.columns;
    expect(step[0]! / step.at(-1)!).toBeLessThan(0.5);

    const left = page.waitForEvent('requestfailed', (request) => request.url().includes('events?'));
    const see = (state: string) =>
      page.evaluate((state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await see('hidden');
    await left;
    const asked = page.waitForRequest((request) => request.url().includes('events?'));
    await see('visible');
    expect((await asked).url()).toMatch(/events\?after=[1-9]\d*$/);
    const shown = await stepOf(page);
    await expect.poll(() => stepOf(page)).toBeGreaterThan(shown);
    expect(troubles).toEqual([]);

    child.kill('SIGKILL');
    await expect
      .poll(() => page.locator('.standing').textContent())
      .toBe(
        'The program that sent this page no longer answers. What it said last stays here; rnn ui checkpoints/tiny.json shows the run from its file.',
      );
    expect(await answer(page).textContent()).toBe('The program no longer answers.');
    expect(await button(page, 'Pause').isDisabled()).toBe(true);
    await page.context().close();
  });

  it('rnn ui shows the run from its file, with nothing to control', async () => {
    const { child, url } = await serve('ui', 'checkpoints/tiny.json', '--no-open');
    const { page, troubles } = await open(url);
    expect(await page.locator('h1').textContent()).toBe('checkpoints/tiny.json');
    expect(await page.locator('.standing').textContent()).toMatch(
      /^The run is read from its file: saved at step \d+ of 1000000; --resume checkpoints\/tiny.json goes on\.$/,
    );
    expect(await answer(page).textContent()).toBe('The run is not in progress: there is nothing to control.');
    await page.getByText(/^Whether .* Coloured by the model of step/).waitFor();
    expect(troubles).toEqual([]);
    child.kill();
    await once(child, 'exit');
    await page.context().close();
  });

  it('a run that has finished says so, and how to see it again', async () => {
    const { url } = await serve(
      'train',
      corpus('tiny.txt'),
      '--open',
      '--hidden',
      '17',
      '--steps',
      '6000',
      '--out',
      'short',
      '--sample-every',
      '100',
    );
    // it waits for a browser that takes its time
    const control = (name: string) =>
      fetch(`${url}${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    await control('pause');
    const { page } = await open(url);
    await control('resume');
    await expect
      .poll(() => page.locator('.standing').textContent())
      .toBe(
        'Training has finished: all 6000 steps were made. The program has ended; what it said stays here, and rnn ui short/tiny.json shows the run again.',
      );
    expect(await page.locator('.standing').getAttribute('class')).toBe('standing finished');
    await page.context().close();
  });

  it('100,000 steps arrive, in less than 200 MB', async () => {
    const { columns, seconds, charactersPerSecond, ...known } = emptyRecord('long', 100_000);
    const collector = new Collector(known);
    const feed = new Feed({ records: () => [collector.record], take: () => collector.take() });
    const server = await LiveServer.start({
      page: servedPage({ language: 'en', runs: [], models: {} }),
      ...livePageSources(),
      feed,
      model: () => undefined,
      control: async () => 0,
    });
    const steps = (from: number, to: number) => {
      for (let step = from; step <= to; step++) {
        const bpc = 1.5 + 4 * Math.exp(-step / 9000) + Math.sin(step * step) / 5;
        const event = {
          event: 'step',
          step,
          epoch: 0,
          bpc,
          trainBpc: bpc,
          gradientNorm: 1,
          clipped: false,
          characters: 9,
        } as const;
        collector.add(event, { learningRate: 0.01, seconds: step / 100, charactersPerSecond: 900 });
      }
      feed.flush();
    };
    steps(1, 10);
    const { page, troubles } = await open(server.url);
    for (let from = 11; from <= 100_000; from += 250) {
      steps(from, Math.min(100_000, from + 249));
      await page.evaluate('1');
    }
    await expect.poll(() => stepOf(page)).toBe(100_000);
    const session = await page.context().newCDPSession(page);
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    expect(usedSize).toBeLessThan(200e6);
    expect(troubles).toEqual([]);
    await page.context().close();
    await server.close();
  });
});
