import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, launch, NO_CHROMIUM, NOTE, SIGHT, SIGHTS } from '../support/browser.ts';
import { rnn, temporaryFolder } from '../support/cli.ts';

describe.skipIf(NO_CHROMIUM)(`lecture page in a browser${NOTE}`, () => {
  const cwd = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  describe.each([
    ['en', 'hello'],
    ['ko', '안녕하세요'],
  ])('%s', (language, word) => {
    const file = join(cwd, `lecture-${language}.html`);
    beforeAll(async () => {
      expect((await rnn(['explain', word, '--lang', language, '--html', file])).code).toBe(0);
    });

    it.each(SIGHTS)(SIGHT, async (sight) => {
      expect(await faults(browser, file, sight, 'h1')).toEqual([]);
    });
  });
});
