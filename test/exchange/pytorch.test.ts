import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deserialize, serialize } from '../../src/checkpoint/index.ts';
import { RnnError } from '../../src/errors.ts';
import { fromPyTorch, type PyTorchOptions, toPyTorch } from '../../src/exchange/index.ts';
import { readSafetensors, type SafeTensors, writeSafetensors } from '../../src/exchange/safetensors.ts';
import type { Tensor } from '../../src/exchange/tensors.ts';
import { createRandom } from '../../src/random.ts';
import {
  CHARACTERS,
  H,
  largestDifference,
  MODELS,
  modelOf,
  N,
  probabilitiesOf,
  V,
} from '../support/exchange.ts';
import { fillRandom } from '../support/models.ts';

interface Golden {
  characters: string[];
  models: { name: string; file: string; ids: number[]; probabilities: number[][] }[];
}
const golden = JSON.parse(readFileSync(new URL('pytorch.json', import.meta.url), 'utf8')) as Golden;

const never = (problem: string): never => {
  throw new Error(problem);
};
const read = (bytes: Uint8Array): SafeTensors => readSafetensors(bytes, never);
const imported = (bytes: Uint8Array, options?: PyTorchOptions) =>
  fromPyTorch(bytes, 'm.safetensors', options);
const sentence = (note: unknown): string =>
  typeof note === 'function'
    ? (note as (name: (key: string) => string) => string)((key) => `--${key}`)
    : String(note);

describe('a state dict of PyTorch', () => {
  it.each(golden.models)(
    '$name: computes what PyTorch does, to 1e-6',
    ({ name, file, ids, probabilities }) => {
      const nonlinearity = name.includes('relu') ? 'relu' : undefined;
      const { checkpoint } = imported(Buffer.from(file, 'base64'), { nonlinearity });
      expect(largestDifference(probabilitiesOf(checkpoint, ids), probabilities)).toBeLessThan(1e-6);
      expect(checkpoint.vocabulary.units).toEqual(golden.characters);
      expect(checkpoint.imported).toBe('PyTorch state dict');
    },
  );

  it('says what was assumed and what was changed', () => {
    const notes = golden.models.map(({ file }) => imported(Buffer.from(file, 'base64')).notes.map(sentence));
    const tanh = 'the file does not say tanh or relu, read as tanh (--nonlinearity changes that)';
    const folded = (size: string) =>
      `its embedding (${size}) is part of Wxh now, so fine-tuning changes each character's column by itself`;
    expect(notes).toEqual([
      [tanh],
      [tanh],
      [folded('7 x 3')],
      [folded('7 x 3')],
      [folded('7 x 3')],
      [folded('7 x 5')],
      [folded('7 x 5')],
    ]);
  });

  it('becomes a checkpoint that can be saved and read', () => {
    const { checkpoint } = imported(Buffer.from(golden.models[2]!.file, 'base64'));
    expect(deserialize(serialize(checkpoint), 'a file')).toEqual(checkpoint);
  });
});

describe('an exported state dict', () => {
  it.each(MODELS)('%o: comes back as it went, to the byte', (shape) => {
    const checkpoint = modelOf(shape);
    const { checkpoint: back, notes } = imported(toPyTorch(checkpoint));
    expect(back.weights).toEqual(checkpoint.weights);
    expect(back.config).toEqual(checkpoint.config);
    expect(back.vocabulary).toEqual(checkpoint.vocabulary);
    expect(notes).toEqual([]);
  });

  it('has the names and shapes of PyTorch; a second bias is zero but in the n part of a GRU', () => {
    const checkpoint = modelOf({ cell: 'gru', layers: 2, embedding: N });
    const { tensors, metadata } = read(toPyTorch(checkpoint));
    const layer = (l: number, D: number) => [
      [`rnn.weight_ih_l${l}`, [3 * H, D]],
      [`rnn.weight_hh_l${l}`, [3 * H, H]],
      [`rnn.bias_ih_l${l}`, [3 * H]],
      [`rnn.bias_hh_l${l}`, [3 * H]],
    ];
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['encoder.weight', [V, N]],
      ...layer(0, N),
      ...layer(1, H),
      ['projection.weight', [N, H]],
      ['decoder.weight', [V, N]],
      ['decoder.bias', [V]],
    ]);
    const second = [...tensors.get('rnn.bias_hh_l0')!.data];
    expect(second.slice(0, 2 * H).every((value) => value === 0)).toBe(true);
    expect(second.slice(2 * H).every((value) => value !== 0)).toBe(true);
    expect(tensors.get('decoder.weight')).toEqual(tensors.get('encoder.weight'));
    expect(Object.fromEntries(metadata)).toEqual({
      format: 'pt',
      cell: 'gru',
      vocabulary: JSON.stringify(CHARACTERS),
      unit: 'codepoint',
      tied_embedding: 'true',
    });
  });

  it.each([
    ['byte', [10, 32, 255]],
    ['grapheme', ['a', 'e\u0301', '👍🏽']],
  ] as const)('keeps characters that are a %s', (unit, units) => {
    const { checkpoint } = imported(toPyTorch(modelOf({}, { unit, units: units as unknown as string[] })));
    expect([checkpoint.vocabulary.unit, checkpoint.vocabulary.units]).toEqual([unit, units]);
  });

  it('begins its numbers at a multiple of eight bytes, so that they can be mapped', () => {
    for (const characters of [3, 4, 5, 6]) {
      const bytes = toPyTorch(modelOf({}, { units: CHARACTERS.slice(0, characters) }));
      expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }
  });

  it('has the averaged weights, where there are such', () => {
    const averaged = modelOf({ cell: 'lstm' }, { seed: 'other' });
    expect(toPyTorch({ ...modelOf({ cell: 'lstm' }), average: averaged.weights })).toEqual(
      toPyTorch(averaged),
    );
  });
});

