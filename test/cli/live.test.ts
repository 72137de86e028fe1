import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deserialize, lockRun } from '../../src/checkpoint/index.ts';
import { LiveRun } from '../../src/cli/live-run.ts';
import { baselines } from '../../src/corpus/index.ts';
import { RnnError } from '../../src/errors.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import type { Embedded, LiveEvent, RunRecord } from '../../src/live/protocol.ts';
import { planTraining, Trainer } from '../../src/train/index.ts';
import { BIN, jsonLines, rnn, temporaryFolder } from '../support/cli.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';
import { SMALL as SETTINGS } from '../support/training.ts';

const SMALL =
  '--hidden 9 --batch-size 4 --seq-length 5 --learning-rate 0.002 --schedule constant --sample-every 7 --eval-every 20 --save-every 1000 --patience 0 --backend reference'.split(
    ' ',
  );
const LAST = 'checkpoints/text.json';
/** No browser is started. */
const ENV = { CI: '1' };

function folderWith(text = someText(1000)): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'text.txt'), text);
  return folder;
}

const train = (cwd: string, flags: string) =>
  rnn(['train', 'text.txt', ...SMALL, ...flags.split(' ')], { cwd, env: ENV });
const fileOf = (cwd: string, path = LAST) => readFileSync(join(cwd, path), 'utf8');
const read = (cwd: string, path = LAST) => deserialize(fileOf(cwd, path), path);

/** Stands for the program that opens files: notes what it was given, and asks for the page as a browser does. */
const OPENER = `#!${process.execPath}
const { readFileSync, statSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const [file, ...more] = process.argv.slice(2);
const html = readFileSync(file, 'utf8');
const [, url] = /url=([^"]+)"/.exec(html);
const mode = (path) => (statSync(path).mode & 0o777).toString(8);
(async () => {
  const page = await (await fetch(url)).text();
  const runs = await (await fetch(url + 'runs')).json();
  const noted = { file, more, url, modes: [mode(file), mode(dirname(file))], page, status: runs[0].status };
  writeFileSync('opened.json', JSON.stringify(noted));
})();
`;

const serving = new Set<Serving>();
afterEach(async () => {
  // what a test that failed has left
  for (const each of serving) await each.kill('SIGKILL');
  serving.clear();
});

/** A command that serves a page, until it is ended. */
class Serving {
  stderr = '';
  stdout = '';
  url = '';
  readonly #child;
  readonly ended: Promise<number | null>;

  private constructor(args: readonly string[], cwd: string) {
    this.#child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: { ...process.env, ...ENV },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  static async start(args: readonly string[], cwd: string): Promise<Serving> {
    const started = new Serving(args, cwd);
    serving.add(started);
    await new Promise<void>((resolve, reject) => {
      started.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
        started.stderr += text;
        const [, url] = /^page: (\S+)$/m.exec(started.stderr) ?? [];
        if (url === undefined) return;
        started.url = url;
        resolve();
      });
      void started.ended.then(() => reject(new Error(started.stderr)));
    });
    return started;
  }

  async control(name: string): Promise<{ step?: number; error?: string }> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url + name, { method: 'POST', headers, body: '{}' });
    return (await answer.json()) as { step?: number; error?: string };
  }

  async runs(): Promise<RunRecord[]> {
    return (await (await fetch(`${this.url}runs`)).json()) as RunRecord[];
  }

  kill(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }
}

const LONG = ['train', 'text.txt', ...SMALL, '--steps', '1000000'];

