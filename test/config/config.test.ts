import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  flagName,
  flagValue,
  fromFlags,
  loadTraining,
  parseLayers,
  sampleSchema,
} from '../../src/config/index.ts';

function file(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'rnn-config-')), name);
  writeFileSync(path, content);
  return path;
}

const failure = (flags: Record<string, unknown>) =>
  loadTraining(flags).then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('configuration', () => {
  it('defaults, with the learning rate of the optimizer', async () => {
    const { config, run, given } = await loadTraining({});
    expect(config).toMatchObject({
      cell: 'rnn',
      hidden: 256,
      layers: 1,
      optimizer: 'adam',
      learningRate: 0.003,
      schedule: 'cosine',
    });
    const options = {
      out: 'checkpoints',
      findLr: false,
      open: false,
      quiet: false,
      backend: 'auto',
      json: false,
    };
    expect(run).toEqual(options);
    expect(given).toEqual({});
    expect((await loadTraining({ optimizer: 'sgd' })).config.learningRate).toBe(0.5);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('defaults < preset < file < flags, in YAML and in JSON', async () => {
    const yaml = file('a.yaml', 'preset: small\nhidden: 20\nbatchSize: 5\n');
    const { config, given } = await loadTraining({ config: yaml, hidden: 30 });
    expect(config).toMatchObject({ hidden: 30, batchSize: 5, epochs: 20, layers: 1, optimizer: 'adam' });
    expect(given).toMatchObject({ hidden: 30, batchSize: 5, epochs: 20 });
    expect(given).not.toHaveProperty('optimizer');
    const json = file('a.json', '{"hidden": 21, "out": "elsewhere"}');
    const loaded = await loadTraining({ config: json });
    expect(loaded.config.hidden).toBe(21);
    expect(loaded.run.out).toBe('elsewhere');
  });

  it('what a preset alone names is told apart from what was asked for', async () => {
    const { suggested } = await loadTraining({ preset: 'best-rnn', layers: 3, steps: 9 });
    expect(suggested).toEqual({
      seqLength: 100,
      batchSize: 32,
      learningRate: 0.002,
      schedule: 'cosine',
      average: 0.999,
      hidden: 256,
      dropout: 0.2,
    });
    const asked = await loadTraining({ preset: 'best-rnn', dropout: 0.2 });
    expect(asked.suggested).not.toHaveProperty('dropout');
    expect((await loadTraining({ dropout: 0.2 })).suggested).toEqual({});
  });

  it("a preset's total gives way to any other, its learning rate to another optimizer's own", async () => {
    const settingsOf = async (flags: Record<string, unknown>) => {
      const { config, given } = await loadTraining({ preset: 'small', ...flags });
      const { steps, epochs, optimizer, learningRate } = config;
      return [steps, epochs, optimizer, learningRate, Object.hasOwn(given, 'learningRate')];
    };
    expect(await settingsOf({})).toEqual([undefined, 20, 'adam', 0.005, true]);
    expect(await settingsOf({ steps: 2000 })).toEqual([2000, undefined, 'adam', 0.005, true]);
    expect(await settingsOf({ epochs: 3 })).toEqual([undefined, 3, 'adam', 0.005, true]);
    expect(await settingsOf({ optimizer: 'adam' })).toEqual([undefined, 20, 'adam', 0.005, true]);
    expect(await settingsOf({ optimizer: 'sgd' })).toEqual([undefined, 20, 'sgd', 0.5, false]);
    expect(await settingsOf({ optimizer: 'sgd', learningRate: 0.1 })).toEqual([
      undefined,
      20,
      'sgd',
      0.1,
      true,
    ]);
    const yaml = file('rates.yaml', 'preset: small\noptimizer: rmsprop\n');
    expect((await loadTraining({ config: yaml })).config.learningRate).toBe(0.002);
  });

  it('names every violation at once: where, expected, got', async () => {
    const yaml = file('b.yaml', 'layers: 1.5\nhiden: 7\ncell: transformer\n');
    expect(
      (await failure({ config: yaml, hidden: 0, learningRate: 'nan', dropOut: 1 })).split('\n').sort(),
    ).toEqual([
      '--drop-out: no such setting; did you mean dropout?',
      '--hidden: expected an integer from 1 to 65536, got 0',
      '--learning-rate: expected a number above 0, at most 1e+38, got "nan"',
      `${yaml}: cell: expected rnn, lstm, gru, got "transformer"`,
      `${yaml}: hiden: no such setting; did you mean hidden?`,
      `${yaml}: layers: expected an integer from 1 to 64, got 1.5`,
    ]);
  });

  it('names what was probably meant', async () => {
    const yaml = file('near.yaml', 'learning_rate: 1\nseq-length: 5\nfind_lr: true\nvoltage: 9\n');
    expect((await failure({ config: yaml })).split('\n')).toEqual([
      `${yaml}: learning_rate: no such setting; did you mean learningRate?`,
      `${yaml}: seq-length: no such setting; did you mean seqLength?`,
      `${yaml}: find_lr: no such setting; did you mean findLr?`,
      `${yaml}: voltage: no such setting; docs/flags.md lists them all`,
    ]);
    expect(await failure({ cell: 'LSTM' })).toBe(
      '--cell: expected rnn, lstm, gru, got "LSTM"; did you mean lstm?',
    );
    expect(await failure({ preset: 'best_gru' })).toMatch(/got "best_gru"; did you mean best-gru\?$/);
    expect(() => parseLayers(sampleSchema, [fromFlags({ temperature: 0 })])).toThrow(
      '--temperature: expected a number above 0, at most 1000000, or --greedy for the most probable character each time, got 0',
    );
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['a list', '- a\n- b\n', /: expected a map of settings such as "hidden: 128"$/],
    ['nothing', '', /: expected a map of settings such as "hidden: 128"$/],
    [
      'a sequence cut off',
      'b: 1\na: [',
      /: expected JSON or YAML, got something else in line 2: Flow sequence /,
    ],
    [
      '40,000 closing braces',
      '}'.repeat(40_000),
      /: expected JSON or YAML, got something else in line 1: Unexpected flow-map-end /,
    ],
    [
      '40,000 opening brackets',
      '['.repeat(40_000),
      /: expected plain settings, got values nested 40000 deep$/,
    ],
    [
      'an alias',
      'a: &x 1\nb: *x\n',
      /: expected plain settings, got something else: Alias resolution is disabled$/,
    ],
    ['a repeated key', 'hidden: 5\nhidden: 6\n', /: hidden: expected once, got it twice; keep one of them$/],
    ['bytes that are no text', Uint8Array.of(0x68, 0xff), /: expected utf-8 text, got other bytes$/],
    ['more than 64 KiB', '#'.repeat(65_537), /: expected at most 64 KiB of settings, got 65537 bytes$/],
  ])('a config file with %s is refused in one line', async (_, content, message) => {
    expect(await failure({ config: file('c.yaml', content) })).toMatch(message);
  });

  it('of very many violations ten are named', async () => {
    const yaml = file('many.yaml', Array.from({ length: 6000 }, (_, i) => `k${i}: 1`).join('\n'));
    const lines = (await failure({ config: yaml })).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.slice(-2)).toEqual([
      `${yaml}: k9: no such setting; docs/flags.md lists them all`,
      'and 5990 more',
    ]);
  });

  it('a device, a FIFO and a folder are no config files', async () => {
    const fifo = join(tmpdir(), `rnn-config-${process.pid}-fifo`);
    execFileSync('mkfifo', [fifo]);
    const found = await Promise.all(['/dev/zero', fifo, tmpdir()].map((config) => failure({ config })));
    rmSync(fifo);
    expect(found).toEqual([
      '--config /dev/zero: expected a file, got a device',
      `--config ${fifo}: expected a file, got a device`,
      `--config ${tmpdir()}: expected a file, got a folder`,
    ]);
  });

  it('a missing config file is named', async () => {
    expect(await failure({ config: 'no.yaml' })).toBe(
      '--config no.yaml: cannot be read (ENOENT); check the name',
    );
  });

  it('__proto__ in a file is an unknown setting, not a prototype', async () => {
    expect(await failure({ config: file('d.json', '{"__proto__": {"hidden": 3}}') })).toMatch(
      /__proto__: no such setting/,
    );
  });

  it.each([
    ['12', 12],
    ['-5', -5],
    ['1e3', 1000],
    ['.5', 0.5],
    ['+2', 2],
    ['0x10', '0x10'],
    ['nan', 'nan'],
    ['Infinity', 'Infinity'],
    ['１２', '１２'],
    ['', ''],
    ['1_000', '1_000'],
    [' 1', ' 1'],
  ])('flag text %j reads as %j', (text, value) => {
    expect(flagValue(text)).toBe(value);
  });

  it('camelCase settings are kebab-case flags', () => {
    expect(flagName('validationFraction')).toBe('--validation-fraction');
  });
});
