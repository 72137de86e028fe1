import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, rnn, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { BROWSERS, serve, type Tab, type TabBrowser } from '../support/tabs.ts';

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

/** What may run on a page: its own files, and WebAssembly. What a worker imports counts as a worker as well. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const FILES = {
  'page.html': '<!doctype html><title>page</title><script type="module" src="page.js"></script>',
  'page.js': "import * as rnn from './library.js'; globalThis.rnn = rnn;",
  'bundled.html': '<!doctype html><title>page</title><script src="bundled.js"></script>',
  'old.html':
    '<!doctype html><title>page</title><script src="old.js"></script><script type="module" src="page.js"></script>',
  'old.js': 'delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer;',
  'worker.js': `import { train } from './library.js';
    addEventListener('message', async ({ data: { text, settings } }) => {
      const run = train({ text }, settings);
      let steps = 0;
      for await (const { event } of run) if (event === 'step') steps++;
      postMessage({ steps, file: await (await run.toBlob()).text() });
    });`,
};

/** A page's own account of itself, and of what a model writes and measures there. */
const WRITE = `async ({ text, name, seed }) => {
  const model = await rnn.load(name ?? new Blob([text]));
  const written = await model.sample({ seed, rngSeed: 7, length: 2000 }).text();
  const evaluation = await model.evaluate({ text: written });
  const [likeliest] = model.session('THE K').next({ top: 1 });
  return { isolated: crossOriginIsolated, secure: isSecureContext, shared: 'SharedArrayBuffer' in globalThis,
    numerics: model.numerics, written, evaluation, likeliest };
}`;
/** Trains in a worker: its own file, or a Blob that imports that file. */
const TRAIN = `async ({ blob, ...data }) => {
  const file = new URL('worker.js', location.href).href;
  const script = new Blob(['import ' + JSON.stringify(file)], { type: 'text/javascript' });
  const worker = new Worker(blob ? URL.createObjectURL(script) : file, { type: 'module' });
  worker.postMessage(data);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}`;

const TRAIN_HERE = `async ({ text, settings }) => {
  const { numerics, step } = await rnn.train({ text }, settings).model;
  return { numerics, step };
}`;
const NUMERICS = `async (backend) =>
  rnn.load('rnn.json', { backend }).then(({ numerics }) => numerics, ({ message }) => message)`;

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

