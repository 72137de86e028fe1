import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { load } from '@rnn-lecture/rnn';
import { describe, expect, it, vi } from 'vitest';
import { corpus, rnn, temporaryFolder } from '../support/cli.ts';
import { example, LSTM, printed, QUICK, refusal } from '../support/library.ts';

describe('a sample', () => {
  it.each(['rnn', 'lstm', 'gru'])('of the example of the %s is that of the command line', async (cell) => {
    const model = await load(example(cell));
    const flags = ['--len', '700', '--temperature', '0.6', '--min-p', '0.02', '--repetition-penalty', '1.4'];
    const settings = { length: 700, temperature: 0.6, minP: 0.02, repetitionPenalty: 1.4 };
    for (const seed of ['THE K', '']) {
      const { text } = await printed<{ text: string }>(
        ...['sample', example(cell), '--seed', seed, '--rng-seed', '7', ...flags],
      );
      const sample = model.sample({ seed, rngSeed: 7, ...settings });
      expect(await sample.text()).toBe(text);
      // each reading writes it anew
      const pieces: string[] = [];
      for await (const piece of sample) pieces.push(piece);
      expect(pieces.join('')).toBe(text);
      expect(pieces.length).toBe(700 + Number(seed !== ''));
      expect(await new Response(sample.stream()).text()).toBe(text);
    }
  });

  it('of bytes comes as whole characters', async () => {
    const folder = temporaryFolder();
    const args = ['train', corpus('hangul.txt'), '--unit', 'byte', '--hidden', '21', '--steps', '40'];
    expect((await rnn(args, { cwd: folder })).code).toBe(0);
    const path = join(folder, 'checkpoints/hangul.json');
    const model = await load(path);
    const { text } = await printed<{ text: string }>(
      ...['sample', path, '--seed', '한', '--rng-seed', '3', '--len', '301'],
    );
    const sample = model.sample({ seed: '한', rngSeed: 3, length: 301 });
    const pieces: string[] = [];
    for await (const piece of sample) pieces.push(piece);
    expect(pieces.join('')).toBe(text);
    expect(await sample.text()).toBe(text);
    expect(pieces.filter((piece) => piece === '')).toEqual([]);
    const bytes = new Uint8Array(await new Response(sample.stream()).arrayBuffer());
    expect(bytes.length).toBe(3 + 301);
    expect(new TextDecoder().decode(bytes)).toBe(text);
  });

  it('leaves out its seed, ends at a stop, and names its random seed', async () => {
    const model = await load(LSTM);
    const settings = { seed: 'THE K', rngSeed: 4, length: 200 };
    const whole = await model.sample(settings).text();
    expect(whole.slice(0, 5)).toBe('THE K');
    expect([...whole].length).toBe(205);
    expect(await model.sample({ ...settings, echo: false }).text()).toBe(whole.slice(5));
    const stop = whole.slice(40, 44);
    const stopped = await model.sample({ ...settings, stop }).text();
    expect(stopped).toBe(whole.slice(0, whole.indexOf(stop, 6) + 4));
    expect(await model.sample({ seed: 'A', length: 0 }).text()).toBe('A');
    const drawn = model.sample({ length: 90 });
    expect(await model.sample({ length: 90, rngSeed: drawn.rngSeed }).text()).toBe(await drawn.text());
    expect(model.sample({ length: 90 }).rngSeed).not.toBe(drawn.rngSeed);
  });

  it('is the same whoever else reads and writes meanwhile', async () => {
    const model = await load(LSTM);
    const texts = await Promise.all(
      [1, 2, 3].map((rngSeed) => load(LSTM).then((own) => own.sample({ rngSeed }).text())),
    );
    const iterators = [1, 2, 3].map((rngSeed) => model.sample({ rngSeed })[Symbol.asyncIterator]());
    const session = model.session('THE K');
    const expected = session.next({ top: 5 });
    const written = ['', '', ''];
    for (let i = 0; i < 200; i++) {
      for (const [n, iterator] of iterators.entries()) written[n] += (await iterator.next()).value;
      if (i % 50 === 0) expect(session.next({ top: 5 })).toEqual(expected);
    }
    expect(written).toEqual(texts);
  });

  it('an abort ends it with its reason, long before its length', async () => {
    const model = await load(LSTM);
    const abort = new AbortController();
    const { signal } = abort;
    let characters = 0;
    const reading = (async () => {
      for await (const piece of model.sample({ length: 1e12, signal })) {
        characters += piece.length;
        if (characters === 1000) setTimeout(() => abort.abort(new Error('enough')));
      }
    })();
    await expect(reading).rejects.toBe(
      await new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason))),
    );
    expect(characters).toBeGreaterThanOrEqual(1000);
    expect(characters).toBeLessThan(1e8);
    await expect(model.sample({ signal }).text()).rejects.toThrow(new Error('enough'));
    await expect(new Response(model.sample({ signal }).stream()).text()).rejects.toThrow(new Error('enough'));
    expect(await model.sample({ length: 5 }).text()).toHaveLength(5);
  });

  it('lets the event loop serve others', async () => {
    const model = await load(LSTM);
    const abort = new AbortController();
    let turns = 0;
    const count = () => {
      if (++turns === 5) abort.abort();
      else setImmediate(count);
    };
    setImmediate(count);
    await expect(model.sample({ length: 1e12, signal: abort.signal }).text()).rejects.toThrow('aborted');
    expect(turns).toBe(5);
  });

  it('serves three readers of a server at once, and who leaves costs nothing more', async () => {
    const model = await load(LSTM);
    const ended: string[] = [];
    const server = createServer(async (request, response) => {
      const rngSeed = Number(request.url!.slice(1));
      const length = rngSeed === 9 ? 1e12 : 3000;
      const reader = model.sample({ rngSeed, length }).stream().getReader();
      response.on('close', () => void reader.cancel());
      for (let next = await reader.read(); !next.done; next = await reader.read()) response.write(next.value);
      ended.push(request.url!);
      response.end();
    }).listen(0);
    const url = (path: number) => `http://localhost:${(server.address() as AddressInfo).port}/${path}`;
    const left = await fetch(url(9));
    await left.body!.getReader().read();
    const texts = await Promise.all([1, 2, 3].map(async (path) => (await fetch(url(path))).text()));
    for (const [i, text] of texts.entries())
      expect(text).toBe(await model.sample({ rngSeed: i + 1, length: 3000 }).text());
    expect([...ended].sort()).toEqual(['/1', '/2', '/3']);
    await left.body!.cancel().catch(() => {});
    server.closeAllConnections();
    await vi.waitFor(() => expect(ended).toContain('/9'));
    server.close();
  });

  it('takes no memory that it does not give back', async () => {
    const model = await load(LSTM, QUICK);
    const grow = vi.spyOn(
      (globalThis as unknown as { WebAssembly: { Memory: { prototype: { grow(): void } } } }).WebAssembly
        .Memory.prototype,
      'grow',
    );
    for (let rngSeed = 0; rngSeed < 200; rngSeed++) {
      await model.sample({ length: 20, rngSeed }).text();
      for await (const _ of model.sample({ length: 20, rngSeed })) break;
      model.session('THE').clone().feed('RE');
    }
    expect(grow).toHaveBeenCalledTimes(0);
    grow.mockRestore();
  });

  it('says what is wrong with its settings', async () => {
    const model = await load(LSTM);
    const wrong = await refusal(() => model.sample({ temperature: 0 }));
    expect(wrong).toMatchObject({
      code: 'config',
      message:
        'temperature: expected a number above 0, at most 1000000, or --greedy for the most probable character each time, got 0',
      setting: 'temperature',
      got: '0',
    });
    const unknown = await refusal(() => model.sample({ seed: 'née' }));
    expect([unknown.code, unknown.message, unknown.hint]).toEqual([
      'seed',
      'seed: the model does not know "é" (nearest known: "E" "e"); leave them out, or add unknown skip',
      'leave them out, or add unknown skip',
    ]);
    const texts = {
      'temperatur: no such setting; did you mean temperature?': { temperatur: 1 },
      'length: expected an integer from 0 to 1000000000000, got "9"': { length: '9' },
      'seed: expected text to continue, got none that the model knows (2 left out)': {
        seed: '한글',
        unknown: 'skip',
      },
      'stop: the model does not know "%"; it can never write that; name another string': { stop: '%' },
    };
    for (const [message, options] of Object.entries(texts))
      expect((await refusal(() => model.sample(options as never))).message).toBe(message);
    expect(await model.sample({ seed: 'née', unknown: 'skip', length: 0 }).text()).toBe('ne');
  });

  it('says what is no setting at all', async () => {
    const model = await load(LSTM);
    const misfits: [string, () => unknown][] = [
      ['the options: expected an object of settings, got null', () => model.sample(null as never)],
      ['signal: expected an AbortSignal, got object', () => model.sample({ signal: {} as never })],
      ['signal: expected an AbortSignal, got string', () => load(LSTM, { signal: 'now' as never })],
      ['the options: expected an object of settings, got null', () => load(LSTM, null as never)],
      ['the options: expected an object of settings, got number', () => model.inspect(5 as never)],
      ['seed: expected a string, got number', () => model.session(5 as never)],
      ['text: expected a string, got undefined', () => model.session().feed(undefined as never)],
      ['the options: expected an object of settings, got string', () => model.session().next('a' as never)],
      [
        'length: expected an integer from 0 to 1000000000000, got 9',
        () => model.sample({ length: 9n as never }),
      ],
    ];
    for (const [message, work] of misfits) expect((await refusal(work)).message).toBe(message);
  });
});
