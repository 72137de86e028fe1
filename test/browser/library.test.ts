import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, NO_CHROMIUM, NOTE } from '../support/browser.ts';
import { ROOT, rnn, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';

const CELLS = ['rnn', 'lstm', 'gru'] as const;
const example = (cell: string): string => join(ROOT, `checkpoints/example-${cell}.json`);
const PLAIN = ['--backend', 'wasm-simd128'];
const SEED = 'THE KEEPER:';
const TEXT = someText(3000);
const SETTINGS = {
  cell: 'lstm',
  hidden: 13,
  seqLength: 9,
  batchSize: 3,
  steps: 200,
  average: 0.9,
  dropout: 0.1,
} as const;

/** What may run on a page: its own files, and WebAssembly. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.html': 'text/html',
  '.json': 'application/json',
};
const FILES = {
  'page.html': '<!doctype html><title>page</title><script type="module" src="page.js"></script>',
  'page.js': "import * as rnn from './library.js'; globalThis.rnn = rnn;",
  'bundled.html': '<!doctype html><title>page</title><script src="bundled.js"></script>',
  'worker.js': `import { train } from './library.js';
    addEventListener('message', async ({ data: { text, settings } }) => {
      const run = train({ text }, settings);
      let steps = 0;
      for await (const { event } of run) if (event === 'step') steps++;
      postMessage({ steps, file: await (await run.toBlob()).text() });
    });`,
};

/** A page's own account of itself, and of what a model writes and measures there. */
const WRITE = `async ({ text, seed }) => {
  const model = await rnn.load(text === undefined ? 'model.json' : new Blob([text]));
  const written = await model.sample({ seed, rngSeed: 7, length: 2000 }).text();
  const evaluation = await model.evaluate({ text: written });
  const [likeliest] = model.session('THE K').next({ top: 1 });
  return { isolated: crossOriginIsolated, secure: isSecureContext, shared: 'SharedArrayBuffer' in globalThis,
    numerics: model.numerics, written, evaluation, likeliest };
}`;
const TRAIN = `async (data) => {
  const worker = new Worker('worker.js', { type: 'module' });
  worker.postMessage(data);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}`;

interface Written {
  isolated: boolean;
  secure: boolean;
  shared: boolean;
  numerics: string;
  written: string;
  evaluation: object;
  likeliest: object;
}

async function printed<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await rnn([...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

describe.skipIf(NO_CHROMIUM)(`the library in a browser${NOTE}`, () => {
  const folder = temporaryFolder();
  /** text and figures of the command line by cell */
  const expected = new Map<string, { text: string; evaluation: object }>();
  let browser: Browser;
  let server: Server;
  let headers: Record<string, string> = {};
  const troubles: string[] = [];

  beforeAll(async () => {
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
    await copyFile(join(ROOT, 'dist/browser/index.js'), join(folder, 'library.js'));
    const bundle = await rolldown({ input: join(folder, 'page.js'), platform: 'browser' });
    await bundle.write({ file: join(folder, 'bundled.js'), format: 'iife' });
    for (const cell of CELLS) {
      const args = ['sample', example(cell), '--seed', SEED, '--rng-seed', '7', '--len', '2000', ...PLAIN];
      const { text } = await printed<{ text: string }>(...args);
      const file = join(folder, `${cell}.txt`);
      await writeFile(file, text);
      const {
        baselines: _,
        coldEvery: __,
        ...evaluation
      } = await printed<{ baselines: object; coldEvery: number }>(
        ...['eval', example(cell), file, '--threads', '1', ...PLAIN],
      );
      expected.set(cell, { text, evaluation });
    }
    server = createServer((request, response) => {
      const name = new URL(request.url!, 'http://localhost').pathname.slice(1);
      readFile(join(folder, name)).then(
        (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(name)]!, ...headers }).end(bytes),
        () => response.writeHead(404).end(),
      );
    }).listen(0);
    browser = await launch('--host-resolver-rules=MAP plain.test 127.0.0.1');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(address: string): Promise<Page> {
    const page = await browser.newPage();
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', ({ message }) => troubles.push(message));
    await page.goto(address);
    await page.waitForFunction('globalThis.rnn');
    return page;
  }
  const at = (host: string) => `http://${host}:${(server.address() as AddressInfo).port}/page.html`;
  const run = <T>(page: Page, body: string, given: unknown) =>
    page.evaluate(`(${body})(${JSON.stringify(given)})`) as Promise<T>;

  it.each(CELLS)('writes the text of the command line, %s', async (cell) => {
    const { text, evaluation } = expected.get(cell)!;
    await copyFile(example(cell), join(folder, 'model.json'));
    const checkpoint = await readFile(example(cell), 'utf8');
    const isolation = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    };
    const places: [address: string, headers: Record<string, string>, facts: Partial<Written>][] = [
      [
        at('localhost'),
        { 'content-security-policy': POLICY },
        { isolated: false, secure: true, shared: false },
      ],
      [
        at('plain.test'),
        { 'content-security-policy': POLICY },
        { isolated: false, secure: false, shared: false },
      ],
      [
        at('localhost'),
        { 'content-security-policy': POLICY, ...isolation },
        { isolated: true, shared: true },
      ],
      [pathToFileURL(join(folder, 'bundled.html')).href, {}, { isolated: false, shared: false }],
    ];
    for (const [address, sent, facts] of places) {
      headers = sent;
      const page = await open(address);
      const given = address.startsWith('file:') ? { text: checkpoint } : {};
      const found = await run<Written>(page, WRITE, { seed: SEED, ...given });
      expect(found).toMatchObject({ ...facts, numerics: 'wasm-simd128', written: text, evaluation });
      expect(found.likeliest).toMatchObject({ character: 'E' });
      await page.close();
    }
    expect(troubles).toEqual([]);
  });

  it('trains in a worker to the bytes of the command line', async () => {
    const text = join(folder, 'text.txt');
    await writeFile(text, TEXT);
    const flags = Object.entries(SETTINGS).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    const { code, stderr } = await rnn(['train', text, ...flags, ...PLAIN, '--threads', '1'], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([0, expect.anything()]);
    headers = { 'content-security-policy': POLICY };
    const page = await open(at('plain.test'));
    const found = await run<{ steps: number; file: string }>(page, TRAIN, { text: TEXT, settings: SETTINGS });
    expect(found.steps).toBe(200);
    expect(found.file).toBe(await readFile(join(folder, 'checkpoints/text.json'), 'utf8'));
    await page.close();
    expect(troubles).toEqual([]);
  });

  it('computes by the reference where a page forbids WebAssembly', async () => {
    await copyFile(example('rnn'), join(folder, 'model.json'));
    headers = { 'content-security-policy': POLICY.replace(" 'wasm-unsafe-eval'", '') };
    const page = await open(at('localhost'));
    const facts = (backend: string) =>
      run<string>(
        page,
        `async (backend) => rnn.load('model.json', { backend }).then(({ numerics }) => numerics, ({ message }) => message)`,
        backend,
      );
    expect(await facts('auto')).toBe('reference');
    expect(await facts('wasm')).toBe(
      'backend wasm: this page cannot run WebAssembly with SIMD; choose another or drop backend',
    );
    expect(await facts('native')).toBe('backend native: a browser has none; choose another or drop backend');
    await page.close();
    troubles.length = 0;
  });

  it('an abort ends a sample with its reason', async () => {
    await copyFile(example('rnn'), join(folder, 'model.json'));
    headers = { 'content-security-policy': POLICY };
    const page = await open(at('localhost'));
    const body = `async () => {
      const model = await rnn.load('model.json');
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error('enough')));
      let characters = 0;
      try {
        for await (const piece of model.sample({ length: 1e12, signal: abort.signal })) characters += piece.length;
      } catch (error) {
        return [error === abort.signal.reason, characters > 0];
      }
    }`;
    expect(await run(page, body, {})).toEqual([true, true]);
    await page.close();
  });
});