const tensor = (...shape: number[]): Tensor => {
  const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
  fillRandom(data, shape.join());
  return { shape, data };
};

/** A one-hot LSTM as people name its parts. */
const PLAIN: Record<string, Tensor> = {
  'lstm.weight_ih_l0': tensor(4 * H, V),
  'lstm.weight_hh_l0': tensor(4 * H, H),
  'lstm.bias_ih_l0': tensor(4 * H),
  'lstm.bias_hh_l0': tensor(4 * H),
  'fc.weight': tensor(V, H),
  'fc.bias': tensor(V),
};
const VOCAB = JSON.stringify(CHARACTERS);

function fileOf(
  changes: Record<string, Tensor | undefined> = {},
  metadata: Record<string, string> = { vocab: VOCAB },
) {
  const tensors = Object.entries({ ...PLAIN, ...changes }).filter(([, found]) => found);
  return writeSafetensors({
    tensors: new Map(tensors as [string, Tensor][]),
    metadata: new Map(Object.entries(metadata)),
  });
}

function problemOf(bytes: Uint8Array, options?: PyTorchOptions): string {
  try {
    imported(bytes, options);
  } catch (error) {
    if (error instanceof RnnError) return error.lines((key) => `--${key}`).join('\n');
    throw error;
  }
  return 'none';
}

const KNOWN =
  'which rnn does not have; expected one nn.RNN, nn.LSTM or nn.GRU between one-hot characters or one nn.Embedding and one nn.Linear';

