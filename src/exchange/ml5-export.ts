import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { RnnError } from '../errors.ts';
import { MAX_WEIGHTS } from './imported.ts';
import { learnedOf } from './learned.ts';
import { bytesOf, product, reorder, transpose } from './tensors.ts';

/*
 * ml5's charRNN (ml5 up to 0.12): a folder with `manifest.json`, which says of each tensor its file and shape, a file of
 * float32 for each, and `vocab.json`, an object from character to number. The model is an embedding and LSTMs as
 * TensorFlow 1 had them: a kernel (D+H,4H) for input and state at once, gates i, g, f, o, and 1 added to the forget gates
 * when it runs.
 */

export const MANIFEST = 'manifest.json';
export const VOCABULARY = 'vocab.json';

/** Our gates i, f, g, o in the order of TensorFlow, and back. */
export const ORDER = [0, 2, 1, 3];
export const G = 4;
const FORGET = 1;
export const FORGET_BIAS = 1;
/** ml5 reads the state of its second layer by that number. */
const LAYERS = 2;

/** @throws RnnError where ml5 could not run it */
export function toMl5(checkpoint: Checkpoint): Map<string, Uint8Array> {
  const { cell, sizes, vocabulary, tensor } = learnedOf(checkpoint);
  const { V, H, L, N } = sizes;
  if (cell !== 'lstm' || L !== LAYERS) refuse(`${LAYERS} layers of lstm`, `${L} of ${cell}`);
  const odd = vocabulary.units.find((entry) => typeof entry === 'number' || [...entry].length > 1);
  if (odd !== undefined)
    refuse('single code points as characters', typeof odd === 'number' ? 'bytes' : JSON.stringify(odd));
  const D = N || V;
  if (V * D > MAX_WEIGHTS) refuse('fewer characters, or a model with an embedding', `${V} one-hot ones`);
  const files = new Map<string, Uint8Array>();
  const manifest: Record<string, { filename: string; shape: number[] }> = {};
  const put = (name: string, shape: number[], values: Float32Array) => {
    const filename = name.replaceAll('/', '_');
    manifest[name] = { filename, shape };
    files.set(filename, bytesOf(values));
  };
  put('embedding', [V, D], N > 0 ? tensor('embedding.E') : identity(V));
  for (let layer = 0; layer < L; layer++) {
    const own = (name: string) => reorder(tensor(`layers.${layer}.${name}`), ORDER);
    const width = layer > 0 ? H : D;
    const kernel = new Float32Array((width + H) * G * H);
    kernel.set(transpose(own('Wxh'), G * H, width));
    kernel.set(transpose(own('Whh'), G * H, H), width * G * H);
    const forget = reorder(addToForget(tensor(`layers.${layer}.bh`), -FORGET_BIAS), ORDER);
    put(`rnnlm/multi_rnn_cell/cell_${layer}/basic_lstm_cell/kernel`, [width + H, G * H], kernel);
    put(`rnnlm/multi_rnn_cell/cell_${layer}/basic_lstm_cell/bias`, [G * H], forget);
  }
  // tied: y = E·(Whe·h) + by, in one matrix
  const Why =
    N > 0
      ? product(tensor('embedding.E'), transpose(tensor('output.Whe'), N, H), V, H, N)
      : tensor('output.Why');
  put('rnnlm/softmax_w', [H, V], transpose(Why, V, H));
  put('rnnlm/softmax_b', [V], tensor('output.by'));
  files.set(VOCABULARY, json(Object.fromEntries(vocabulary.units.map((entry, id) => [entry, id]))));
  // last, so that a folder that was not written to its end has none
  files.set(MANIFEST, json(manifest));
  return files;
}

function refuse(expected: string, got: string): never {
  throw new RnnError(
    'usage',
    (nameOf) => `${nameOf('format')} ml5: its charRNN needs ${expected}, got ${got}`,
  );
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function identity(n: number): Float32Array {
  const I = new Float32Array(n * n);
  for (let i = 0; i < n; i++) I[i * n + i] = 1;
  return I;
}

/** @param bias of our gates (4H) */
export function addToForget(bias: Float32Array, value: number): Float32Array {
  const H = bias.length / G;
  return bias.map((b, i) => (Math.floor(i / H) === FORGET ? b + value : b));
}
