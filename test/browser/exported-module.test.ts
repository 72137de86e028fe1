import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, NO_CHROMIUM, NOTE, openFile } from '../support/browser.ts';
import { ROOT, rnn, temporaryFolder } from '../support/cli.ts';

describe.skipIf(NO_CHROMIUM)(`exported JavaScript module in a browser${NOTE}`, () => {
  const cwd = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(['rnn', 'lstm', 'gru'])('%s: writes what rnn sample does, from a page alone', async (cell) => {
    const checkpoint = join(ROOT, `checkpoints/example-${cell}.json`);
    await rnn(['export', checkpoint, '--out', `${cell}.js`], { cwd });
    const module = readFileSync(join(cwd, `${cell}.js`), 'utf8');
    const call = "window.written = sample({ seed: 'THE ', length: 200, rngSeed: 7 });";
    const page = join(cwd, `${cell}.html`);
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><script type="module">${module}${call}</script>`,
    );
    const opened = await openFile(browser, page);
    await opened.page.waitForFunction('window.written');
    const args = ['--seed', 'THE ', '--len', '200', '--rng-seed', '7', '--backend', 'reference', '--json'];
    const { stdout } = await rnn(['sample', checkpoint, ...args], { cwd });
    expect(await opened.page.evaluate('window.written')).toBe((JSON.parse(stdout) as { text: string }).text);
    expect(opened.troubles).toEqual([]);
  });
});
