import { describe, expect, it } from 'vitest';
import { RnnError } from '../../src/errors.ts';
import { fromMl5, ml5Files, toMl5 } from '../../src/exchange/index.ts';
import {
  CHARACTERS,
  H,
  IDS,
  largestDifference,
  modelOf,
  N,
  probabilitiesOf,
  softmax,
  V,
} from '../support/exchange.ts';

type Files = Map<string, Uint8Array>;
type Manifest = Record<string, { filename: string; shape: number[] }>;

const LSTM = { cell: 'lstm', layers: 2 } as const;
const parse = <T>(files: Files, name: string) => JSON.parse(new TextDecoder().decode(files.get(name))) as T;
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A tensor of a folder by its name in the manifest, as rows. */
function matrix(files: Files, name: string): number[][] {
  const { filename, shape } = parse<Manifest>(files, 'manifest.json')[name]!;
  const data = [...new Float32Array(new Uint8Array(files.get(filename)!).buffer)];
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, row) => data.slice(row * width, (row + 1) * width));
}

const cell = (layer: number, part: string) => `rnnlm/multi_rnn_cell/cell_${layer}/basic_lstm_cell/${part}`;
const times = (x: readonly number[], W: readonly (readonly number[])[]): number[] =>
  W[0]!.map((_, column) => x.reduce((sum, value, row) => sum + value * W[row]![column]!, 0));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** What ml5 computes of a folder: TensorFlow's BasicLSTMCell, gates i, j, f, o, with 1 added to the forget gates. */
