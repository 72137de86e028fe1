import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load, RnnError, type TrainEvent, type TrainOptions, type TrainRun, train } from '@rnn-lecture/rnn';
import { describe, expect, it } from 'vitest';
import { corpus, jsonLines, ROOT, rnn, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { refusalOf } from '../support/refusal.ts';

const TEXT = { text: someText(900) };
const SMALL: TrainOptions = { hidden: 7, seqLength: 6, batchSize: 3, evalEvery: 10, steps: 45, patience: 0 };

async function eventsOf(run: TrainRun): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const refusal = refusalOf(RnnError);

describe('a run', () => {
  it('is that of the command line: the same events, the same bytes', async () => {
    const cwd = temporaryFolder();
    const flags = [
      '--hidden',
      '9',
      '--steps',
      '60',
      '--average',
      '0.9',
      '--sample-every',
      '30',
      '--rng-seed',
      '5',
    ];
    const { code, stdout } = await rnn(['train', corpus('hello.txt'), ...flags, '--json'], { cwd });
    expect(code).toBe(0);
    const run = train(corpus('hello.txt'), {
      hidden: 9,
      steps: 60,
      average: 0.9,
      sampleEvery: 30,
      rngSeed: 5,
    });
    const events = await eventsOf(run);
    await run.save(join(cwd, 'own.json'));
    expect(await readFile(join(cwd, 'own.json'), 'utf8')).toBe(
      await readFile(join(cwd, 'checkpoints/hello.json'), 'utf8'),
    );
    const own = ({ event, step, text, bpc, validationBpc }: Record<string, unknown>) => ({
      event,
      step,
      text,
      bpc,
      validationBpc,
    });
    expect(events.filter(({ event }) => event !== 'save').map((event) => own({ ...event }))).toEqual(
      jsonLines(stdout)
        .filter(({ event }) => event !== 'save')
        .map(own),
    );
    const model = await run.model;
    await model.save(join(cwd, 'best.json'));
    expect(await readFile(join(cwd, 'best.json'), 'utf8')).toBe(
      await readFile(join(cwd, 'checkpoints/hello.best.json'), 'utf8'),
    );
  });

  it('goes on to its end for who asks for its model alone', async () => {
    const model = await train(TEXT, SMALL).model;
    expect([model.step, model.best?.step, model.settings.hidden]).toEqual([model.best!.step, model.step, 7]);
    expect(model.step).toBeGreaterThan(0);
    // without a validation text the last state is the model
    const last = await train(TEXT, { ...SMALL, steps: 13, evalEvery: 5, validationFraction: 0 }).model;
    expect(last.settings.validationFraction).toBe(0);
  });

  it('keeps the pace of who iterates, whatever was asked for before', async () => {
    const run = train(TEXT, SMALL);
    const { model } = run;
    const events = await eventsOf(run);
    expect(events.filter(({ event }) => event === 'step')).toHaveLength(45);
    expect(events[0]).toEqual({
      event: 'start',
      step: 0,
      steps: 45,
      epoch: 0,
      stepsPerEpoch: 44,
      parameters: expect.any(Number),
      notes: [],
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'finished', step: 45 });
    expect((await model).step).toBeGreaterThan(0);
    expect((await refusal(() => run[Symbol.asyncIterator]())).message).toBe(
      'the run has begun; iterate over it once',
    );
  });

  it('ends when the loop is left, and what it has learned is there', async () => {
    const run = train(TEXT, { ...SMALL, steps: 1e9 });
    for await (const event of run) if (event.event === 'step' && event.step === 17) break;
    expect((await run.model).step).toBe(10);
    const unmeasured = train(TEXT, { ...SMALL, steps: 1e9, evalEvery: 1e6 });
    for await (const event of unmeasured) if (event.event === 'step' && event.step === 17) break;
    expect((await unmeasured.model).step).toBe(17);
  });

  it('ends when it is stopped, after its last whole step', async () => {
    const run = train(TEXT, { ...SMALL, steps: 1e9 });
    const events: TrainEvent[] = [];
    for await (const event of run) {
      events.push(event);
      if (event.event === 'step' && event.step === 14) run.stop();
    }
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'stopped', step: 14 });
    const early = train(TEXT, SMALL);
    early.stop();
    expect((await eventsOf(early)).map(({ event }) => event)).toEqual(['start', 'done']);
    expect((await early.model).step).toBe(0);
  });

  it('is held by pause until resume', async () => {
    const run = train(TEXT, SMALL);
    const iterator = run[Symbol.asyncIterator]();
    while ((await iterator.next()).value?.event !== 'step');
    run.pause();
    let came = false;
    const next = iterator.next().then(({ value }) => {
      came = true;
      return value;
    });
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(came).toBe(false);
    run.resume();
    expect(await next).toMatchObject({ event: 'step', step: 2 });
    await iterator.return?.(undefined);
  });

  it('saved between its steps goes on as if it had not been stopped, with the command line too', async () => {
    const cwd = temporaryFolder();
    const text = join(cwd, 'text.txt');
    await writeFile(text, TEXT.text);
    const run = train(text, SMALL);
    for await (const event of run) {
      if (event.event === 'step' && event.step === 23) await run.save(join(cwd, 'middle.json'));
    }
    await run.save(join(cwd, 'end.json'));
    const { code } = await rnn(['train', text, '--resume', join(cwd, 'middle.json')], { cwd });
    expect(code).toBe(0);
    expect(await readFile(join(cwd, 'middle.json'), 'utf8')).toBe(
      await readFile(join(cwd, 'end.json'), 'utf8'),
    );
    expect((await load(join(cwd, 'middle.json'))).step).toBe(45);
  });

  it('an abort ends it with its reason, for who iterates and who waits for the model', async () => {
    const abort = new AbortController();
    const run = train(TEXT, { ...SMALL, steps: 1e9, signal: abort.signal });
    const reason = new Error('enough');
    let steps = 0;
    const reading = (async () => {
      for await (const { event } of run) if (event === 'step' && ++steps === 5) abort.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(run.model).rejects.toBe(reason);
    expect(steps).toBe(5);
    await expect(train(TEXT, { signal: abort.signal }).model).rejects.toBe(reason);
  });

  it('that was ended by an abort within a step can be saved no more', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const run = train(TEXT, { ...SMALL, steps: 1e9, signal: abort.signal });
    const reading = (async () => {
      for await (const { event } of run) if (event === 'step') abort.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(run.toBlob()).rejects.toBe(reason);
    await expect(run.save('no/file.json')).rejects.toBe(reason);
  });

  it('that is left before its first event has no model', async () => {
    const run = train(TEXT, SMALL);
    const reading = run[Symbol.asyncIterator]();
    expect(await reading.return?.()).toEqual({ done: true, value: undefined });
    expect((await refusal(() => run.model)).message).toBe('the run was left before it had begun');
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('of several threads gives the same bytes', async () => {
    const settings = { ...SMALL, hidden: 19, batchSize: 41, steps: 6 };
    const blobs = [1, 2].map(async (threads) => {
      const run = train(TEXT, { ...settings, threads });
      await run.model;
      return (await run.toBlob()).text();
    });
    const [one, two] = await Promise.all(blobs);
    expect(two).toBe(one);
  });

  it('validates on a text of its own, which it must not train on', async () => {
    const run = train(TEXT, { ...SMALL, validation: { text: 'the sea and the light, hello' } });
    const events = await eventsOf(run);
    expect(events.filter((event) => event.event === 'evaluate' && event.validationBpc !== null)).toHaveLength(
      4,
    );
    expect((await run.model).vocabulary).toContain(',');
    const error = await refusal(() => train(TEXT, { validation: TEXT }).model);
    expect([error.code, error.message, error.setting]).toEqual([
      'usage',
      'validation: this text is trained on as well; name a text that is not',
      'validation',
    ]);
  });

  it('begins with what had to be changed', async () => {
    const [start] = await eventsOf(
      train({ text: 'hello world, hello' }, { steps: 1, batchSize: 9, seqLength: 7 }),
    );
    expect(start).toMatchObject({
      notes: [
        '18 characters are too few for a validation text (a fraction of 0.1), so there is none',
        'batch-size 9 lowered to 2, the most that 18 training characters allow',
      ],
    });
  });

  it('takes a preset, which settings override', async () => {
    const model = await train(TEXT, { preset: 'small', hidden: 11, steps: 3 }).model;
    expect(model.settings).toMatchObject({ hidden: 11, learningRate: 0.005, steps: 3 });
  });

  it('says at once what is wrong with its settings, and with its text when it is read', async () => {
    const one = await refusal(() => train(TEXT, { hidden: 0.5 }));
    expect(one).toMatchObject({
      code: 'config',
      message: 'hidden: expected an integer from 1 to 65536, got 0.5',
      setting: 'hidden',
      expected: 'an integer from 1 to 65536',
      got: '0.5',
    });
    const several = await refusal(() => train(TEXT, { cell: 'gruu', hiden: 3 } as never));
    expect(several.message).toBe(
      'cell: expected rnn, lstm, gru, got "gruu"; did you mean gru?\nhiden: no such setting; did you mean hidden?',
    );
    const misfits: [string, unknown, unknown?][] = [
      ['the options: expected an object of settings, got null', TEXT, null],
      ['the options: expected an object of settings, got number', TEXT, 5],
      ['the options: expected an object of settings, got a list', TEXT, []],
      ['signal: expected an AbortSignal, got number', TEXT, { signal: 5 }],
      ['hidden: expected an integer from 1 to 65536, got 7', TEXT, { hidden: 7n }],
      ['the text: expected names, { text }, a Blob or bytes, got number', 5],
      ['the text: expected names, { text }, a Blob or bytes, got boolean', true],
    ];
    for (const [message, text, options] of misfits)
      expect((await refusal(() => train(text as never, options as never).model)).message).toBe(message);
    const messages = {
      'the text: expected text to learn from, got none (empty)': { text: '' },
      'nowhere.txt: no such file or folder; check the name': 'nowhere.txt',
      'the text: byte 0xff at offset 1 (line 1) is not utf-8; expected utf-8 text: give its encoding, or use invalid replace or unit byte':
        Uint8Array.of(0x61, 0xff, 0x61),
    };
    for (const [message, text] of Object.entries(messages))
      expect((await refusal(() => train(text).model)).message).toBe(message);
    expect((await refusal(() => train(TEXT).save('x.json'))).message).toBe(
      'the run has not begun; save it from its first event on',
    );
  });
});

describe('the library', () => {
  it('prints nothing and lets the program end', async () => {
    const program = `
      import { load, train } from ${JSON.stringify(join(ROOT, 'dist/lib/index.js'))};
      const run = train({ text: ${JSON.stringify(TEXT.text)} }, { hidden: 19, batchSize: 41, steps: 4, threads: 2 });
      for await (const event of run);
      const model = await run.model;
      await model.evaluate({ text: 'the light' });
      for await (const piece of model.sample({ length: 1e9 })) break;
      const before = ['SIGINT', 'SIGTERM', 'uncaughtException'].map((name) => process.listenerCount(name));
      if (before.join() !== '0,0,0') throw new Error(before.join());
      const left = train({ text: ${JSON.stringify(TEXT.text)} }, { hidden: 19, batchSize: 41, threads: 2 });
      for await (const event of left) if (event.event === 'step') break;
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output).toBe('');
  });
});
