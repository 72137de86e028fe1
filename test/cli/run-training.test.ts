import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deserialize } from '../../src/checkpoint/index.ts';
import { jsonLines, rnn, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';
import { BROKEN_WORKER } from '../support/workers.ts';

const AT_OUTPUT = fileURLToPath(new URL('../support/at-output.cjs', import.meta.url));
const RENAME = fileURLToPath(new URL('../support/rename.cjs', import.meta.url));
const SMALL =
  '--hidden 9 --batch-size 4 --seq-length 5 --learning-rate 0.002 --schedule constant --sample-every 0 --eval-every 4 --save-every 6 --backend reference'.split(
    ' ',
  );
const LAST = 'checkpoints/text.json';
const BEST = 'checkpoints/text.best.json';

/** A folder with a text in it. */
function folderWith(text = someText(1000)): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'text.txt'), text);
  return folder;
}

const train = (cwd: string, flags: string, env: NodeJS.ProcessEnv = {}) =>
  rnn(['train', 'text.txt', ...SMALL, ...flags.split(' ')], { cwd, env });
const resume = (cwd: string, flags: string) =>
  rnn(['train', 'text.txt', '--resume', LAST, '--backend', 'reference', ...flags.split(' ')], { cwd });

const read = (folder: string, path = LAST) => {
  const bytes = readFileSync(join(folder, path));
  return deserialize(bytes.toString(), path);
};

/** The state after so many steps in one go, but for its own number of steps. */
async function direct(steps: number) {
  const folder = folderWith();
  await train(folder, `--steps ${steps}`);
  return read(folder);
}

const signalAt = (text: string, signal = 'SIGINT') => ({
  NODE_OPTIONS: `--require ${AT_OUTPUT}`,
  AT_OUTPUT: text,
  AT_SIGNAL: signal,
});

describe('a run that diverges', () => {
  it('leaves the last and the best state as they were, and says which step that is', async () => {
    const folder = folderWith();
    await train(folder, '--steps 8');
    const files = () => [LAST, BEST].map((path) => readFileSync(join(folder, path)));
    const before = files();
    const result = await resume(folder, '--steps 40 --learning-rate 1e38 --save-every 1 --eval-every 1');
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /error: training diverged at step 9: expected a finite validation loss, got NaN; try --learning-rate 0\.003; checkpoints\/text\.json keeps step 8\n$/,
    );
    expect(files()).toEqual(before);
  });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s: what happens is said at once, the state is saved, the run can go on', async (signal, code) => {
    const folder = folderWith();
    const stopped = await train(folder, '--steps 20 --json', signalAt('"event":"step","step":7,', signal));
    expect(stopped.code).toBe(code);
    expect(stopped.stderr).toContain(
      `\nstopping after step 7, saving ${LAST} …\nsaved ${LAST} at step 7 (train `,
    );
    expect(stopped.stderr).toContain(` bpc); to go on, repeat the command with --resume ${LAST}\n`);
    expect(jsonLines(stopped.stdout).slice(-2)).toMatchObject([
      { event: 'save', kind: 'last', step: 7 },
      { event: 'done', reason: 'stopped', step: 7, validationBpc: null, checkpoint: LAST },
    ]);
    await resume(folder, '--steps 20');
    expect(read(folder)).toEqual(await direct(20));
  });

  it('at the beat of a measurement: it is made up for', async () => {
    const folder = folderWith();
    const stopped = await train(folder, '--steps 20 --json', signalAt('"event":"step","step":8,'));
    expect(jsonLines(stopped.stdout).filter(({ event }) => event === 'evaluate')).toMatchObject([
      { step: 4 },
    ]);
    const rest = await resume(folder, '--steps 20 --json');
    expect(jsonLines(rest.stdout)[1]).toMatchObject({ event: 'evaluate', step: 8 });
    expect(read(folder)).toEqual(await direct(20));
  });

  it('right after a save: the same state is not saved twice', async () => {
    const stopped = await train(
      folderWith(),
      '--steps 20 --json',
      signalAt('"event":"save","step":6,"kind":"last"'),
    );
    const saves = jsonLines(stopped.stdout).filter(({ event, kind }) => event === 'save' && kind === 'last');
    expect(saves.map(({ step }) => step)).toEqual([0, 6]);
  });

  it('before the first step: nothing is left', async () => {
    const folder = folderWith();
    const stopped = await train(folder, '--steps 20 --json', signalAt('"event":"start"'));
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(
      /\nstopping before the first step\nnothing has been learned, so nothing new is kept\n$/,
    );
    expect(jsonLines(stopped.stdout).at(-1)).toMatchObject({ event: 'done', step: 0, checkpoint: null });
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual([]);
  });

  it('before the first step of a run that goes on in its file: the file stays', async () => {
    const folder = folderWith();
    const failed = await train(folder, '--nonlinearity relu --init-gain 1000 --seq-length 50 --steps 9');
    expect(failed.stderr).toContain(`start from smaller weights: lower --init-gain; ${LAST} keeps step 0\n`);
    const before = read(folder);
    const stopped = await rnn(['train', 'text.txt', '--resume', LAST, '--json'], {
      cwd: folder,
      env: signalAt('"event":"start"'),
    });
    expect(stopped.code).toBe(130);
    expect(read(folder)).toEqual(before);
  });
});

