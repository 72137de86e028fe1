import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { BROWSERS, serve, type TabBrowser } from '../support/tabs.ts';

const CHECKPOINT = join(ROOT, 'checkpoints/example-lstm.json');
const LIBRARY = join(ROOT, 'dist/browser/index.js');
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/** The value of an expression as soon as another one holds. */
const once = (condition: string, value: string): string =>
  `new Promise((resolve) => {
    const look = () => (${condition} ? resolve(${value}) : setTimeout(look, 10));
    look();
  })`;

/** The programs of a guide, each under the name that stands beside its language. */
const filesOf = (page: string): Map<string, string> =>
  new Map([...page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, name, code]) => [name!, code!]));

describe('the programs of docs/browser.md', () => {
  const folder = temporaryFolder();
  let server: ReturnType<typeof serve>;

  /** Bundles as a command of the page says. */
  const bundle = (command: string) =>
    promisify(execFile)(join(ROOT, 'node_modules/.bin', command), { cwd: folder, shell: true });

  beforeAll(async () => {
    const page = await readFile(join(ROOT, 'docs/browser.md'), 'utf8');
    const files = filesOf(page);
    expect([...files.keys()]).toEqual([
      ...['page.ts', 'train.html', 'train.js', 'worker.js', 'disk.html', 'disk.js'],
    ]);
    for (const [name, code] of files) await writeFile(join(folder, name), code);
    await copyFile(LIBRARY, join(folder, 'rnn.js'));
    await copyFile(CHECKPOINT, join(folder, 'book.json'));
    await writeFile(
      join(folder, 'page.html'),
      '<!doctype html><meta charset="utf-8"><title>page</title><output></output><script type="module" src="page.js"></script>',
    );
    await mkdir(join(folder, 'node_modules/@rnn-lecture'), { recursive: true });
    await symlink(ROOT, join(folder, 'node_modules/@rnn-lecture/rnn'));
    await bundle('rolldown page.ts --platform browser --file page.js');
    await bundle(/^npx (rolldown disk\.js .*)$/m.exec(page)![1]!);
    server = serve(folder);
    server.headers = { 'content-security-policy': POLICY };
  }, 120_000);
  afterAll(() => server?.close());

  describe.each(BROWSERS)('in $name', ({ isMissing, launch }) => {
    let browser: TabBrowser;
    beforeAll(async () => {
      if (!isMissing) browser = await launch();
    }, 240_000);
    afterAll(() => browser?.close(), 60_000);

    it.skipIf(isMissing)('a page writes a text', async () => {
      const tab = await browser.open(server.at('localhost', 'page.html'));
      const output = "document.querySelector('output').textContent";
      const text = await tab.ask<string>(once(`${output}.length === 504`, output));
      expect(text).toMatch(/^The /);
      await tab.close();
      expect(browser.troubles).toEqual([]);
    });

    it.skipIf(isMissing)('a page trains in a worker, and says what is wrong with a text', async () => {
      const tab = await browser.open(server.at('localhost', 'train.html'));
      const [output, progress] = [
        "document.querySelector('pre').textContent",
        "document.querySelector('progress').value",
      ];
      const start = (text: string) => `(() => {
        document.querySelector('textarea').value = ${JSON.stringify(text)};
        document.querySelector('button').click();
      })()`;
      await tab.ask(`${start('')} ?? true`);
      expect(await tab.ask<string>(once(output, output))).toBe(
        'the text: expected text to learn from, got none (empty)',
      );
      await tab.ask(`${start(someText(3000))} ?? true`);
      const [text, steps] = await tab.ask<[string, number]>(
        once(`${progress} === 500 && ${output}.length === 300`, `[${output}, ${progress}]`),
      );
      expect([text.length, steps]).toEqual([300, 500]);
      await tab.close();
      expect(browser.troubles).toEqual([]);
    });

    it.skipIf(isMissing)('a page from disk writes with a file that was chosen', async () => {
      const tab = await browser.open(pathToFileURL(join(folder, 'disk.html')).href);
      const checkpoint = JSON.stringify(await readFile(CHECKPOINT, 'utf8'));
      await tab.ask(`(() => {
        const chosen = new DataTransfer();
        chosen.items.add(new File([${checkpoint}], 'book.json'));
        const input = document.querySelector('input');
        input.files = chosen.files;
        input.dispatchEvent(new Event('change'));
        return true;
      })()`);
      const output = "document.querySelector('pre').textContent";
      const text = await tab.ask<string>(once(`${output}.length === 504`, output));
      expect(text).toMatch(/^The /);
      await tab.close();
      expect(browser.troubles).toEqual([]);
    });
  });
});