describe('what cannot be imported is refused in one line that names it', () => {
  it('but not this file', () => {
    expect(problemOf(fileOf())).toBe('none');
  });

  it.each<[string, Record<string, Tensor | undefined>, string]>([
    [
      'two directions',
      { 'lstm.weight_ih_l0_reverse': tensor(4 * H, V) },
      `"lstm.weight_ih_l0_reverse" is of a bidirectional network, ${KNOWN}`,
    ],
    [
      'projections',
      { 'lstm.weight_hr_l0': tensor(3, H) },
      `"lstm.weight_hr_l0" is of an LSTM with projections (proj_size), ${KNOWN}`,
    ],
    ['attention', { 'attn.weight': tensor(H, H) }, `"attn.weight" is of attention, ${KNOWN}`],
    [
      'layer norm',
      { 'layer_norm.weight': tensor(H) },
      `"layer_norm.weight" is of a normalization layer, ${KNOWN}`,
    ],
    ['another layer', { 'fc0.weight': tensor(11, 13) }, `"fc0.weight" is of another part, ${KNOWN}`],
    [
      'two networks',
      { 'decoder.weight_ih_l0': tensor(4 * H, V) },
      'expected one nn.RNN, nn.LSTM or nn.GRU (a tensor …weight_ih_l0), got "lstm.weight_ih_l0", "decoder.weight_ih_l0"',
    ],
    [
      'no network',
      Object.fromEntries(
        Object.keys(PLAIN).map((name) => [name, name === 'fc.weight' ? PLAIN[name] : undefined]),
      ),
      'expected one nn.RNN, nn.LSTM or nn.GRU (a tensor …weight_ih_l0), got "fc.weight"',
    ],
    [
      'two gates',
      { 'lstm.weight_hh_l0': tensor(2 * H, H) },
      '"lstm.weight_hh_l0": expected (H,H), (3H,H) or (4H,H), got (10,5)',
    ],
    [
      'a bias of the wrong length',
      { 'lstm.bias_hh_l0': tensor(4 * H - 1) },
      '"lstm.bias_hh_l0": expected a tensor (20), got (19)',
    ],
    [
      'a second layer of another width',
      { 'lstm.weight_ih_l1': tensor(4 * H, 2 * H) },
      '"lstm.weight_ih_l1": expected a tensor (20,5), got (20,10)',
    ],
    [
      'a second layer without Whh',
      { 'lstm.weight_ih_l1': tensor(4 * H, H) },
      '"lstm.weight_hh_l1": expected a tensor (20,5), got none',
    ],
    [
      'no output layer',
      { 'fc.weight': undefined },
      'expected one nn.Linear from the 5 hidden units to the characters, got none',
    ],
    [
      'two output layers',
      { 'head.weight': tensor(V, H), 'head.bias': tensor(V) },
      'expected one nn.Linear from the 5 hidden units to the characters, got "fc.weight", "head.weight"',
    ],
    [
      'an input of unknown meaning',
      { 'lstm.weight_ih_l0': tensor(4 * H, 11) },
      'its input has 11 numbers: expected an nn.Embedding (9,11), or 9, one for each character of "fc.weight"',
    ],
    [
      'an embedding of other characters',
      { 'lstm.weight_ih_l0': tensor(4 * H, 11), 'emb.weight': tensor(V + 1, 11) },
      '"emb.weight": expected a tensor (9,11), got (10,11)',
    ],
    [
      'numbers that are not finite',
      { 'fc.bias': { shape: [V], data: new Float32Array(V).fill(Number.NaN) } },
      '"fc.bias": holds numbers that are not finite',
    ],
  ])('%s', (_, changes, problem) => {
    expect(problemOf(fileOf(changes))).toBe(`m.safetensors: ${problem}`);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'no vocabulary',
      {},
      'holds no vocabulary in its metadata; give a JSON list of its 9 characters with --vocabulary FILE',
    ],
    ['text that is not JSON', { vocab: 'abc' }, 'vocabulary: expected a vocabulary as JSON, got other text'],
    [
      'a number',
      { vocab: '9' },
      'vocabulary: expected a list of characters or an object from character to number',
    ],
    ['no characters', { vocab: '[]' }, 'vocabulary: expected characters, got none'],
    [
      'too few characters',
      { vocab: '"abc"' },
      'vocabulary: expected 9 characters, as many as the output layer has, got 3',
    ],
    [
      'a character twice',
      { vocab: '["a","b","c","d","a","e","f","g","h"]' },
      'vocabulary: "a" appears twice',
    ],
    ['a number twice', { vocab: '{"a":0,"b":1,"c":1}' }, 'vocabulary: "b" and "c" have one number, 1'],
    [
      'a missing number',
      { vocab: '{"a":0,"b":1,"c":3}' },
      'vocabulary: the number of "c": expected an integer from 0 to 2, got 3',
    ],
    [
      'bytes that are none',
      { vocab: '[0,1,2,3,4,5,6,7,256]' },
      'vocabulary: entry 8: expected one byte, got 256',
    ],
    [
      'words',
      { vocab: '["a","b","c","d","the","e","f","g","h"]' },
      'vocabulary: entry 4: expected one grapheme, got "the"',
    ],
    [
      'other tied weights',
      { vocab: VOCAB, tied_embedding: 'true' },
      '"encoder.weight": expected a tensor (0,9), got none',
    ],
  ])('%s', (_, metadata, problem) => {
    expect(problemOf(fileOf({}, metadata))).toBe(`m.safetensors: ${problem}`);
  });

  it('names the file of a vocabulary', () => {
    const vocabulary = { json: '["a"]', name: 'characters.json' };
    expect(problemOf(fileOf(), { vocabulary })).toBe(
      'characters.json: expected 9 characters, as many as the output layer has, got 1',
    );
  });

  it('relu for anything but an nn.RNN', () => {
    expect(problemOf(fileOf(), { nonlinearity: 'relu' })).toBe(
      'm.safetensors: expected an nn.RNN for relu, got lstm cells',
    );
  });

  it('more layers than there can be', () => {
    const layers = Array.from({ length: 64 }, (_, l) => [
      [`lstm.weight_ih_l${l + 1}`, tensor(4 * H, H)],
      [`lstm.weight_hh_l${l + 1}`, tensor(4 * H, H)],
    ]).flat() as [string, Tensor][];
    expect(problemOf(fileOf(Object.fromEntries(layers)))).toBe(
      'm.safetensors: layers: expected an integer from 1 to 64, got 65',
    );
  });

  it('a product that would be too large, before it is computed', () => {
    const wide = {
      'lstm.weight_ih_l0': tensor(4 * 300, 1),
      'lstm.weight_hh_l0': tensor(4 * 300, 300),
      'lstm.bias_ih_l0': undefined,
      'lstm.bias_hh_l0': undefined,
      'fc.weight': tensor(42_000, 300),
      'fc.bias': undefined,
      'emb.weight': tensor(42_000, 1),
    };
    expect(problemOf(fileOf(wide))).toBe('m.safetensors: expected at most 50000000 weights, got 63403200');
  });
});

