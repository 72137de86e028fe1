import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { load } from '@rnn-lecture/rnn';
import { describe, expect, it } from 'vitest';
import { LSTM, QUICK, refusal } from '../support/library.ts';

describe('load', () => {
  it('takes a name, a URL, a Blob and bytes', async () => {
    const bytes = await readFile(LSTM);
    const server = createServer((_, response) => response.end(bytes)).listen(0);
    const { port } = server.address() as AddressInfo;
    const sources = [
      LSTM,
      pathToFileURL(LSTM),
      new URL(`http://localhost:${port}/model.json`),
      new Blob([bytes]),
      bytes,
      new Uint8Array(bytes).buffer,
    ];
    for (const source of sources) {
      const model = await load(source, QUICK);
      expect([model.parameters, model.step, model.numerics]).toEqual([13_079, 1620, 'wasm-simd128']);
      expect(model.settings).toMatchObject({ cell: 'lstm', hidden: 32, layers: 1, rngSeed: 1 });
      expect([model.vocabulary.length, model.vocabulary.slice(0, 5)]).toEqual([
        55,
        ['\n', ' ', '!', "'", ','],
      ]);
      expect(model.best?.step).toBe(1600);
    }
    server.close();
  });

  it('says of each source what is wrong with it', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/') return response.writeHead(404).end();
      return response.writeHead(200, { 'content-length': 99 }).write('{"format"', () => response.destroy());
    }).listen(0);
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const messages = {
      [`${url}: expected a file, got status 404`]: new URL(url),
      [`${url}cut: its connection ended early`]: new URL(`${url}cut`),
      'nowhere.json: no such file; expected a checkpoint written by rnn train': 'nowhere.json',
      'the model: expected a checkpoint ("format": "rnn-checkpoint"), got some other JSON': new Blob(['[1]']),
      'the model: expected a checkpoint (JSON text), got a binary file': Uint8Array.of(0xff, 0xfe),
      'the model: expected a file name, a URL, a Blob or bytes, got number': 5 as never,
    };
    for (const [message, source] of Object.entries(messages)) {
      expect((await refusal(() => load(source))).message).toBe(message);
    }
    server.close();
    const error = await refusal(() => load(LSTM, { backend: 'gpu' as never, threads: 0 }));
    expect(error.message).toBe(
      'backend: expected auto, native, wasm, wasm-simd128, reference, got "gpu"\nthreads: expected an integer from 1 to 256, got 0',
    );
  });

  it('an abort ends it with its reason', async () => {
    const server = createServer(() => {}).listen(0);
    const url = new URL(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const abort = new AbortController();
    const loading = load(url, { signal: abort.signal });
    abort.abort(new Error('not wanted'));
    await expect(loading).rejects.toThrow(new Error('not wanted'));
    await expect(load(LSTM, { signal: abort.signal })).rejects.toBe(abort.signal.reason);
    server.closeAllConnections();
    server.close();
  });
});
