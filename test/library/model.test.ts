import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load, type Model } from '@rnn-lecture/rnn';
import { describe, expect, it } from 'vitest';
import { serialize } from '../../src/checkpoint/index.ts';
import { rnn, temporaryFolder } from '../support/cli.ts';
import { LSTM, printed, QUICK, refusal } from '../support/library.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

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
