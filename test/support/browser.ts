import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** For the names of suites that need a browser. */
export const NO_CHROMIUM = !existsSync(PATH);
export const NOTE = NO_CHROMIUM ? ' (skipped: no Chromium; install it or set CHROMIUM_PATH)' : '';

/** @param more arguments of Chromium */
export const launch = (...more: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
      ...more,
    ],
  });

export interface Opened {
  page: Page;
  /** console errors, page errors, and requests for anything but the file */
  troubles: string[];
}

export const DESKTOP = { viewport: { width: 1200, height: 900 } };
const DEVICES = {
  desktop: DESKTOP,
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
  wide: { viewport: { width: 1400, height: 900 } },
  projector: { viewport: { width: 1024, height: 768 } },
};
/** How a page is seen. */
export interface Sight {
  colorScheme: 'light' | 'dark';
  device: keyof typeof DEVICES;
}

/** Opens a file in a profile of its own; every request for anything else is refused and recorded. */
export async function openFile(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = DESKTOP,
  hash = '',
): Promise<Opened> {
  const context = await browser.newContext(options);
  // a machine may be busy with other things
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  const url = pathToFileURL(path).href;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  await context.route('**', async (route) => {
    const asked = route.request().url();
    if (asked.split('#')[0] === url || asked.startsWith('data:')) return route.continue();
    troubles.push(`request: ${asked}`);
    return route.abort();
  });
  await page.goto(`${url}${hash}`);
  return { page, troubles };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How a page may be seen: for it.each, with its name. */
export const SIGHTS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['desktop', 'phone'] as const).map((device): Sight => ({ colorScheme, device })),
);
export const SIGHT =
  'in $colorScheme on a $device: no error, no request, nothing for axe, no wider than the screen';

/**
 * All that is wrong with a page as it is first seen, with everything unfolded: see SIGHT.
 * @param ready selector of what stands there once the page's script has run
 * @param prepare what a reader does before
 */
export async function faults(
  browser: Browser,
  path: string,
  { colorScheme, device }: Sight,
  ready: string,
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const { page, troubles } = await openFile(browser, path, {
    ...DEVICES[device],
    colorScheme,
  });
  await page.locator(ready).first().waitFor();
  await prepare(page);
  await screenshot(page, `${basename(path, '.html')}-${colorScheme}-${device}`);
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
  troubles.push(...(await violations(page)));
  const [content, screen] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as number[];
  if (content !== screen) troubles.push(`${content} pixels wide on a screen of ${screen}`);
  await page.context().close();
  return troubles;
}

/** What axe finds against WCAG 2 A and AA: rule and elements. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })",
  )) as { violations: { id: string; nodes: { target: unknown[]; failureSummary: string }[] }[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Pictures to look at, where SCREENSHOTS names a folder. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