describe('the library in a browser', () => {
  const folder = temporaryFolder();
  /** text and figures of the command line by cell */
  const expected = new Map<string, { text: string; evaluation: object }>();
  let trained: string;
  let server: ReturnType<typeof serve>;

  beforeAll(async () => {
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
    await copyFile(join(ROOT, 'dist/browser/index.js'), join(folder, 'library.js'));
    const bundle = await rolldown({ input: join(folder, 'page.js'), platform: 'browser' });
    await bundle.write({ file: join(folder, 'bundled.js'), format: 'iife' });
    for (const cell of CELLS) {
      await copyFile(example(cell), join(folder, `${cell}.json`));
      expected.set(cell, await writtenBy(cell));
    }
    trained = await trainedFile();
    server = serve(folder);
  }, 240_000);
  afterAll(() => server?.close());

  async function writtenBy(cell: string) {
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
    return { text, evaluation };
  }

  async function trainedFile(): Promise<string> {
    await writeFile(join(folder, 'text.txt'), TEXT);
    const flags = Object.entries(SETTINGS).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    const { code, stderr } = await rnn(['train', 'text.txt', ...flags, ...PLAIN, '--threads', '1'], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([0, expect.anything()]);
    return readFile(join(folder, 'checkpoints/text.json'), 'utf8');
  }

  describe.each(BROWSERS)('in $name', ({ isMissing, launch }) => {
    let browser: TabBrowser;
    const open = (address: string, headers: Record<string, string>): Promise<Tab> => {
      server.headers = headers;
      return browser.open(address);
    };
    const run = <T>(tab: Tab, program: string, given: unknown = {}) =>
      tab.ask<T>(`(${program})(${JSON.stringify(given)})`);

    beforeAll(async () => {
      if (!isMissing) browser = await launch();
    }, 240_000);
    afterAll(() => browser?.close(), 60_000);

    it.skipIf(isMissing).each(CELLS)('writes the text of the command line, %s', async (cell) => {
      const { text, evaluation } = expected.get(cell)!;
      const checkpoint = await readFile(example(cell), 'utf8');
      const policy = { 'content-security-policy': POLICY };
      const isolation = {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      };
      const places: [address: string, headers: Record<string, string>, facts: Partial<Written>][] = [
        [server.at('localhost', 'page.html'), policy, { isolated: false, secure: true, shared: false }],
        [server.at('plain.test', 'page.html'), policy, { isolated: false, secure: false, shared: false }],
        [server.at('localhost', 'page.html'), { ...policy, ...isolation }, { isolated: true, shared: true }],
        [pathToFileURL(join(folder, 'bundled.html')).href, {}, { isolated: false, shared: false }],
      ];
      for (const [address, headers, facts] of places) {
        const tab = await open(address, headers);
        const given = address.startsWith('file:') ? { text: checkpoint } : { name: `${cell}.json` };
        const found = await run<Written>(tab, WRITE, { seed: SEED, ...given });
        expect(found).toMatchObject({ ...facts, numerics: 'wasm-simd128', written: text, evaluation });
        expect(found.likeliest).toMatchObject({ character: 'E' });
        await tab.close();
      }
      expect(browser.troubles).toEqual([]);
    });

    it.skipIf(isMissing).each([
      ['its own file', "'self'"],
      ['a Blob', "'self' blob:"],
    ])('trains in a worker from %s to the bytes of the command line', async (_, sources) => {
      const policy = POLICY.replace("worker-src 'self'", `worker-src ${sources}`);
      const tab = await open(server.at('plain.test', 'page.html'), { 'content-security-policy': policy });
      const given = { text: TEXT, settings: SETTINGS, blob: sources.includes('blob:') };
      const found = await run<{ steps: number; file: string }>(tab, TRAIN, given);
      expect(found.steps).toBe(200);
      expect(found.file).toBe(trained);
      await tab.close();
      expect(browser.troubles).toEqual([]);
    });

    it.skipIf(isMissing)('computes by the reference where a page forbids WebAssembly', async () => {
      const policy = POLICY.replace(" 'wasm-unsafe-eval'", '');
      const tab = await open(server.at('localhost', 'page.html'), { 'content-security-policy': policy });
      expect(await run(tab, NUMERICS, 'auto')).toBe('reference');
      expect(await run(tab, NUMERICS, 'wasm')).toBe(
        'backend wasm: this page cannot run WebAssembly with SIMD; choose another or drop backend',
      );
      expect(await run(tab, NUMERICS, 'native')).toBe(
        'backend native: a browser has none; choose another or drop backend',
      );
      await tab.close();
      browser.troubles.length = 0;
    });

    it.skipIf(isMissing)(
      'computes by the reference where there is no WebAssembly and no shared memory',
      async () => {
        const tab = await open(server.at('localhost', 'old.html'), { 'content-security-policy': POLICY });
        expect(await run(tab, NUMERICS, 'wasm')).toMatch(/^backend wasm: this page cannot run WebAssembly/);
        const { text } = expected.get('rnn')!;
        const found = await run<Written>(tab, WRITE, { seed: SEED, name: 'rnn.json' });
        expect(found).toMatchObject({ shared: false, numerics: 'reference', likeliest: { character: 'E' } });
        // another exp and tanh: the same probabilities but for the last digits, so the same text for a while
        expect(found.written.slice(0, 100)).toBe(text.slice(0, 100));
        const given = { text: TEXT.slice(0, 1000), settings: { hidden: 5, steps: 20 } };
        expect(await run(tab, TRAIN_HERE, given)).toEqual({ numerics: 'reference', step: 20 });
        await tab.close();
        expect(browser.troubles).toEqual([]);
      },
    );

    it.skipIf(isMissing)('an abort ends a sample with its reason', async () => {
      const tab = await open(server.at('localhost', 'page.html'), { 'content-security-policy': POLICY });
      const body = `async () => {
        const model = await rnn.load('rnn.json');
        const abort = new AbortController();
        setTimeout(() => abort.abort(new Error('enough')));
        let characters = 0;
        try {
          for await (const piece of model.sample({ length: 1e12, signal: abort.signal })) characters += piece.length;
        } catch (error) {
          return [error === abort.signal.reason, characters > 0];
        }
      }`;
      expect(await run(tab, body)).toEqual([true, true]);
      await tab.close();
    });
  });
});
