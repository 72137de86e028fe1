import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagName, flagValue, loadTraining } from '../../src/config/index.ts';

function file(name: string, content: string): string {
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
  it('defaults, with the learning rate of the optimiser', async () => {
    const { config, run, given } = await loadTraining({});
    expect(config).toMatchObject({
      cell: 'rnn',
      hidden: 128,
      layers: 1,
      optimizer: 'adam',
      learningRate: 0.002,
    });
    expect(run).toEqual({ out: 'checkpoints', findLr: false, backend: 'auto', json: false });
    expect(given).toEqual({});
    expect((await loadTraining({ optimizer: 'sgd' })).config.learningRate).toBe(0.5);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('defaults < preset < file < flags, in YAML and in JSON', async () => {
    const yaml = file('a.yaml', 'preset: small\nhidden: 20\nbatchSize: 5\n');
    const { config, given } = await loadTraining({ config: yaml, hidden: 30 });
    expect(config).toMatchObject({ hidden: 30, batchSize: 5, patience: 10, layers: 1, optimizer: 'adam' });
    expect(given).toMatchObject({ hidden: 30, batchSize: 5, patience: 10 });
    expect(given).not.toHaveProperty('optimizer');
    const json = file('a.json', '{"hidden": 21, "out": "elsewhere"}');
    const loaded = await loadTraining({ config: json });
    expect(loaded.config.hidden).toBe(21);
    expect(loaded.run.out).toBe('elsewhere');
  });

  it('names every violation at once: where, expected, got', async () => {
    const yaml = file('b.yaml', 'layers: 1.5\nhiden: 7\ncell: transformer\n');
    expect(
      (await failure({ config: yaml, hidden: 0, learningRate: 'nan', dropOut: 1 })).split('\n').sort(),
    ).toEqual([
      '--drop-out: no such setting; docs/flags.md lists them all',
      '--hidden: expected a whole number from 1 to 65536, got 0',
      '--learning-rate: expected a number above 0, at most 1e+38, got "nan"',
      `${yaml}: cell: expected rnn, lstm, gru, got "transformer"`,
      `${yaml}: hiden: no such setting; docs/flags.md lists them all`,
      `${yaml}: layers: expected a whole number from 1 to 64, got 1.5`,
    ]);
  });

  it.each([
    ['- a\n- b\n', /: expected a map of settings such as "hidden: 128"$/],
    ['a: [', /: expected JSON or YAML, got something else: /],
    ['a: &x 1\nb: *x\n', /expected JSON or YAML, got something else: Alias resolution is disabled/],
  ])('a config file with %j is refused in one line', async (content, message) => {
    expect(await failure({ config: file('c.yaml', content) })).toMatch(message);
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
