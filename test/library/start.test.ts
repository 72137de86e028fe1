import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  load,
  type ModelSource,
  RnnError,
  type TrainEvent,
  type TrainOptions,
  type TrainRun,
  train,
} from '@rnn-lecture/rnn';
import { train as trainInBrowser } from '@rnn-lecture/rnn/browser';
import { describe, expect, it } from 'vitest';
import { rnn, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { refusalOf } from '../support/refusal.ts';

const TEXT = { text: someText(900) };
const OTHER = { text: 'the sea and the light, hello: öäü' };
const SMALL = {
  cell: 'gru',
  hidden: 7,
  seqLength: 6,
  batchSize: 3,
  dropout: 0.1,
  average: 0.8,
  evalEvery: 10,
  schedule: 'constant',
  patience: 0,
} as const satisfies TrainOptions;
const refusal = refusalOf(RnnError);

async function startOf(run: AsyncIterable<TrainEvent>): Promise<Extract<TrainEvent, { event: 'start' }>> {
  for await (const event of run) if (event.event === 'start') return event;
  throw new Error('no start');
}

/** The run's file in the end. */
async function fileOf(run: Pick<TrainRun, 'toBlob'> & AsyncIterable<TrainEvent>): Promise<string> {
  for await (const _ of run);
  return (await run.toBlob()).text();
}

/** The file of a run of 22 steps, and as it would go on to 44. */
async function halves(): Promise<[half: string, whole: string]> {
  const half = await fileOf(train(TEXT, { ...SMALL, steps: 22 }));
  return [half, await fileOf(train(TEXT, { ...SMALL, steps: 44 }))];
}

describe('resume', () => {
  it('goes on to the bytes of a run that was not stopped, from each kind of source', async () => {
    const [half, whole] = await halves();
    const file = join(temporaryFolder(), 'half.json');
    await writeFile(file, half);
    const sources: ModelSource[] = [
      file,
      new URL(`file://${file}`),
      new Blob([half]),
      new TextEncoder().encode(half),
      new TextEncoder().encode(half).buffer,
    ];
    for (const resume of sources) {
      const run = train(TEXT, { resume, steps: 44 });
      const events: TrainEvent[] = [];
      for await (const event of run) events.push(event);
      expect(events[0]).toMatchObject({ event: 'start', step: 22, steps: 44, notes: [] });
      expect(events.filter(({ event }) => event === 'step')).toHaveLength(22);
      expect(await (await run.toBlob()).text()).toBe(whole);
    }
    // settings that are the run's own may be given again
    expect(await fileOf(train(TEXT, { ...SMALL, resume: file, steps: 44 }))).toBe(whole);
    expect(await readFile(file, 'utf8')).toBe(half);
  });

  it('goes on with the file of the command line, and the command line with its own', async () => {
    const cwd = temporaryFolder();
    await writeFile(join(cwd, 'text.txt'), TEXT.text);
    const flags = ['--hidden', '7', '--seq-length', '6', '--batch-size', '3', '--schedule', 'constant'];
    const command = ['train', 'text.txt', ...flags, '--eval-every', '10', '--steps'];
    expect((await rnn([...command, '17'], { cwd })).code).toBe(0);
    const file = join(cwd, 'checkpoints/text.json');
    const resumed = await fileOf(train(join(cwd, 'text.txt'), { resume: file, steps: 31 }));
    expect((await rnn([...command, '31', '--resume', file], { cwd })).code).toBe(0);
    expect(resumed).toBe(await readFile(file, 'utf8'));
  });

  it('goes on with a model, from the state that it has', async () => {
    const whole = await fileOf(train(TEXT, { ...SMALL, steps: 44 }));
    const run = train(TEXT, { ...SMALL, steps: 44 });
    for await (const event of run) if (event.event === 'step' && event.step === 17) break;
    const model = await run.model;
    expect(model.step).toBe(10);
    expect(await fileOf(train(TEXT, { resume: model, steps: 44 }))).toBe(whole);
  });

  it('in the build for browsers too', async () => {
    const settings = { ...SMALL, backend: 'wasm-simd128' } as const;
    const half = await fileOf(trainInBrowser(TEXT, { ...settings, steps: 22 }));
    const whole = await fileOf(train(TEXT, { ...settings, steps: 44 }));
    const resume = new Blob([half]);
    const backend = 'wasm-simd128';
    expect(await fileOf(trainInBrowser(TEXT, { resume, steps: 44, backend }))).toBe(whole);
    expect(await fileOf(train(TEXT, { resume, steps: 44, backend }))).toBe(whole);
  });

  it('gives the best state that it goes on from or reaches, else the last', async () => {
    const bestOf = async (options: TrainOptions) => (await train(TEXT, options).model).step;
    const run = train(TEXT, { ...SMALL, learningRate: 0.01, steps: 44 });
    await fileOf(run);
    const best = await run.model;
    // a rate that only harms
    const further = { learningRate: 50, steps: 64 };
    expect(await bestOf({ resume: best, ...further })).toBe(best.step);
    expect(await bestOf({ resume: await run.toBlob(), learningRate: 1e-9, steps: 64 })).toBeGreaterThan(44);
  });

  it('has nothing to do where the run has ended, and says what would let it go on', async () => {
    const ended = await fileOf(train(TEXT, { ...SMALL, steps: 22 }));
    const resume = new Blob([ended]);
    const run = train(TEXT, { resume });
    const events: TrainEvent[] = [];
    for await (const event of run) events.push(event);
    expect(events[0]).toMatchObject({ step: 22, notes: ['all 22 steps were made; raise steps to go on'] });
    expect(events.some(({ event }) => event === 'step')).toBe(false);
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'finished', step: 22 });
    expect(await (await run.toBlob()).text()).toBe(ended);
  });

  it('of a run that patience ended needs more of it', async () => {
    const settings = { ...SMALL, average: 0, steps: 5000, learningRate: 1, evalEvery: 2, patience: 3 };
    const first = train(TEXT, settings);
    const ended = await fileOf(first);
    const { step } = JSON.parse(ended).state as { step: number };
    expect(step).toBeLessThan(5000);
    const resume = new Blob([ended]);
    const again = train(TEXT, { resume });
    const events: TrainEvent[] = [];
    for await (const event of again) events.push(event);
    expect(events[0]).toMatchObject({
      notes: [
        expect.stringMatching(
          /^no evaluation since step \d+ was better, and patience 3 ended the run; raise it to go on$/,
        ),
      ],
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'patience', step });
    expect(await (await again.toBlob()).text()).toBe(ended);
    for await (const event of train(TEXT, { resume, patience: 99 }))
      if (event.event === 'step') return expect(event.step).toBe(step + 1);
  });

  it('says that other kernels give other digits', async () => {
    const half = await fileOf(train(TEXT, { ...SMALL, steps: 3, backend: 'wasm-simd128' }));
    const run = train(TEXT, { resume: new Blob([half]), steps: 4, backend: 'reference' });
    expect((await startOf(run)).notes).toEqual([
      'this run was computed with wasm-simd128 and goes on with reference; the last digits may differ',
    ]);
  });

  it('refuses other texts, other settings, and models without a run', async () => {
    const alone = new Blob([await fileOf(train(TEXT, { ...SMALL, steps: 2 }))]);
    const beside = new Blob([await fileOf(train(TEXT, { ...SMALL, steps: 2, validation: OTHER }))]);
    const messageOf = async (text: { text: string }, options: TrainOptions) => {
      const { code, setting, message } = await refusal(() => train(text, options).model);
      return [code, setting, message.replace(/[0-9a-f]{12}…/g, 'HASH')];
    };
    const anew = 'or start anew from its weights with initFrom';
    const different = 'is not the one of the run being resumed (sha256 HASH, expected HASH)';
    expect(await messageOf(OTHER, { resume: alone })).toEqual([
      'corpus',
      undefined,
      `this corpus ${different}; give the same text, ${anew}`,
    ]);
    expect(await messageOf(TEXT, { resume: alone, validation: OTHER })).toEqual([
      'corpus',
      'validation',
      `validation: the run being resumed has no validation text of its own, or was saved by an older rnn, which kept no record of it; drop validation, ${anew}`,
    ]);
    expect(await messageOf(TEXT, { resume: beside })).toEqual([
      'corpus',
      'validation',
      'the run being resumed has a validation text of its own; name it again with validation',
    ]);
    expect(await messageOf(TEXT, { resume: beside, validation: { text: 'another' } })).toEqual([
      'corpus',
      undefined,
      `this validation text ${different}; give the same text, ${anew}`,
    ]);
    expect(await messageOf(TEXT, { resume: alone, hidden: 8 })).toEqual([
      'config',
      'hidden',
      'hidden 8: the run being resumed has 7; drop hidden, or start anew from these weights with initFrom',
    ]);
    expect(await messageOf(TEXT, { resume: alone, preset: 'small' })).toEqual([
      'config',
      'hidden',
      'preset small: hidden 128: the run being resumed has 7; drop the preset, or start anew from these weights with initFrom',
    ]);
    expect(await messageOf(TEXT, { resume: alone, initFrom: alone })).toEqual([
      'usage',
      'initFrom',
      'resume and initFrom exclude each other: one continues a run, the other starts a new one',
    ]);
    expect(await messageOf(TEXT, { resume: 'nowhere.json' })).toEqual([
      'checkpoint',
      undefined,
      'nowhere.json: no such file; expected a checkpoint written by rnn train',
    ]);
    expect(await messageOf(TEXT, { resume: 5 as never })).toEqual([
      'usage',
      undefined,
      'resume: expected a file name, a URL, a Blob or bytes, got number',
    ]);
    const model = await load(alone);
    model[Symbol.dispose]();
    expect(await messageOf(TEXT, { resume: model })).toEqual([
      'usage',
      undefined,
      'the model was disposed; load it anew',
    ]);
  });

  it('of an imported model is refused: it has no run', async () => {
    const cwd = temporaryFolder();
    const model = await train(TEXT, { ...SMALL, cell: 'lstm', steps: 2 }).model;
    const exported = await model.export('safetensors');
    await writeFile(join(cwd, 'a.safetensors'), exported['model.safetensors']!);
    const { code, stderr } = await rnn(['import', 'a.safetensors', '--out', 'a.json'], { cwd });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const resume = join(cwd, 'a.json');
    expect((await refusal(() => train(TEXT, { resume }).model)).message).toBe(
      `resume ${resume}: expected a run, got an imported model; start from its weights with initFrom`,
    );
    expect((await train(TEXT, { initFrom: resume, steps: 3 }).model).settings.hidden).toBe(7);
  });

  it('an abort ends its reading', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const endless = new Blob(['{']);
    await expect(train(TEXT, { resume: endless, signal }).model).rejects.toBe(signal.reason);
  });
});