/** A file of a header as text. */
function raw(header: string, numbers = 0, stated = BigInt(Buffer.byteLength(header))): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), Buffer.alloc(numbers)]);
  bytes.writeBigUInt64LE(stated);
  return bytes;
}
const entry = (value: object) =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...value } });

describe('a damaged safetensors file is refused in one line', () => {
  it.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(0), 'expected a safetensors file, got 0 bytes'],
    [
      'a huge header',
      raw('{}', 0, 2n ** 63n),
      'expected a safetensors header of at most 33554432 bytes, got one of 9223372036854775808',
    ],
    [
      'a header that is cut off',
      raw('{}', 0, 40n),
      'cut off: its header should have 40 bytes, the file has 2 more',
    ],
    [
      'no JSON',
      raw('{"w":'),
      'damaged: the header of a safetensors file must be a JSON object, got something else',
    ],
    [
      'a list',
      raw('[{}]'),
      'damaged: the header of a safetensors file must be a JSON object, got something else',
    ],
    ['a tensor that is none', raw('{"w":1}'), 'damaged: "w": expected type, shape and place of a tensor'],
    [
      'another type',
      raw(entry({ dtype: 'F16' }), 24),
      '"w": expected float32 or float64 (F32, F64), got "F16"',
    ],
    [
      'a type by an inherited name',
      raw(entry({ dtype: 'toString' }), 24),
      '"w": expected float32 or float64 (F32, F64), got "toString"',
    ],
    ['a negative axis', raw(entry({ shape: [-2, -3] }), 24), 'damaged: "w": expected a shape and a place'],
    [
      'another shape',
      raw(entry({ shape: [2, 4] }), 24),
      'damaged: "w": a shape of (2,4) needs 32 bytes, got 24',
    ],
    ['numbers that are cut off', raw(entry({}), 23), 'cut off or damaged: "w": bytes 0 to 24 of 23'],
    [
      'bytes from behind',
      raw(entry({ data_offsets: [24, 0] }), 24),
      'cut off or damaged: "w": bytes 24 to 0 of 24',
    ],
    ['more bytes', raw(entry({}), 25), 'damaged: its tensors take 24 bytes, after its header come 25'],
    ['metadata that are no texts', raw('{"__metadata__":{"a":1}}'), 'damaged: __metadata__: expected texts'],
  ])('%s', (_, bytes, problem) => {
    expect(problemOf(bytes)).toBe(`m.safetensors: ${problem}`);
  });

  it('with any byte of its header changed', () => {
    const whole = fileOf();
    const header = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
    const random = createRandom(1, 'bytes');
    for (let i = 0; i < 500; i++) {
      const bytes = whole.slice();
      bytes[Math.floor(random.next() * header)] = Math.floor(random.next() * 256);
      // a changed name may be a file as good as any
      expect(problemOf(bytes)).toMatch(/^(none|m\.safetensors: [^\n]+)$/);
    }
  });

  it('wherever it is cut', () => {
    const whole = toPyTorch(modelOf({ cell: 'gru' }));
    for (let length = 0; length < whole.length; length += 97)
      expect(problemOf(whole.subarray(0, length))).toMatch(/^m\.safetensors: [^\n]{10,200}$/);
  });
});
