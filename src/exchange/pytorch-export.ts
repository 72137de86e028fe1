import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CELLS } from '../model/cells.ts';
import { EXCHANGED } from './cells.ts';
import { type Learned, learnedOf } from './learned.ts';
import { writeSafetensors } from './safetensors.ts';
import type { Tensor } from './tensors.ts';

/*
 * A PyTorch state dict as safetensors: `rnn` is nn.RNN, nn.LSTM or nn.GRU, `decoder` nn.Linear. Its gates are ours, in our
 * order; of its two biases a layer the second is zero, but for the n part of a GRU. With a tied embedding `encoder` is
 * nn.Embedding, `projection` nn.Linear without bias, and the weights of encoder and decoder are the same.
 */

/** Under this key the metadata say that encoder and decoder share their weights. */
export const TIED = 'tied_embedding';

export function toPyTorch(checkpoint: Checkpoint): Uint8Array {
  const model = learnedOf(checkpoint);
  const { cell, relu, vocabulary, sizes } = model;
  return writeSafetensors({
    tensors: tensorsOf(model),
    metadata: new Map([
      ['format', 'pt'],
      ['cell', cell],
      ...(CELLS[cell].choosesNonlinearity ? [['nonlinearity', relu ? 'relu' : 'tanh'] as const] : []),
      ['vocabulary', JSON.stringify(vocabulary.units)],
      ['unit', vocabulary.unit],
      ...(sizes.N > 0 ? [[TIED, 'true'] as const] : []),
    ]),
  });
}

function tensorsOf({ cell, sizes: { V, H, L, N }, tensor }: Learned): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const put = (name: string, shape: number[], data: Float32Array) => tensors.set(name, { shape, data });
  const { gates, hasInnerBias } = EXCHANGED[cell];
  const rows = gates * H;
  if (N > 0) put('encoder.weight', [V, N], tensor('embedding.E'));
  for (let layer = 0; layer < L; layer++) {
    const own = (name: string) => tensor(`layers.${layer}.${name}`);
    put(`rnn.weight_ih_l${layer}`, [rows, layer > 0 ? H : N || V], own('Wxh'));
    put(`rnn.weight_hh_l${layer}`, [rows, H], own('Whh'));
    put(`rnn.bias_ih_l${layer}`, [rows], own('bh'));
    const second = new Float32Array(rows);
    if (hasInnerBias) second.set(own('bhn'), rows - H);
    put(`rnn.bias_hh_l${layer}`, [rows], second);
  }
  if (N > 0) put('projection.weight', [N, H], tensor('output.Whe'));
  put('decoder.weight', [V, N || H], tensor(N > 0 ? 'embedding.E' : 'output.Why'));
  put('decoder.bias', [V], tensor('output.by'));
  return tensors;
}