describe('initFrom', () => {
  it('begins a new run with the weights of another, to the bytes of the command line', async () => {
    const cwd = temporaryFolder();
    await writeFile(join(cwd, 'text.txt'), OTHER.text.repeat(9));
    const model = await train(TEXT, { ...SMALL, steps: 22 }).model;
    await model.save(join(cwd, 'model.json'));
    const text = join(cwd, 'text.txt');
    const settings = { steps: 13, seqLength: 5, rngSeed: 3 };
    const [bySource, byModel] = [join(cwd, 'model.json'), model].map((initFrom) =>
      train(text, { initFrom, ...settings }),
    ) as [TrainRun, TrainRun];
    const start = await startOf(byModel);
    expect(start).toMatchObject({ step: 0, steps: 13 });
    expect(start.notes[0]).toBe('5 characters are new to the model, not trained yet');
    const flags = ['--steps', '13', '--seq-length', '5', '--rng-seed', '3'];
    const { code } = await rnn(['train', text, '--init-from', 'model.json', ...flags], { cwd });
    expect(code).toBe(0);
    const tuned = await fileOf(bySource);
    expect(tuned).toBe(await readFile(join(cwd, 'checkpoints/text.json'), 'utf8'));
    expect(await fileOf(train(text, { initFrom: model, ...settings }))).toBe(tuned);
    expect((await load(new Blob([tuned]))).vocabulary).toContain('ö');
  });

  it('refuses another shape than the model has', async () => {
    const initFrom = await train(TEXT, { ...SMALL, steps: 2 }).model;
    expect((await refusal(() => train(TEXT, { initFrom, cell: 'lstm' }).model)).message).toBe(
      'cell lstm: the model of initFrom has gru; drop cell',
    );
  });
});
