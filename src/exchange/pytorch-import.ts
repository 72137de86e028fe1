import { CELL_NAMES, type CellName, NONLINEARITIES, type Nonlinearity } from '../config/names.ts';
import type { Unit, Vocabulary } from '../corpus/vocabulary.ts';
import { RnnError, type Wording } from '../errors.ts';
import { CELLS } from '../model/cells.ts';
import { EXCHANGED } from './cells.ts';
import { checkpointOf, foldedNote, type Imported, requireRoom } from './imported.ts';
import { TIED } from './pytorch-export.ts';
import { readSafetensors } from './safetensors.ts';
import { StateDict } from './state-dict.ts';
import { type Fail, failWith, product, type Tensor } from './tensors.ts';
import { parseVocabulary } from './vocabulary.ts';

/*
 * A PyTorch state dict as safetensors. Tensors are known by the suffixes that nn.RNN, nn.LSTM and nn.GRU give them and by
 * their shapes, whatever the model calls its parts.
 */

export interface PyTorchOptions {
  /** JSON of the characters, where the file's metadata have none; the name of its file is for messages */
  vocabulary?: { json: string; name: string } | undefined;
  /** of nn.RNN, where the metadata do not say; tanh unless given */
  nonlinearity?: Nonlinearity | undefined;
}

interface Recurrent {
  cell: CellName;
  H: number;
  L: number;
  /** width of the input */
  D: number;
  /** Wxh, Whh, bh and bhn of each layer, by our names */
  tensors: Map<string, Float32Array>;
}

/** Input and output: of tied embeddings the vectors that both share. */
interface Ends {
  V: number;
  embedding: number;
  tensors: Map<string, Float32Array>;
  /** an embedding (V,D) that becomes part of the first layer: Wxh = W·Eᵀ reads one-hot characters */
  E?: Tensor['data'] | undefined;
}

/** @param name of the file, for messages */
export function fromPyTorch(bytes: Uint8Array, name: string, options: PyTorchOptions = {}): Imported {
  const fail = failWith(name);
  const { tensors, metadata } = readSafetensors(bytes, fail);
  const state = new StateDict(tensors, metadata, fail);
  const recurrent = readRecurrent(state, fail);
  const { cell, H, L, D } = recurrent;
  const nonlinearity = nonlinearityOf(cell, metadata, options, fail);
  const notes: Wording[] = [];
  if (CELLS[cell].choosesNonlinearity && !options.nonlinearity && !metadata.has('nonlinearity'))
    notes.push(
      (nameOf) => `the file does not say tanh or relu, read as tanh (${nameOf('nonlinearity')} changes that)`,
    );
  const isTied = metadata.get(TIED) === 'true';
  const ends = isTied ? readTied(state, recurrent, fail) : readEnds(state, recurrent, fail);
  state.requireEmpty();
  const { V, embedding, E } = ends;
  const shape = { cell, hidden: H, layers: L, nonlinearity, embedding };
  requireRoom(shape, V, fail);
  const vocabulary = vocabularyOf(V, metadata, options, name, fail);
  const all = new Map([...recurrent.tensors, ...ends.tensors]);
  if (E) {
    all.set(INPUT, product(all.get(INPUT)!, E, EXCHANGED[cell].gates * H, V, D));
    notes.push(foldedNote(`${V} x ${D}`));
  }
  return { checkpoint: checkpointOf(shape, vocabulary, all, 'PyTorch state dict'), notes };
}

const INPUT = 'layers.0.Wxh';

function readRecurrent(state: StateDict, fail: Fail): Recurrent {
  const first = 'weight_ih_l0';
  const prefixes = state.names
    .filter((name) => name.endsWith(first))
    .map((name) => name.slice(0, -first.length));
  if (prefixes.length !== 1) {
    const found = prefixes.length === 0 ? state.names : prefixes.map((prefix) => prefix + first);
    fail(`expected one nn.RNN, nn.LSTM or nn.GRU (a tensor …${first}), got ${list(found)}`);
  }
  const prefix = prefixes[0]!;
  const [rows = 0, H = 0] = state.shape(`${prefix}weight_hh_l0`);
  const cell = CELL_NAMES.find((name) => H > 0 && EXCHANGED[name].gates * H === rows);
  if (cell === undefined)
    return fail(`${quoted(`${prefix}weight_hh_l0`)}: expected (H,H), (3H,H) or (4H,H), got (${rows},${H})`);
  const D = state.shape(`${prefix}${first}`)[1] ?? 0;
  const { hasInnerBias } = EXCHANGED[cell];
  const tensors = new Map<string, Float32Array>();
  let L = 0;
  for (; state.has(`${prefix}weight_ih_l${L}`); L++) {
    const take = (part: string, shape: number[]) => state.take(`${prefix}${part}_l${L}`, shape);
    const bias = (part: string) =>
      state.has(`${prefix}${part}_l${L}`) ? take(part, [rows]) : new Float32Array(rows);
    tensors.set(`layers.${L}.Wxh`, Float32Array.from(take('weight_ih', [rows, L > 0 ? H : D])));
    tensors.set(`layers.${L}.Whh`, Float32Array.from(take('weight_hh', [rows, H])));
    const [input, hidden] = [bias('bias_ih'), bias('bias_hh')];
    // the hidden bias that stands inside r∘(…) is that of the last gate
    const summed = hasInnerBias ? rows - H : rows;
    tensors.set(
      `layers.${L}.bh`,
      Float32Array.from(input, (b, i) => (i < summed ? b + hidden[i]! : b)),
    );
    if (hasInnerBias) tensors.set(`layers.${L}.bhn`, Float32Array.from(hidden.subarray(summed)));
  }
  return { cell, H, L, D, tensors };
}

