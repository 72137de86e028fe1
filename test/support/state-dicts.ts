import { RnnError } from '../../src/errors.ts';
import { fromPyTorch, type PyTorchOptions } from '../../src/exchange/index.ts';
import { writeSafetensors } from '../../src/exchange/safetensors.ts';
import type { Tensor } from '../../src/exchange/tensors.ts';
import { CHARACTERS, H, V } from './exchange.ts';
import { fillRandom } from './models.ts';

/* Files of PyTorch state dicts, whole and faulty. */

export const imported = (bytes: Uint8Array, options?: PyTorchOptions) =>
  fromPyTorch(bytes, 'm.safetensors', options);

export const tensor = (...shape: number[]): Tensor => {
  const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
  fillRandom(data, shape.join());
  return { shape, data };
};

/** A one-hot LSTM as people name its parts. */
export const PLAIN: Record<string, Tensor> = {
  'lstm.weight_ih_l0': tensor(4 * H, V),
  'lstm.weight_hh_l0': tensor(4 * H, H),
  'lstm.bias_ih_l0': tensor(4 * H),
  'lstm.bias_hh_l0': tensor(4 * H),
  'fc.weight': tensor(V, H),
  'fc.bias': tensor(V),
};
export const VOCAB = JSON.stringify(CHARACTERS);

export function fileOf(
  changes: Record<string, Tensor | undefined> = {},
  metadata: Record<string, string> = { vocab: VOCAB },
) {
  const tensors = Object.entries({ ...PLAIN, ...changes }).filter(([, found]) => found);
  return writeSafetensors({
    tensors: new Map(tensors as [string, Tensor][]),
    metadata: new Map(Object.entries(metadata)),
  });
}

export function problemOf(bytes: Uint8Array, options?: PyTorchOptions): string {
  try {
    imported(bytes, options);
  } catch (error) {
    if (error instanceof RnnError) return error.lines((key) => `--${key}`).join('\n');
    throw error;
  }
  return 'none';
}
