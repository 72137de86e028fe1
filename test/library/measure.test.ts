import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { load } from '@rnn-lecture/rnn';
import { describe, expect, it } from 'vitest';
import { corpus } from '../support/cli.ts';
import { LSTM, printed, refusal } from '../support/library.ts';

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
