import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { launch, NO_CHROMIUM } from './browser.ts';
import { launchFirefox, NO_FIREFOX } from './firefox.ts';

/* Chromium and Firefox alike, for tests of what runs on a page but not of what it looks like. */

export interface Tab {
  /** the value of an expression, or what its promise becomes, as JSON tells it */
  ask<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export interface TabBrowser {
  /** what pages said on their consoles, and errors that nobody caught */
  readonly troubles: string[];
  /** once the page's scripts have run; plain.test is this machine as well, but no secure context */
  open(address: string): Promise<Tab>;
  close(): Promise<void>;
}

async function launchChromium(): Promise<TabBrowser> {
  const browser = await launch('--host-resolver-rules=MAP plain.test 127.0.0.1');
  const troubles: string[] = [];
  return {
    troubles,
    async open(address) {
      const page = await browser.newPage();
      page.on('console', (message) => troubles.push(message.text()));
      page.on('pageerror', ({ message }) => troubles.push(message));
      // how long it may take is for the test to say
      await page.goto(address, { timeout: 0 });
      return {
        ask: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** For describe.each; the name says why a suite is skipped. */
export const BROWSERS = [
  { name: 'Chromium', isMissing: NO_CHROMIUM, variable: 'CHROMIUM_PATH', launch: launchChromium },
  { name: 'Firefox', isMissing: NO_FIREFOX, variable: 'FIREFOX_PATH', launch: launchFirefox },
].map((browser) => ({
  ...browser,
  name: browser.isMissing
    ? `${browser.name} (skipped: not installed; install it or set ${browser.variable})`
    : browser.name,
}));

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.html': 'text/html',
  '.json': 'application/json',
};

/** A folder over HTTP, with the headers of the moment. */
export function serve(folder: string) {
  const served = { headers: {} as Record<string, string>, at, close: () => server.close() };
  const server = createServer((request, response) => {
    const name = new URL(request.url!, 'http://localhost').pathname.slice(1);
    readFile(join(folder, name)).then(
      (bytes) =>
        response.writeHead(200, { 'content-type': TYPES[extname(name)]!, ...served.headers }).end(bytes),
      () => response.writeHead(404).end(),
    );
  }).listen(0);
  function at(host: string, page: string): string {
    return `http://${host}:${(server.address() as AddressInfo).port}/${page}`;
  }
  return served;
}
