import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSweep } from '../../src/sweep/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'rnn-sweep-file-'));
const path = join(folder, 'sweep.yaml');

function load(text: string) {
  writeFileSync(path, text);
  return loadSweep(path);
}

/** The lines of what is wrong, without the name of the file. */
const refusal = (text: string): Promise<string[]> =>
  load(text).then(
    () => ['accepted'],
    (error: Error) => error.message.split('\n').map((line) => line.replace(`${path}: `, '')),
  );

describe('the file of a sweep', () => {
  it('has values for all trials, lists and ranges to try, and what is done with them', async () => {
    expect(
      await load(
        'corpus: a.txt\nvalidation: b.txt\npreset: small\nseeds: [3, 1]\ntrials: 7\nsteps: 90\nvariational: true\n' +
          'cell: [rnn, gru]\nhidden: {min: 5, max: 9}\nlearningRate: {min: 0.001, max: 0.1, log: true}\nrungs: {first: 10}\n',
      ),
    ).toEqual({
      corpus: ['a.txt'],
      options: { validation: 'b.txt', preset: 'small' },
      base: { steps: 90, variational: true },
      varied: [
        { key: 'cell', values: ['rnn', 'gru'] },
        { key: 'hidden', min: 5, max: 9, log: false, integer: true },
        { key: 'learningRate', min: 0.001, max: 0.1, log: true, integer: false },
      ],
      seeds: [3, 1],
      trials: 7,
      rungs: { first: 10, reduction: 3 },
    });
    expect(await load('{"corpus": ["a.txt", "b.txt"], "hidden": [4, 5]}')).toEqual({
      corpus: ['a.txt', 'b.txt'],
      options: {},
      base: {},
      varied: [{ key: 'hidden', values: [4, 5] }],
      seeds: [1],
    });
  });

  it.each<[string, string[]]>([
    ['hidden: 4', ['corpus: expected the name of a text, or a list of names, got none']],
    ['corpus: []', ['corpus: expected the name of a text, or a list of names, got []']],
    [
      'corpus: "-"',
      [
        'corpus: expected the name of a text, or a list of names (each trial reads it, which standard input allows once), got "-"',
      ],
    ],
    ['corpus: a\nhiden: [4, 5]', ['hiden: no such setting; did you mean hidden?']],
    [
      'corpus: a\nlearning_rate: {min: 1, max: 2}\ntrials: 2',
      ['learning_rate: no such setting; did you mean learningRate?'],
    ],
    ['corpus: a\nseed: [4, 5]', ['seed: no such setting; did you mean seeds?']],
    [
      'corpus: a\nhidden: [4, 0, 1.5]',
      [
        'hidden: expected an integer from 1 to 65536, got 0',
        'hidden: expected an integer from 1 to 65536, got 1.5',
      ],
    ],
    ['corpus: a\nhidden: []', ['hidden: expected a list of different values, got []']],
    ['corpus: a\nhidden: [4, 4]', ['hidden: expected a list of different values, got [4,4]']],
    ['corpus: a\ncell: [LSTM]', ['cell: expected rnn, lstm, gru, got "LSTM"; did you mean lstm?']],
    [
      'corpus: a\ncell: {min: 1, max: 2}\ntrials: 2',
      ['cell: expected a value or a list of values, got a range {"min":1,"max":2}'],
    ],
    [
      'corpus: a\nhidden: {min: 4, max: 9}',
      ['trials: expected how many configurations to draw, since there is a range, got none'],
    ],
    [
      'corpus: a\ntrials: 2\nhidden: {min: 9, max: 4}',
      ['hidden: expected min below max, got {"min":9,"max":4}'],
    ],
    ['corpus: a\ntrials: 2\nhidden: {min: 4}', ['hidden.max: expected a number, got none']],
    [
      'corpus: a\ntrials: 2\nhidden: {min: 4, max: 1e9}',
      ['hidden: expected an integer from 1 to 65536, got 1000000000'],
    ],
    [
      'corpus: a\ntrials: 2\ndropout: {min: 0, max: 0.5, log: true}',
      ['dropout: expected a min above 0 with log, got {"min":0,"max":0.5,"log":true}'],
    ],
    [
      'corpus: a\ntrials: 2\nhidden: {min: 4, max: 9, step: 2}',
      ['hidden.step: no such setting; did you mean steps?'],
    ],
    [
      'corpus: a\nseeds: 3',
      ['seeds: expected a list of different integers from 0 to 9007199254740991, got 3'],
    ],
    [
      'corpus: a\nseeds: [2, 2]',
      ['seeds: expected a list of different integers from 0 to 9007199254740991, got [2,2]'],
    ],
    [
      'corpus: a\nrngSeed: 4',
      ['rngSeed: expected seeds, a list with the random seeds of each configuration'],
    ],
    ['corpus: a\nthreads: 4', ['threads: expected --threads on the command line']],
    ['corpus: a\nrungs: 40', ['rungs: expected a map such as {reduction: 3, first: 100}, got 40']],
    [
      'corpus: a\nrungs: {reduction: 1}',
      [
        'rungs.reduction: expected an integer from 2 to 100, got 1',
        'rungs.first: expected an integer from 1 to 1000000000000, got none',
      ],
    ],
    [
      'corpus: a\npreset: [small, medium]',
      ['preset: expected hello, small, medium, best-rnn, best-lstm, best-gru, got ["small","medium"]'],
    ],
    ['- a', ['expected a map of settings such as "hidden: 128"']],
  ])('%j is refused in plain lines', async (text, lines) => {
    expect(await refusal(text)).toEqual(lines);
  });

  it('a file that is not there is named', async () => {
    await expect(loadSweep('no.yaml')).rejects.toThrow('no.yaml: cannot be read (ENOENT); check the name');
  });
});
