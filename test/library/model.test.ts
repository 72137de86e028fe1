import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
// what a program installs
import { load, type Model, RnnError } from '@rnn-lecture/rnn';
import { describe, expect, it, vi } from 'vitest';
import { serialize } from '../../src/checkpoint/index.ts';
import { corpus, ROOT, rnn, temporaryFolder } from '../support/cli.ts';
import { refusalOf } from '../support/refusal.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const example = (cell: string): string => join(ROOT, `checkpoints/example-${cell}.json`);
const LSTM = example('lstm');
const QUICK = { backend: 'wasm-simd128' } as const;

const refusal = refusalOf(RnnError);

/** What a command prints as JSON. */
async function printed<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await rnn([...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

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

describe('a session', () => {
  it('tells what may come next, and goes on with what it is fed', async () => {
    const model = await load(LSTM);
    const session = model.session('THE K');
    const choices = session.next();
    expect(choices).toHaveLength(55);
    expect(choices[0]!.character).toBe('E');
    expect(choices.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    for (let i = 1; i < choices.length; i++)
      expect(choices[i]!.probability).toBeLessThanOrEqual(choices[i - 1]!.probability);
    expect(session.next({ top: 3 })).toEqual(choices.slice(0, 3));
    // temperature → ∞ is uniform
    for (const { probability } of session.next({ temperature: 1e6 }))
      expect(probability).toBeCloseTo(1 / 55, 4);
    expect(session.next({ topK: 1, top: 2 })).toEqual([
      { character: 'E', probability: 1 },
      { character: '\n', probability: 0 },
    ]);
  });

  it('writes what a greedy sample does', async () => {
    const model = await load(LSTM);
    for (const seed of ['THE', undefined]) {
      const session = model.session(seed);
      let text = seed ?? '';
      for (let i = 0; i < 60; i++) {
        const { character } = session.next({ top: 1 })[0]!;
        session.feed(character);
        text += character;
      }
      expect(text).toBe(await model.sample({ seed, greedy: true, length: 60 }).text());
    }
  });

  it('is cloned at its place, and each goes its own way', async () => {
    const model = await load(LSTM);
    const session = model.session('THE K');
    const clone = session.clone();
    expect(clone.next()).toEqual(session.next());
    const before = session.next();
    clone.feed('NIGHT');
    expect(session.next()).toEqual(before);
    expect(clone.next()).toEqual(model.session('THE KNIGHT').next());
  });

  it('reads nothing of a text with a character that the model does not know', async () => {
    const model = await load(LSTM);
    const session = model.session('THE K');
    const before = session.next();
    const error = await refusal(() => session.feed('EEé'));
    expect([error.code, error.message]).toEqual([
      'seed',
      'text: the model does not know "é" (nearest known: "E" "e"); leave them out',
    ]);
    expect(session.next()).toEqual(before);
    expect((await refusal(() => model.session('é'))).message).toBe(
      'seed: the model does not know "é" (nearest known: "E" "e"); leave them out',
    );
  });
});

describe('a measurement', () => {
  it('is that of the command line', async () => {
    const model = await load(LSTM);
    const {
      baselines: _,
      coldEvery: __,
      ...figures
    } = await printed<Record<string, unknown>>('eval', LSTM, corpus('tiny.txt'));
    expect(await model.evaluate(corpus('tiny.txt'))).toEqual(figures);
    const text = await readFile(corpus('tiny.txt'));
    for (const given of [new Blob([text]), text, { text: String(text) }, pathToFileURL(corpus('tiny.txt'))])
      expect(await model.evaluate(given)).toEqual(figures);
  });

  it('of each character is that of the command line', async () => {
    const model = await load(LSTM);
    const { units, bits } = await printed<{ units: string[]; bits: (number | null)[] }>(
      ...['eval', LSTM, corpus('hello.txt'), '--per-char'],
    );
    const found = [];
    for await (const surprise of model.surprise(corpus('hello.txt'))) found.push(surprise);
    expect(found).toEqual(units.map((character, i) => ({ character, bits: bits[i] })));
  });

  it('leaves out what the model does not know where it is asked to', async () => {
    const model = await load(LSTM);
    const text = { text: 'née and née' };
    const error = await refusal(() => model.evaluate(text));
    expect([error.code, error.message]).toEqual([
      'seed',
      'the text: the model does not know "é" (nearest known: "E" "e"); leave them out, or add unknown skip',
    ]);
    expect(await model.evaluate(text, { unknown: 'skip' })).toMatchObject({ characters: 8, skipped: 2 });
  });

  it('says which text cannot be measured', async () => {
    const model = await load(LSTM);
    const messages = {
      'nowhere.txt: no such file or folder; check the name': 'nowhere.txt',
      'the text: expected text to measure, got none (empty)': { text: '' },
      'the text: expected at least 2 known characters to measure, got 1': { text: 'a' },
      '-: expected the name of a file, folder or glob, got that of standard input, which belongs to the program; give its bytes as they come':
        '-',
      'the text: expected names, { text }, a Blob or bytes, got null': null,
      'the text: expected names, { text }, a Blob or bytes, got a list': [5],
    };
    for (const [message, text] of Object.entries(messages))
      expect((await refusal(() => model.evaluate(text as never))).message).toBe(message);
    const options = {
      'unknown: expected error, skip, got "Skip"; did you mean skip?': { unknown: 'Skip' },
      'uknown: no such setting; did you mean unknown?': { uknown: 'skip' },
      'invalid: expected error, replace, got 1': { invalid: 1 },
      'the options: expected an object of settings, got string': 'skip',
      'signal: expected an AbortSignal, got boolean': { signal: true },
    };
    for (const [message, given] of Object.entries(options))
      expect((await refusal(() => model.evaluate({ text: 'and' }, given as never))).message).toBe(message);
  });

  it('an abort ends it with its reason', async () => {
    const model = await load(LSTM);
    const signal = AbortSignal.abort(new Error('no'));
    await expect(model.evaluate({ text: 'and the' }, { signal })).rejects.toThrow(new Error('no'));
    const endless = (async function* () {
      while (true) yield new TextEncoder().encode('and the ');
    })();
    const abort = new AbortController();
    setImmediate(() => abort.abort(new Error('later')));
    await expect(model.evaluate(endless, { signal: abort.signal })).rejects.toThrow(new Error('later'));
  });
});

describe('a model', () => {
  it('is inspected as by the command line', async () => {
    const path = join(temporaryFolder(), 'small.json');
    await writeFile(path, serialize(lastCheckpoint(eventsOf(trainerOf({ steps: 5, hidden: 5 })))));
    const model = await load(path);
    const { skipped, ...expected } = await printed<Record<string, unknown>>(
      ...['inspect-gradients', path, '--lags', '5', '--anchors', '3', '--no-check'],
    );
    expect(skipped).toBe(0);
    const found: unknown = JSON.parse(
      JSON.stringify(await model.inspect({ lags: 5, anchors: 3, check: false })),
    );
    expect(found).toMatchObject({ lags: expected.lags, layers: expected.layers, horizon: expected.horizon });
    expect(Object.keys(found as object)).toEqual(Object.keys(expected));
    expect((await refusal(() => model.inspect({ lags: 1 }))).message).toBe(
      'lags: expected an integer from 2 to 10000, got 1',
    );
    const signal = AbortSignal.abort(new Error('no'));
    await expect(model.inspect({ lags: 5, signal })).rejects.toThrow(new Error('no'));
  });

  it('is exported as by the command line, and in no other format', async () => {
    const model = await load(LSTM);
    const folder = temporaryFolder();
    for (const [format, name] of [
      ['onnx', 'model.onnx'],
      ['safetensors', 'model.safetensors'],
      ['js', 'model.js'],
    ] as const) {
      await rnn(['export', LSTM, '--out', join(folder, name)]);
      const files = await model.export(format);
      expect(Object.keys(files)).toEqual([name]);
      expect(Buffer.compare(files[name]!, await readFile(join(folder, name)))).toBe(0);
    }
    for (const format of ['gguf', undefined]) {
      const error = await refusal(() => model.export(format as 'js'));
      expect(error.message).toBe(
        `format: expected onnx, safetensors, ml5, js, got ${format === undefined ? 'undefined' : '"gguf"'}`,
      );
    }
    expect((await refusal(() => model.export('ml5'))).message).toBe(
      'format ml5: its charRNN needs 2 layers of lstm, got 1 of lstm',
    );
  });

  it('is saved as it was read', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'model.json');
    const written = serialize(lastCheckpoint(eventsOf(trainerOf({ steps: 5, hidden: 9 }))));
    const model = await load(new Blob([written]));
    await model.save(path);
    expect(await readFile(path, 'utf8')).toBe(written);
    expect(await (await model.toBlob()).text()).toBe(written);
    expect((await refusal(() => model.save(join(folder, 'no/model.json')))).message).toBe(
      `${folder}/no/model.json: the checkpoint of step 5 could not be saved (ENOENT: no such file or directory)`,
    );
  });

  it('is what the run averaged', async () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 9, average: 0.9 })));
    const plain = {
      ...checkpoint,
      weights: checkpoint.average!,
      config: { ...checkpoint.config, average: 0 },
      average: null,
    };
    const [averaged, expected] = await Promise.all(
      [checkpoint, plain].map((kept) => load(new Blob([serialize(kept)]), QUICK)),
    );
    const next = (model: Model) => model.session('the').next();
    expect(next(averaged!)).toEqual(next(expected!));
  });

  it('is gone once it was disposed', async () => {
    const model = await load(LSTM);
    const session = model.session('THE');
    const sample = model.sample({ length: 5 });
    model[Symbol.dispose]();
    model[Symbol.dispose]();
    for (const use of [
      () => model.sample(),
      () => model.session(),
      () => model.evaluate({ text: 'and' }),
      () => session.next(),
      () => sample.text(),
    ]) {
      const error = await refusal(use);
      expect([error.code, error.message]).toEqual(['usage', 'the model was disposed; load it anew']);
    }
  });
});