function ml5Probabilities(files: Files, ids: readonly number[]): number[][] {
  const E = matrix(files, 'embedding');
  const state = [0, 1].map(() => ({ c: new Array<number>(H).fill(0), h: new Array<number>(H).fill(0) }));
  return ids.map((id) => {
    let x = E[id]!;
    state.forEach((layer, l) => {
      const [bias] = matrix(files, cell(l, 'bias'));
      const z = times([...x, ...layer.h], matrix(files, cell(l, 'kernel'))).map(
        (value, k) => value + bias![k]!,
      );
      const [i, j, f, o] = [0, 1, 2, 3].map((gate) => z.slice(gate * H, (gate + 1) * H)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      layer.c = layer.c.map((c, k) => c * sigmoid(f[k]! + 1) + sigmoid(i[k]!) * Math.tanh(j[k]!));
      layer.h = layer.c.map((c, k) => Math.tanh(c) * sigmoid(o[k]!));
      x = layer.h;
    });
    const [by] = matrix(files, 'rnnlm/softmax_b');
    return softmax(times(x, matrix(files, 'rnnlm/softmax_w')).map((y, v) => y + by![v]!));
  });
}

describe('a folder for ml5', () => {
  it.each([0, N])('with an embedding of %i: ml5 computes our probabilities, to 1e-6', (embedding) => {
    const checkpoint = modelOf({ ...LSTM, embedding });
    expect(
      largestDifference(ml5Probabilities(toMl5(checkpoint), IDS), probabilitiesOf(checkpoint)),
    ).toBeLessThan(1e-6);
  });

  it('has the files, names and shapes of its charRNN; the manifest is written last', () => {
    const files = toMl5(modelOf(LSTM));
    const manifest = parse<Manifest>(files, 'manifest.json');
    expect(Object.entries(manifest).map(([name, { shape }]) => [name, shape])).toEqual([
      ['embedding', [V, V]],
      [cell(0, 'kernel'), [V + H, 4 * H]],
      [cell(0, 'bias'), [4 * H]],
      [cell(1, 'kernel'), [2 * H, 4 * H]],
      [cell(1, 'bias'), [4 * H]],
      ['rnnlm/softmax_w', [H, V]],
      ['rnnlm/softmax_b', [V]],
    ]);
    for (const [name, { filename, shape }] of Object.entries(manifest)) {
      expect(filename).toBe(name.replaceAll('/', '_'));
      expect(files.get(filename)!.length).toBe(4 * shape.reduce((product, n) => product * n, 1));
    }
    expect([...files.keys()].at(-1)).toBe('manifest.json');
    const vocabulary = parse<Record<string, number>>(files, 'vocab.json');
    expect(Object.keys(vocabulary).sort()).toEqual([...CHARACTERS].sort());
    expect(CHARACTERS.map((character) => vocabulary[character])).toEqual(CHARACTERS.map((_, id) => id));
  });

  it('has the averaged weights, where there are such', () => {
    const averaged = modelOf(LSTM, { seed: 'other' });
    expect(toMl5({ ...modelOf(LSTM), average: averaged.weights })).toEqual(toMl5(averaged));
  });

  it.each<[string, Parameters<typeof modelOf>, string]>([
    ['another cell', [{ cell: 'gru', layers: 2 }], '2 layers of lstm, got 2 of gru'],
    ['another depth', [{ cell: 'lstm', layers: 3 }], '2 layers of lstm, got 3 of lstm'],
    ['bytes', [LSTM, { unit: 'byte', units: [10, 97] }], 'single code points as characters, got bytes'],
    [
      'longer characters',
      [LSTM, { unit: 'grapheme', units: ['a', 'e\u0301'] }],
      'single code points as characters, got "e\u0301"',
    ],
  ])('%s is refused', (_, model, problem) => {
    expect(() => toMl5(modelOf(...model))).toThrow(
      new RnnError('usage', `format ml5: its charRNN needs ${problem}`),
    );
  });
});

describe('a charRNN of ml5', () => {
  it.each([1, 3])(
    'of %i layers, older names and what its training left: computes what it did, to 1e-6',
    (layers) => {
      const { weights, config } = modelOf({ cell: 'lstm', layers });
      const two = toMl5(modelOf(LSTM));
      // a folder of other depth has the same parts for each layer
      const files: Files = new Map(two);
      const manifest = parse<Manifest>(two, 'manifest.json');
      const renamed: Manifest = { Variable: { filename: 'Variable', shape: [1] } };
      for (const [name, found] of Object.entries(manifest)) {
        const older = name.replace('kernel', 'weights').replace(/bias$/, 'biases');
        if (older.includes('cell_1')) {
          for (let layer = 1; layer < layers; layer++)
            renamed[older.replace('cell_1', `cell_${layer}`)] = found;
        } else renamed[older] = found;
        renamed[`${older}/Adam_1`] = found;
      }
      files.set('manifest.json', json(renamed));
      const { checkpoint } = fromMl5(files, 'folder');
      expect([checkpoint.config.layers, checkpoint.weights.length]).toEqual([config.layers, weights.length]);
      const first = fromMl5(two, 'folder').checkpoint;
      const shared = 4 * H * (V + H + 1);
      expect(checkpoint.weights.subarray(0, shared)).toEqual(first.weights.subarray(0, shared));
    },
  );

  it.each([0, N])('comes back from a folder with an embedding of %i as it went', (embedding) => {
    const checkpoint = modelOf({ ...LSTM, embedding });
    const { checkpoint: back, notes } = fromMl5(toMl5(checkpoint), 'folder');
    expect(largestDifference(probabilitiesOf(back), probabilitiesOf(checkpoint))).toBeLessThan(1e-6);
    expect(back.vocabulary).toEqual(checkpoint.vocabulary);
    expect(back.imported).toBe('ml5 charRNN');
    expect(notes).toEqual([
      `its embedding (9 x ${embedding || 9}) is part of Wxh now, so fine-tuning changes each character's column by itself`,
    ]);
  });

  it('names the files that it needs', () => {
    const files = toMl5(modelOf(LSTM));
    expect(new Set(['manifest.json', ...ml5Files(files.get('manifest.json')!, 'folder')])).toEqual(
      new Set(files.keys()),
    );
  });
});

describe('a damaged charRNN is refused in one line', () => {
  const changed = (change: (manifest: Manifest) => void) => (files: Files) => {
    const manifest = parse<Manifest>(files, 'manifest.json');
    change(manifest);
    files.set('manifest.json', json(manifest));
  };
  const vocabulary = (value: unknown) => (files: Files) => void files.set('vocab.json', json(value));
  const own = Object.fromEntries(CHARACTERS.map((character, id) => [character, id]));
  const kernel = cell(0, 'kernel');

  it.each<[string, (files: Files) => void, string]>([
    [
      'no manifest',
      (files) => void files.delete('manifest.json'),
      "expected a folder of ml5's charRNN, got one without manifest.json",
    ],
    [
      'a manifest that is none',
      (files) => void files.set('manifest.json', json(1)),
      'manifest.json: expected a JSON object, got something else',
    ],
    [
      'no embedding',
      changed((m) => delete m.embedding),
      'manifest.json: expected a tensor named embedding, got none',
    ],
    [
      'no LSTM',
      changed((m) => {
        for (const name of Object.keys(m)) if (name.includes('cell_')) delete m[name];
      }),
      'manifest.json: expected an LSTM (cell_0/…/kernel), got none',
    ],
    [
      'no bias',
      changed((m) => delete m[cell(1, 'bias')]),
      'manifest.json: expected a bias of cell_1, got none',
    ],
    [
      'no softmax',
      changed((m) => delete m['rnnlm/softmax_w']),
      'manifest.json: expected softmax_w, got none',
    ],
    [
      'another part',
      changed((m) => (m['rnnlm/attention'] = m.embedding!)),
      '"rnnlm/attention" is of another part, which ml5\'s charRNN does not have',
    ],
    [
      'a file elsewhere',
      changed((m) => (m[kernel]!.filename = '../secret')),
      `manifest.json: "${kernel}": expected the name of a file, got "../secret"`,
    ],
    [
      'the folder above',
      changed((m) => (m[kernel]!.filename = '..')),
      `manifest.json: "${kernel}": expected the name of a file, got ".."`,
    ],
    [
      'a shape that is none',
      changed((m) => (m[kernel]!.shape = [-1])),
      `manifest.json: "${kernel}": expected a shape, got [-1]`,
    ],
    ['a missing file', (files) => void files.delete('embedding'), 'embedding: no such file'],
    [
      'a file that is cut off',
      (files) => void files.set('embedding', files.get('embedding')!.subarray(1)),
      'embedding: a shape of (9,9) needs 324 bytes, got 323',
    ],
    [
      'numbers that are not finite',
      (files) => void files.set('embedding', new Uint8Array(4 * V * V).fill(255)),
      'embedding: holds numbers that are not finite',
    ],
    [
      'a shape of the same size',
      changed((m) => (m[kernel]!.shape = [4 * H, V + H])),
      `"${kernel}": expected a tensor (14,20), got (20,14)`,
    ],
    ['no vocabulary', (files) => void files.delete('vocab.json'), 'vocab.json: no such file'],
    [
      'an entry of two spaces',
      vocabulary({ ...Object.fromEntries(Object.entries(own).filter(([c]) => c !== ' ')), '  ': 0 }),
      'vocab.json: entry 0: expected one codepoint, got "  "',
    ],
    [
      'too few characters',
      vocabulary({ a: 0, b: 1 }),
      'vocab.json: expected 9 characters, as many as the model has, got 2',
    ],
    ['a number twice', vocabulary({ ...own, a: 0 }), 'vocab.json: " " and "a" have one number, 0'],
  ])('%s', (_, damage, problem) => {
    const files = toMl5(modelOf(LSTM));
    damage(files);
    expect(() => fromMl5(files, 'folder')).toThrow(new RnnError('checkpoint', `folder: ${problem}`));
  });
});