const list = (names: readonly string[]): string =>
  names.length === 0
    ? 'no tensors'
    : names.slice(0, 3).map(quoted).join(', ') + (names.length > 3 ? ', …' : '');
const quoted = (name: string): string => JSON.stringify(name);

/** Recognizes how `toPyTorch` writes a tied embedding E: y = E·(Whe·h) + by. */
function readTied(state: StateDict, { H, D: N }: Recurrent, fail: Fail): Ends {
  const [V = 0] = state.shape('encoder.weight');
  const E = state.take('encoder.weight', [V, N]);
  const decoder = state.take('decoder.weight', [V, N]);
  if (!E.every((value, i) => value === decoder[i]))
    fail('encoder.weight and decoder.weight: expected the same numbers, since its metadata call them tied');
  const tensors = new Map([
    ['embedding.E', Float32Array.from(E)],
    ['output.Whe', Float32Array.from(state.take('projection.weight', [N, H]))],
    ['output.by', Float32Array.from(state.take('decoder.bias', [V]))],
  ]);
  return { V, embedding: N, tensors };
}

/** The parts below and above the recurrent layers. */
function readEnds(state: StateDict, { H, D }: Recurrent, fail: Fail): Ends {
  const output = findOutput(state, H, fail);
  const [V = 0] = state.shape(output);
  const bias = biasOf(output);
  const Why = state.take(output, [V, H]);
  const by = state.has(bias) ? state.take(bias, [V]) : new Float32Array(V);
  const tensors = new Map<string, Float32Array>([
    ['output.Why', Float32Array.from(Why)],
    ['output.by', Float32Array.from(by)],
  ]);
  return { V, embedding: 0, tensors, E: takeEmbedding(state, { V, H, D }, Why, output, fail) };
}

const biasOf = (weight: string): string => weight.replace(/weight$/, 'bias');

/** The weights of the layer from the hidden units to the characters. */
function findOutput(state: StateDict, H: number, fail: Fail): string {
  const matrices = state.names.filter((name) => state.shape(name).length === 2 && state.shape(name)[1] === H);
  const biased = matrices.filter((name) => biasOf(name) !== name && state.has(biasOf(name)));
  const likely = biased.length > 0 ? biased : matrices.filter((name) => !/emb|encoder/i.test(name));
  if (likely.length === 1) return likely[0]!;
  const found = likely.length === 0 ? 'none' : list(likely);
  return fail(`expected one nn.Linear from the ${H} hidden units to the characters, got ${found}`);
}

/** The vectors of the characters; undefined where the model reads one-hot ones. */
function takeEmbedding(
  state: StateDict,
  { V, H, D }: { V: number; H: number; D: number },
  Why: Tensor['data'],
  output: string,
  fail: Fail,
): Tensor['data'] | undefined {
  const matrices = state.names.filter((name) => state.shape(name).length === 2);
  const [embedding] = [
    ...matrices.filter((name) => state.shape(name).join() === `${V},${D}`),
    ...matrices.filter((name) => state.shape(name)[1] === D),
  ];
  if (embedding !== undefined) return state.take(embedding, [V, D]);
  if (D === V) return undefined;
  // weights that input and output share may be saved once
  if (D === H) return Why;
  return fail(
    `its input has ${D} numbers: expected an nn.Embedding (${V},${D}), or ${V}, one for each character of ${quoted(output)}`,
  );
}

function nonlinearityOf(
  cell: CellName,
  metadata: ReadonlyMap<string, string>,
  { nonlinearity }: PyTorchOptions,
  fail: Fail,
): Nonlinearity {
  const stated = NONLINEARITIES.find((name) => name === metadata.get('nonlinearity'));
  if (!CELLS[cell].choosesNonlinearity && nonlinearity === 'relu')
    fail(`expected an nn.RNN for relu, got ${cell} cells`);
  return nonlinearity ?? stated ?? 'tanh';
}

const UNITS: Record<string, Unit> = { codepoint: 'codepoint', grapheme: 'grapheme', byte: 'byte' };

function vocabularyOf(
  V: number,
  metadata: ReadonlyMap<string, string>,
  { vocabulary: given }: PyTorchOptions,
  name: string,
  fail: Fail,
): Vocabulary {
  const stored = metadata.get('vocabulary') ?? metadata.get('vocab');
  const json = given?.json ?? stored;
  if (json === undefined) {
    throw new RnnError('checkpoint', `${name}: holds no vocabulary in its metadata`, {
      hint: (nameOf) => `give a JSON list of its ${V} characters with ${nameOf('vocabulary')} FILE`,
    });
  }
  const failVocabulary: Fail = given ? failWith(given.name) : (problem) => fail(`vocabulary: ${problem}`);
  const vocabulary = parseVocabulary(
    json,
    given ? undefined : UNITS[metadata.get('unit') ?? ''],
    failVocabulary,
  );
  if (vocabulary.size !== V)
    failVocabulary(`expected ${V} characters, as many as the output layer has, got ${vocabulary.size}`);
  return vocabulary;
}
