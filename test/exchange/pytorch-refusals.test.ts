import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/exchange/tensors.ts';
import { H, V } from '../support/exchange.ts';
import { fileOf, PLAIN, problemOf, tensor, VOCAB } from '../support/state-dicts.ts';

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
