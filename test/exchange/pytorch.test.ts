import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deserialize, serialize } from '../../src/checkpoint/index.ts';
import { toPyTorch } from '../../src/exchange/index.ts';
import { readSafetensors, type SafeTensors } from '../../src/exchange/safetensors.ts';
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
import { imported } from '../support/state-dicts.ts';

interface Golden {
  characters: string[];
  models: { name: string; file: string; ids: number[]; probabilities: number[][] }[];
}
const golden = JSON.parse(readFileSync(new URL('pytorch.json', import.meta.url), 'utf8')) as Golden;

const never = (problem: string): never => {
  throw new Error(problem);
};
const read = (bytes: Uint8Array): SafeTensors => readSafetensors(bytes, never);
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
