import type { Vocabulary } from '../corpus/vocabulary.ts';
import { checkpointOf, foldedNote, type Imported, requireRoom } from './imported.ts';
import { addToForget, FORGET_BIAS, G, MANIFEST, ORDER, VOCABULARY } from './ml5-export.ts';
import {
  columns,
  type Fail,
  failWith,
  floatsOf,
  product,
  reorder,
  requireFinite,
  sizeOf,
  transpose,
} from './tensors.ts';
import { parseVocabulary } from './vocabulary.ts';

type Files = ReadonlyMap<string, Uint8Array>;

interface Entry {
  filename: string;
  shape: number[];
}

/** Files that a training run of TensorFlow leaves beside the model. */
const NO_PART =
  /^Variable(_\d+)?$|global_step$|^beta\d_power$|\/Adam(_\d+)?$|\/RMSProp(_\d+)?$|^rnnlm\/(lr|learning_rate)$/;

/** The model's tensors in a manifest. */
function parseManifest(bytes: Uint8Array | undefined, fail: Fail): Map<string, Entry> {
  if (!bytes) return fail(`expected a folder of ml5's charRNN, got one without ${MANIFEST}`);
  const value = parseJson(bytes, (problem) => fail(`${MANIFEST}: ${problem}`));
  const entries = Object.entries(value).filter(([name]) => !NO_PART.test(name));
  for (const [name, entry] of entries) {
    const { filename, shape } = (entry ?? {}) as Partial<Entry>;
    // a file of this folder and of no other
    if (typeof filename !== 'string' || !/^[\w.-]+$/.test(filename) || /^\.+$/.test(filename))
      fail(
        `${MANIFEST}: ${JSON.stringify(name)}: expected the name of a file, got ${JSON.stringify(filename)}`,
      );
    if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n > 0))
      fail(`${MANIFEST}: ${JSON.stringify(name)}: expected a shape, got ${JSON.stringify(shape)}`);
  }
  return new Map(entries as [string, Entry][]);
}

function parseJson(bytes: Uint8Array, fail: Fail): object {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    if (value !== null && typeof value === 'object') return value;
  } catch {}
  return fail('expected a JSON object, got something else');
}

/** The files that `fromMl5` needs beside the manifest, all in its folder. */
export function ml5Files(manifest: Uint8Array, name: string): string[] {
  return [
    VOCABULARY,
    ...[...parseManifest(manifest, failWith(name)).values()].map(({ filename }) => filename),
  ];
}

/** @param name of the folder, for messages */
export function fromMl5(files: Files, name: string): Imported {
  const fail = failWith(name);
  const { E, layers, softmax } = readParts(files, fail);
  const [V = 0, D = 0] = E.shape;
  const [H = 0] = softmax.w.shape;
  requireShape(E, [V, D], fail);
  requireShape(softmax.w, [H, V], fail);
  requireShape(softmax.b, [V], fail);
  const shape = {
    cell: 'lstm',
    hidden: H,
    layers: layers.length,
    nonlinearity: 'tanh',
    embedding: 0,
  } as const;
  requireRoom(shape, V, fail);
  const tensors = new Map([
    ['output.Why', transpose(softmax.w.data, H, V)],
    ['output.by', softmax.b.data],
  ]);
  layers.forEach(({ kernel, bias }, layer) => {
    const width = layer > 0 ? H : D;
    requireShape(kernel, [width + H, G * H], fail);
    requireShape(bias, [G * H], fail);
    // a row for each unit of each gate, over input and state
    const W = reorder(transpose(kernel.data, width + H, G * H), ORDER);
    const Wxh = columns(W, width + H, 0, width);
    tensors.set(`layers.${layer}.Wxh`, layer === 0 ? product(Wxh, E.data, G * H, V, D) : Wxh);
    tensors.set(`layers.${layer}.Whh`, columns(W, width + H, width, width + H));
    tensors.set(`layers.${layer}.bh`, addToForget(reorder(bias.data, ORDER), FORGET_BIAS));
  });
  const vocabulary = readVocabulary(files.get(VOCABULARY), V, fail);
  const checkpoint = checkpointOf(shape, vocabulary, tensors, 'ml5 charRNN');
  return { checkpoint, notes: [foldedNote(`${V} x ${D}`)] };
}

/** The tensors of the model, which must be all that the manifest names. */
function readParts(files: Files, fail: Fail) {
  const manifest = parseManifest(files.get(MANIFEST), fail);
  const left = new Set(manifest.keys());
  const find = (suffix: RegExp) => [...left].find((key) => suffix.test(key));
  const take = (suffix: RegExp, what: string): Found => {
    const key = find(suffix);
    if (key === undefined) return fail(`${MANIFEST}: expected ${what}, got none`);
    left.delete(key);
    const { filename, shape } = manifest.get(key)!;
    return { key, shape, data: readNumbers(filename, shape, files, fail) };
  };
  const E = take(/(^|\/)embedding$/, 'a tensor named embedding');
  const layers: LayerTensors[] = [];
  for (let layer = 0; find(kernelOf(layer)) || layer === 0; layer++) {
    const kernel = take(kernelOf(layer), 'an LSTM (cell_0/…/kernel)');
    layers.push({ kernel, bias: take(biasOf(layer), `a bias of cell_${layer}`) });
  }
  const softmax = { w: take(/(^|\/)softmax_w$/, 'softmax_w'), b: take(/(^|\/)softmax_b$/, 'softmax_b') };
  for (const key of left)
    fail(`${JSON.stringify(key)} is of another part, which ml5's charRNN does not have`);
  return { E, layers, softmax };
}

interface Found {
  key: string;
  shape: number[];
  data: Float32Array;
}
interface LayerTensors {
  kernel: Found;
  bias: Found;
}

const kernelOf = (layer: number) => new RegExp(`(^|/)cell_${layer}/.*(kernel|weights)$`);
const biasOf = (layer: number) => new RegExp(`(^|/)cell_${layer}/.*(bias|biases)$`);

function requireShape({ key, shape }: Found, expected: number[], fail: Fail): void {
  if (shape.join() !== expected.join())
    fail(`${JSON.stringify(key)}: expected a tensor (${expected}), got (${shape})`);
}

function readNumbers(filename: string, shape: number[], files: Files, fail: Fail): Float32Array {
  const bytes = files.get(filename);
  if (!bytes) return fail(`${filename}: no such file`);
  const expected = 4 * sizeOf(shape);
  if (bytes.length !== expected)
    fail(`${filename}: a shape of (${shape}) needs ${expected} bytes, got ${bytes.length}`);
  const data = floatsOf(bytes);
  requireFinite(filename, data, fail);
  return data;
}

function readVocabulary(bytes: Uint8Array | undefined, V: number, fail: Fail): Vocabulary {
  if (!bytes) return fail(`${VOCABULARY}: no such file`);
  const failVocabulary: Fail = (problem) => fail(`${VOCABULARY}: ${problem}`);
  const vocabulary = parseVocabulary(new TextDecoder().decode(bytes), 'codepoint', failVocabulary);
  if (vocabulary.size !== V)
    failVocabulary(`expected ${V} characters, as many as the model has, got ${vocabulary.size}`);
  return vocabulary;
}