describe('rnn train --open', () => {
  it('says where the page is, and leaves the same bytes as without it, whether it is fetched or not', async () => {
    const [plain, open] = [folderWith(), folderWith()];
    await train(plain, '--steps 45 --json');
    const { code, stdout, stderr } = await train(open, '--steps 45 --json --open');
    expect(code).toBe(0);
    expect(fileOf(open)).toBe(fileOf(plain));
    expect(fileOf(open, 'checkpoints/text.best.json')).toBe(fileOf(plain, 'checkpoints/text.best.json'));
    const [page] = jsonLines(stdout);
    expect(page).toEqual({
      event: 'page',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/),
    });
    expect(stderr).toContain(`page: ${page!.url}\n`);
    expect(stderr).toMatch(
      /no browser was opened \(CI is set\); from another machine: ssh -L (\d+):127\.0\.0\.1:\1, then the same address\n/,
    );
  });

  it('keeps models on the way, which sample, are no runs, and go when the run begins anew', async () => {
    const cwd = folderWith();
    mkdirSync(join(cwd, 'checkpoints/text.steps'), { recursive: true });
    for (const name of ['500.json', 'notes.txt'])
      writeFileSync(join(cwd, 'checkpoints/text.steps', name), '');
    await train(cwd, '--steps 60 --open');
    expect(readdirSync(join(cwd, 'checkpoints/text.steps')).sort()).toEqual([
      '10.json',
      '20.json',
      '50.json',
      'levels.json',
      'notes.txt',
    ]);
    const kept = read(cwd, 'checkpoints/text.steps/20.json');
    expect([kept.state.step, kept.imported]).toEqual([20, 'step 20 of text.json']);
    const shorter = folderWith();
    await train(shorter, '--steps 20');
    expect(kept.weights).toEqual(read(shorter).weights);
    expect((await rnn(['sample', 'checkpoints/text.steps/20.json', '-q'], { cwd })).code).toBe(0);
    const resumed = await rnn(['train', 'text.txt', '--resume', 'checkpoints/text.steps/20.json'], { cwd });
    expect(resumed.stderr).toBe(
      'error: --resume checkpoints/text.steps/20.json: expected a run, got an imported model; start from its weights with --init-from\n',
    );
    const listed = JSON.parse((await rnn(['list', '--json'], { cwd })).stdout) as {
      checkpoints: { file: string }[];
    };
    expect(listed.checkpoints.map(({ file }) => file).sort()).toEqual(['text.best.json', 'text.json']);
  });

  it('a new run takes over nothing of an older one of its name, be it with a page or without', async () => {
    const cwd = folderWith();
    const folder = join(cwd, 'checkpoints/text.steps');
    mkdirSync(folder, { recursive: true });
    for (const name of ['10.json', 'levels.json', 'notes.txt']) writeFileSync(join(folder, name), '');
    await train(cwd, '--steps 12');
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('a model that cannot be kept ends nothing', async () => {
    const cwd = folderWith();
    mkdirSync(join(cwd, 'checkpoints'));
    writeFileSync(join(cwd, 'checkpoints/text.steps'), 'a file');
    const { code, stderr } = await train(cwd, '--steps 30 --open');
    expect(code).toBe(0);
    expect(stderr).toContain('checkpoints/text.steps/10.json: the model of step 10 could not be saved (');
    expect(stderr).toContain('; training goes on without it\n');
  });

  it.skipIf(process.platform !== 'linux')(
    'a browser gets a file that its owner alone can read, which is gone afterwards; a short run waits for it',
    async () => {
      const cwd = folderWith();
      writeFileSync(join(cwd, 'xdg-open'), OPENER, { mode: 0o755 });
      const env = { PATH: `${cwd}:${process.env.PATH}`, DISPLAY: ':7', CI: '', SSH_CONNECTION: '' };
      const args = ['train', 'text.txt', ...SMALL, '--steps', '2', '--open'];
      const { code, stderr } = await rnn(args, { cwd, env });
      expect(code).toBe(0);
      const [, url] = /^page: (\S+)$/m.exec(stderr)!;
      const opened = JSON.parse(fileOf(cwd, 'opened.json')) as Record<string, unknown>;
      expect(opened).toMatchObject({ more: [], url, modes: ['600', '700'] });
      expect(opened.page).toContain('<div id="app"></div>');
      expect(existsSync(opened.file as string)).toBe(false);
      expect(stderr).not.toContain('no browser');
    },
  );

  it.skipIf(process.platform !== 'linux')('a browser that cannot be started is a note', async () => {
    const cwd = folderWith();
    const env = { PATH: cwd, DISPLAY: ':7', CI: '', SSH_CONNECTION: '' };
    const serving = await rnn(['train', 'text.txt', ...SMALL, '--steps', '2', '--open'], { cwd, env });
    expect(serving.code).toBe(0);
    expect(serving.stderr).toContain('note: no browser could be started (spawn xdg-open ENOENT)\n');
  });

  it('pause, steps, a halved rate, save, resume and stop; the run that goes on repeats the rate to the byte', async () => {
    const cwd = folderWith();
    const serving = await Serving.start([...LONG, '--open', '--json'], cwd);
    const paused = (await serving.control('pause')).step!;
    expect((await serving.runs())[0]!.status).toEqual({ kind: 'paused', message: null });
    expect(await serving.control('pause')).toEqual({ step: paused });
    expect(await serving.control('step')).toEqual({ step: paused + 1 });
    expect(await serving.control('step')).toEqual({ step: paused + 2 });
    expect(await serving.control('halve-rate')).toEqual({ step: paused + 2 });
    expect(await serving.control('save')).toEqual({ step: paused + 2 });
    expect(read(cwd).state).toMatchObject({
      step: paused + 2,
      rateChanges: [{ step: paused + 2, factor: 0.5 }],
    });
    expect((await serving.runs())[0]).toMatchObject({
      id: 'text',
      checkpoint: LAST,
      step: paused + 2,
      rateChanges: [{ step: paused + 2, factor: 0.5 }],
      snapshots: expect.arrayContaining([{ step: paused + 2, kind: 'last' }]),
    });
    const model = await (await fetch(`${serving.url}model/text/last`)).text();
    expect(model).toBe(fileOf(cwd));
    await serving.control('resume');
    const stopped = (await serving.control('stop')).step!;
    expect(stopped).toBeGreaterThanOrEqual(paused + 2);
    expect(await serving.ended).toBe(130);
    const events = jsonLines(serving.stdout);
    const steering = events.filter(({ event }) => ['pause', 'resume', 'rate'].includes(String(event)));
    expect(steering).toEqual([
      { event: 'pause', step: paused },
      { event: 'resume', step: paused },
      { event: 'pause', step: paused + 1 },
      { event: 'resume', step: paused + 1 },
      { event: 'pause', step: paused + 2 },
      { event: 'rate', step: paused + 2, factor: 0.5 },
      { event: 'resume', step: paused + 2 },
    ]);
    expect(serving.stderr).toContain(`paused at step ${paused}; its page lets it go on\n`);
    expect(serving.stderr).toContain(`learning rate x0.5 after step ${paused + 2}\n`);
    expect(serving.stderr).toContain(`saved ${LAST} at step ${paused + 2}\n`);
    // both go on to the same step: from where the first stopped, and from the file that was saved on the way
    const whole = read(cwd);
    writeFileSync(join(cwd, 'half.json'), model);
    const steps = whole.state.step + 7;
    for (const path of [LAST, 'half.json'])
      await rnn(['train', 'text.txt', '--resume', path, '--steps', `${steps}`, '--backend', 'reference'], {
        cwd,
      });
    expect(read(cwd, 'half.json').state.rateChanges).toEqual(whole.state.rateChanges);
    expect(fileOf(cwd, 'half.json')).toBe(fileOf(cwd));
    const { stdout } = await rnn(['info', LAST], { cwd });
    expect(stdout).toContain(`  rate        x0.5 after step ${paused + 2}\n`);
  });

  it('sends what happens, and in the end why the run has ended', async () => {
    const cwd = folderWith();
    const serving = await Serving.start(['train', 'text.txt', ...SMALL, '--steps', '200000', '--open'], cwd);
    const paused = (await serving.control('pause')).step!;
    const runs = await fetch(`${serving.url}runs`);
    const [record] = (await runs.json()) as RunRecord[];
    expect(record).toMatchObject({ steps: 200_000, charactersPerStep: 20, startStep: 0, step: paused });
    expect(record!.levels.map(({ name }) => name)).toEqual(['uniform', 'unigram', 'bigram', 'fivegram']);
    expect(record!.settings).toMatchObject({ hidden: 9, learningRate: 0.002 });
    expect(record!.columns.step.at(-1) ?? 0).toBe(paused);
    const stream = await fetch(`${serving.url}events?after=${runs.headers.get('event-id')}`);
    await serving.control('resume');
    await serving.control('stop');
    expect(await serving.ended).toBe(130);
    const events = (await stream.text())
      .split('\n\n')
      .flatMap((message) => /^data: (\[.*)$/m.exec(message)?.[1] ?? [])
      .flatMap((data) => JSON.parse(data) as LiveEvent[]);
    const { step } = read(cwd).state;
    const statuses = events.flatMap((event) => (event.add === 'status' ? [event.status] : []));
    expect(statuses).toEqual([
      { kind: 'running', message: null },
      { kind: 'stopped', message: `saved at step ${step}; --resume ${LAST} goes on` },
    ]);
    const steps = events.flatMap((event) => (event.add === 'steps' ? event.columns.step : []));
    expect(steps.at(-1)).toBe(step);
    expect(events.findLast((event) => event.add === 'snapshot')).toMatchObject({
      snapshot: { step, kind: 'last' },
    });
  });

  it('a run that diverges ends as without a page', async () => {
    const [plain, open] = [folderWith(), folderWith()];
    const flags = '--learning-rate 1e38 --steps 40';
    const expected = await train(plain, flags);
    const { code, stderr } = await train(open, `${flags} --open`);
    expect(expected.code).toBe(1);
    expect([code, stderr.split('\n').at(-2)]).toEqual([1, expected.stderr.split('\n').at(-2)]);
  });

  it.each([
    ['diverged', new RnnError('diverged', 'training diverged at step 9'), 'training diverged at step 9'],
    ['failed', new RnnError('thread', 'a thread was lost'), 'a thread was lost'],
    ['failed', new TypeError('x is undefined'), 'a defect in rnn ended the run'],
  ])('a run that %s says why: %s', async (kind, error, message) => {
    const live = await openLive();
    const stream = await fetch(`${live.url}events?after=0`);
    live.failed(error);
    await live.close();
    expect(await stream.text()).toContain(
      `[{"add":"status","status":{"kind":"${kind}","message":"${message}"},"run":"text"}]`,
    );
  });

  it.each([
    ['finished', 'all 12 steps were made'],
    ['patience', 'no evaluation was better for a while (--patience), so the run ended at step 7'],
    ['stopped', 'saved at step 7; --resume '],
  ] as const)('a run that ended (%s) says why', async (reason, message) => {
    const live = await openLive();
    const stream = await fetch(`${live.url}events?after=0`);
    live.ended(reason, 7, 12);
    await live.close();
    expect(await stream.text()).toContain(`"status":{"kind":"${reason}","message":"${message}`);
  });
});

/** The page of a run that this process would train. */
async function openLive(): Promise<LiveRun> {
  const plan = planTraining(configOf({ ...SETTINGS, steps: 12 }), corpusOf(someText(200)));
  const trainer = new Trainer(plan, new ReferenceKernels());
  const last = join(temporaryFolder(), 'text.json');
  const levels = baselines(plan.train, plan.validation, plan.corpus.vocabulary.size);
  const files = { last, best: `${last}.best`, lock: lockRun(last), inPlace: false };
  vi.stubEnv('CI', '1');
  return LiveRun.open(trainer, plan, files, levels, undefined);
}

/** @returns what waits until the page is told to ask for the runs again */
async function nextReset({ url }: Serving): Promise<() => Promise<void>> {
  const head = await fetch(`${url}runs`);
  const stream = await fetch(`${url}events?after=${head.headers.get('event-id')}`);
  return async () => {
    let text = '';
    for await (const piece of stream.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes('event: reset')) return;
    }
  };
}

describe('rnn ui', () => {
  it('shows runs from their checkpoints, the newest first, and follows them', async () => {
    const cwd = folderWith();
    await train(cwd, '--steps 45 --open');
    await train(cwd, '--steps 12');
    const serving = await Serving.start(['ui', '--no-open'], cwd);
    const runs = await serving.runs();
    expect(runs.map(({ id, step, status }) => [id, step, status])).toEqual([
      ['text-2', 12, { kind: 'finished', message: 'all 12 steps were made' }],
      ['text', 45, { kind: 'finished', message: 'all 45 steps were made' }],
    ]);
    const { state } = read(cwd);
    expect(runs[1]).toMatchObject({
      history: state.history,
      previews: state.previews.map((row) => ({ ...row, copied: null })),
      seconds: null,
    });
    expect(runs[1]!.previews.map(({ step }) => step)).toEqual([7, 14, 21, 28, 35, 42]);
    expect(runs[1]!.columns.step).toEqual([20, 40]);
    expect(runs[1]!.columns.learningRate).toEqual([0.002, 0.002]);
    expect(runs[1]!.snapshots.map(({ kind, step }) => [kind, step])).toEqual([
      ['kept', 10],
      ['kept', 20],
      ['best', expect.any(Number)],
      ['last', 45],
    ]);
    // those of a run with a page are kept
    expect(runs.map(({ levels }) => levels.map(({ name }) => name))).toEqual([
      ['uniform'],
      ['uniform', 'unigram', 'bigram', 'fivegram'],
    ]);
    for (const [key, path] of [
      ['text/last', LAST],
      ['text/best', 'checkpoints/text.best.json'],
      ['text/10', 'checkpoints/text.steps/10.json'],
    ])
      expect(await (await fetch(`${serving.url}model/${key}`)).text()).toBe(fileOf(cwd, path));
    expect(await serving.control('stop')).toEqual({
      error: 'this page only shows what is saved; a run is steered on the page of rnn train --open',
    });
    // another process goes on with a run: the page is told to ask again
    const told = await nextReset(serving);
    await rnn(['train', 'text.txt', '--resume', LAST, '--steps', '60', '--backend', 'reference'], { cwd });
    await told();
    expect((await serving.runs()).map(({ id, step }) => [id, step])).toContainEqual(['text', 60]);
    expect(await serving.kill()).toBe(0);
    expect(serving.stderr).toBe(`page: ${serving.url}\nCtrl-C ends it\n`);
  });

  it('outlives a folder that goes away, and shows it again', async () => {
    const cwd = folderWith();
    await train(cwd, '--steps 12 --out runs');
    const serving = await Serving.start(['ui', 'runs', '--no-open'], cwd);
    const ids = async () => (await serving.runs()).map(({ id }) => id);
    expect(await ids()).toEqual(['text']);
    const gone = await nextReset(serving);
    renameSync(join(cwd, 'runs'), join(cwd, 'away'));
    await gone();
    expect(await ids()).toEqual([]);
    const back = await nextReset(serving);
    renameSync(join(cwd, 'away'), join(cwd, 'runs'));
    await back();
    expect(await ids()).toEqual(['text']);
    expect(await serving.kill()).toBe(0);
    expect(serving.stderr).toBe(
      `page: ${serving.url}\nCtrl-C ends it\nskipped runs: no such file; expected a checkpoint written by rnn train\n`,
    );
  });

  it('names what is wrong', async () => {
    const cwd = folderWith();
    const none = await rnn(['ui'], { cwd, env: ENV });
    mkdirSync(join(cwd, 'checkpoints'));
    const empty = await rnn(['ui'], { cwd, env: ENV });
    for (const { stderr } of [none, empty])
      expect(stderr).toBe(
        'error: checkpoints: expected checkpoints, got none; train a model with rnn train <corpus>, or name its file\n',
      );
    const missing = await rnn(['ui', 'none.json'], { cwd, env: ENV });
    expect(missing.stderr).toBe(
      'error: none.json: no such file; expected a checkpoint written by rnn train\n',
    );
    const other = await rnn(['ui', 'text.txt'], { cwd, env: ENV });
    expect(other.stderr).toContain('error: text.txt: expected a checkpoint');
    expect([none.code, empty.code, other.code]).toEqual([1, 1, 1]);
  });

  it('--export: one file with the models in it, without what only training needs', async () => {
    const cwd = folderWith();
    await train(cwd, '--steps 45 --open');
    const { code, stderr } = await rnn(['ui', '--export', 'page.html'], { cwd, env: ENV });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^wrote page\.html\n1 run, 4 models, [\d.]+ kB\n$/),
    ]);
    const html = fileOf(cwd, 'page.html');
    const [, data] = /id="embedded">(.*?)<\/script>/s.exec(html)!;
    const { runs, models } = JSON.parse(data!) as Embedded;
    expect(runs[0]).toMatchObject({ id: 'text', step: 45 });
    expect(Object.keys(models).sort()).toEqual(['text/10', 'text/20', 'text/best', 'text/last']);
    const model = deserialize(gunzipSync(Buffer.from(models['text/last']!, 'base64')).toString(), 'model');
    expect(model.weights).toEqual(read(cwd).weights);
    expect([model.excerpt, model.state.step]).toEqual([[], 45]);
  });

  it('--export takes the place of nothing but a page', async () => {
    const cwd = folderWith();
    await train(cwd, '--steps 20');
    const before = fileOf(cwd);
    const refusal = async (path: string) => (await rnn(['ui', '--export', path], { cwd, env: ENV })).stderr;
    const message = (path: string, got: string) =>
      `error: --export ${path}: expected a file that can be written, got ${got}; choose another name\n`;
    expect(await refusal(LAST)).toBe(message(LAST, 'a file that this command reads'));
    expect(await refusal('text.txt')).toBe(message('text.txt', 'a file that is not a page of rnn'));
    expect(await refusal('checkpoints')).toBe(message('checkpoints', 'a folder'));
    expect(await refusal('none/page.html')).toBe(message('none/page.html', 'no such folder'));
    expect(fileOf(cwd)).toBe(before);
    expect(await refusal('page.html')).toContain('wrote page.html\n');
    expect(await refusal('page.html')).toContain('wrote page.html\n');
    expect(existsSync(join(cwd, 'page.html'))).toBe(true);
  });
});
