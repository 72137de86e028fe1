import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepPage } from '../../src/report/index.ts';
import { faults, launch, NO_CHROMIUM, NOTE, openFile, SIGHT, SIGHTS } from '../support/browser.ts';
import { temporaryFolder } from '../support/cli.ts';
import { DEFINITION, TRIALS } from '../support/sweeps.ts';

const file = join(temporaryFolder(), 'sweep.html');

describe.skipIf(NO_CHROMIUM)(`the page of a sweep in Chromium${NOTE}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(file, sweepPage('rates', DEFINITION, TRIALS));
    browser = await launch();
  }, 60_000);
  afterAll(() => browser?.close());

  it.each(SIGHTS)(SIGHT, async (sight) => {
    expect(await faults(browser, file, sight, '#trial-readout')).toEqual([]);
  });

  it('a trial that is chosen in the table or by its line is shown everywhere', async () => {
    const { page, troubles } = await openFile(browser, file);
    const readout = page.locator('#trial-readout');
    expect(await readout.textContent()).toBe('Point at a line, or choose a trial in the table below.');
    const third = page.locator('button[data-trial="3"]');
    await third.press('Enter');
    expect(await third.getAttribute('aria-pressed')).toBe('true');
    expect(await readout.textContent()).toMatch(
      /^Trial 3: \d\.\d{3} bpc at step 300, finished after 300 steps \(cell .*, seed 5\)\nrnn train text\.txt --eval-every 30 --steps 300 /,
    );
    // a line in each of the three charts stands out; the others are dimmed, the buttons are not
    const opacityOf = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).opacity);
    expect(await opacityOf('#parallel g.here')).toBe('1');
    expect(await opacityOf('#parallel g:not(.here)')).toBe('0.3');
    expect(await opacityOf('button[data-trial="4"]')).toBe('1');
    expect(await page.locator('g.here').count()).toBe(3);
    await page.locator('#curves g[data-trial="7"]').first().dispatchEvent('pointerover');
    expect(await readout.textContent()).toMatch(/^Trial 7: /);
    expect(await page.locator('tr.here').count()).toBe(1);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});