describe('a lost thread', () => {
  const broken = (how: string) => ({
    NODE_OPTIONS: `--require ${BROKEN_WORKER}`,
    BREAK_HOW: how,
    BREAK_AT: '3',
  });
  const WIDE = '--batch-size 48 --threads 2 --steps 100000 --epochs 1000000';

  it.each([
    ['exit', 'it ended with code 7'],
    ['throw', 'Error: broken'],
  ])('%s: training ends with the state of the moment saved', async (how, cause) => {
    const folder = folderWith(someText(5000));
    const { code, stderr } = await train(folder, WIDE, broken(how));
    expect(code).toBe(1);
    const { step } = read(folder).state;
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `error: a worker thread died: ${cause}; try --threads 1; ${LAST} keeps step ${step}`,
    );
    const whole = folderWith(someText(5000));
    await train(whole, `${WIDE} --steps ${Math.max(1, step)}`);
    if (step > 0) expect(read(folder).weights).toEqual(read(whole).weights);
  });

  it('a measurement ends with the error', async () => {
    const folder = folderWith(someText(400_000));
    await train(folder, '--steps 1');
    const { code, stdout, stderr } = await rnn(['eval', LAST, 'text.txt', '--threads', '2'], {
      cwd: folder,
      env: { ...broken('exit'), BREAK_AT: '1' },
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('error: a worker thread died: it ended with code 7; try --threads 1\n');
  });
});

describe('the best checkpoint', () => {
  const hook = (env: object) => ({ NODE_OPTIONS: `--require ${RENAME}`, ...env });

  it('of a closing measurement is not replaced by a worse one of the resumed run', async () => {
    const folder = folderWith();
    await train(folder, '--steps 30 --eval-every 1000');
    const before = readFileSync(join(folder, BEST));
    expect(read(folder, BEST).state.best).toMatchObject({ step: 30 });
    const worse = await resume(folder, '--steps 60 --eval-every 10 --learning-rate 3');
    expect(worse.code).toBe(0);
    expect(read(folder).state.history.map(({ step }) => step)).toEqual([30, 40, 50, 60]);
    expect(readFileSync(join(folder, BEST))).toEqual(before);
  });

  it('of a closing measurement that a kill prevented is written when the run is resumed', async () => {
    const folder = folderWith();
    await train(folder, '--steps 3');
    const [last, best] = [LAST, BEST].map((path) => readFileSync(join(folder, path)));
    rmSync(join(folder, BEST));
    await resume(folder, '--steps 3');
    expect(readFileSync(join(folder, BEST))).toEqual(best);
    expect(readFileSync(join(folder, LAST))).toEqual(last);
  });

  it('that could not be saved is saved later, whatever is measured by then', async () => {
    const folder = folderWith();
    const { code, stderr } = await train(folder, '--steps 12', hook({ BREAK_BEST: '1' }));
    expect(code).toBe(0);
    expect(stderr).toContain(
      'text.best.json: the checkpoint of step 4 could not be saved (ENOSPC: no space left on device); training goes on, the next save will try again',
    );
    const whole = folderWith();
    await train(whole, '--steps 12');
    expect(read(folder, BEST)).toEqual(read(whole, BEST));
  });

  it('that can never be saved is an error in the end; the last one is kept', async () => {
    const folder = folderWith();
    const { code, stderr } = await train(folder, '--steps 12', hook({ BREAK_BEST: '99' }));
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^error: checkpoints\/text\.best\.json: the checkpoint of step \d+ could not be saved \(ENOSPC: no space left on device\); free some space or name another directory with --out$/,
    );
    expect(read(folder).state.step).toBe(12);
  });

  it.skipIf(process.platform === 'win32')('a folder that is gone for a while ends no run', async () => {
    const folder = folderWith();
    const { code, stderr } = await train(folder, '--steps 30', hook({ AWAY: '3' }));
    expect(stderr).toContain('could not be saved (ENOENT: no such file or directory); training goes on');
    expect(code).toBe(0);
    expect(read(folder).state.step).toBe(30);
  });
});

describe('standard output on a full disk', () => {
  it('ends the run, saved, with one line and exit code 1', async () => {
    const folder = folderWith();
    const { code, stderr } = await train(folder, '--steps 20 --json', signalAt('"step":7,', 'ENOSPC'));
    expect(code).toBe(1);
    expect(stderr.split('\n').slice(-3)).toEqual([
      expect.stringContaining(`saved ${LAST} at step 7 (`),
      'error: standard output cannot be written (ENOSPC: no space left on device)',
      '',
    ]);
    await resume(folder, '--steps 20');
    expect(read(folder)).toEqual(await direct(20));
  });
});
