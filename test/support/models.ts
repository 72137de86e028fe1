import {
  type Config,
  completeConfig,
  type FittedConfig,
  type PartialConfig,
  trainSchema,
} from '../../src/config/index.ts';
import { type Corpus, type ReadOptions, readCorpus, Vocabulary } from '../../src/corpus/index.ts';
import type { Floats, Kernels } from '../../src/kernels/index.ts';
import {
  type Architecture,
  createWeights,
  type DropoutOptions,
  initializeWeights,
  Network,
} from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { fitCadence } from '../../src/train/cadence.ts';

/** Odd, distinct sizes, so that swapped axes and vector tails show. */
export const [B, T, H, V] = [3, 5, 7, 11];

export function fillRandom(x: Floats | Int32Array, seed: string, scale = 1): void {
  const random = createRandom(seed, 'test');
  for (let i = 0; i < x.length; i++) x[i] = (2 * random.next() - 1) * scale;
}

export function randomIds(x: Int32Array, V: number, seed: string): void {
  const random = createRandom(seed, 'ids');
  for (let i = 0; i < x.length; i++) x[i] = Math.floor(random.next() * V);
}

export interface Sizes {
  B: number;
  T: number;
  H: number;
  V: number;
}

/** A network with random weights and biases, warm states, ids and targets. */
export function randomNetwork(
  kernels: Kernels,
  layers: number,
  sizes: Sizes = { B, T, H, V },
  seed = 'net',
  model: Partial<Architecture> = {},
  dropout?: DropoutOptions,
): Network {
  const { cell = 'rnn' } = model;
  const weights = createWeights(
    { ...model, cell, hidden: sizes.H, layers, vocabularySize: sizes.V },
    kernels,
  );
  initializeWeights(weights, { init: 'uniform', initGain: 1, forgetBias: 1 }, createRandom(seed, 'init'));
  for (const { name, role } of weights.table)
    if (role === 'bias') fillRandom(weights.view(name), `${seed}${name}`, 0.3);
  // gates damp: with weights this small the gradient of the lowest of three layers would be lost in rounding
  if (cell !== 'rnn') kernels.scale(weights.data, 2);
  weights.stale = true;
  const network = new Network(weights, kernels, { B: sizes.B, T: sizes.T, backward: true, dropout });
  network.layers.forEach((layer, l) => {
    fillRandom(layer.initialState, `${seed}state${l}`, 0.5);
  });
  network.dropoutKeys.forEach((_, layer, keys) => {
    keys[layer] = 1234 + layer;
  });
  randomIds(network.ids, sizes.V, `${seed}inputs`);
  randomIds(network.targets, sizes.V, `${seed}targets`);
  return network;
}

export const configOf = (settings: PartialConfig): Config => completeConfig(trainSchema.parse(settings));

/** The same as of a plan, whatever the text. */
export const fittedOf = (settings: PartialConfig): FittedConfig =>
  fitCadence(
    {
      ...configOf(settings),
      validationFraction: settings.validationFraction ?? 0.1,
      batchSize: settings.batchSize ?? 32,
    },
    {
      parameters: 1,
      checkpointBytes: 1,
      validation: 1,
      windows: 1,
    },
  );

/** A corpus of code points from a string, as readCorpus would make it. */
export function corpusOf(text: string): Corpus {
  const units = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const vocabulary = new Vocabulary('codepoint', units);
  const { ids } = vocabulary.encode(text);
  const bytes = new TextEncoder().encode(text).length;
  return {
    vocabulary,
    ids: Uint8Array.from(ids),
    sha256: 'a'.repeat(64),
    bytes,
    files: 1,
    skipped: 0,
    notes: [],
  };
}

/** A string as the bytes of standard input. */
export function readString(text: string, options: Partial<ReadOptions>): Promise<Corpus> {
  const stdin = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  return readCorpus(['-'], { unit: 'codepoint', encoding: 'utf-8', invalid: 'error', stdin, ...options });
}

/** Some text with structure, deterministic. */
export function someText(length: number): string {
  const random = createRandom('text', 'test');
  const words = ['the', 'light', 'four', 'and', 'one', 'bread', 'sea', 'hello', 'stairs'];
  let text = '';
  while (text.length < length) text += `${words[Math.floor(random.next() * words.length)]} `;
  return text.slice(0, length);
}
