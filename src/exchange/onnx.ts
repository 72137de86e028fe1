import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CELLS } from '../model/cells.ts';
import { EXCHANGED } from './cells.ts';
import { type Learned, learnedOf } from './learned.ts';
import { int, joined, message, type Pieces, text } from './protobuf.ts';
import { bytesOf, reorder } from './tensors.ts';

/*
 * ONNX: a graph of the standard operators RNN, LSTM and GRU, which onnxruntime and others compute. Inputs are `ids` (T,B)
 * and the state of each layer (1,B,H), `h0`, and `c0` of an LSTM; outputs are `logits` (T,B,V) and the states after the
 * last step, `h0_out`, `c0_out`. Field numbers are those of onnx.proto.
 */

/** Opset 17 and IR 8 are read by everything since 2022; the operators of today's opset are the same. */
const OPSET = 17;
const IR_VERSION = 8;

/** Types of TensorProto and of AttributeProto. */
const [FLOAT, INT64] = [1, 7];
const [INT, INTS, STRINGS] = [2, 7, 8];

/** Parts of a graph, each entry a message. */
interface Graph {
  nodes: Pieces[];
  initializers: Pieces[];
  inputs: Pieces[];
  outputs: Pieces[];
}

export function toOnnx(checkpoint: Checkpoint): Uint8Array {
  const model = learnedOf(checkpoint);
  const { V, L } = model.sizes;
  const graph: Graph = {
    nodes: [],
    initializers: [integers('axis1', [1])],
    inputs: [valueInfo('ids', INT64, ['T', 'B'])],
    outputs: [valueInfo('logits', FLOAT, ['T', 'B', V])],
  };
  addInput(graph, model);
  for (let layer = 0; layer < L; layer++) addLayer(graph, model, layer);
  addOutput(graph, model);
  return joined([
    ...int(1, IR_VERSION),
    ...text(2, 'rnn'),
    ...message(7, graphProto(graph)),
    ...message(8, [...text(1, ''), ...int(2, OPSET)]),
    ...metadata('vocabulary', JSON.stringify(model.vocabulary.units)),
    ...metadata('unit', model.vocabulary.unit),
  ]);
}

/** x0 (T,B,V) one-hot, or x0 (T,B,N) = E[ids] */
function addInput({ nodes, initializers }: Graph, { sizes: { V, N }, tensor }: Learned): void {
  if (N > 0) {
    initializers.push(floats('E', [V, N], tensor('embedding.E')));
    nodes.push(node('Gather', ['E', 'ids'], ['x0']));
    return;
  }
  initializers.push(integers('depth', [V]), floats('values', [2], Float32Array.of(0, 1)));
  nodes.push(node('OneHot', ['ids', 'depth', 'values'], ['x0'], [intAttribute('axis', 2)]));
}

/** x of the next layer (T,B,H) from that of this one */
function addLayer(graph: Graph, { cell, relu, sizes: { V, H, N }, tensor }: Learned, layer: number): void {
  const { gates: G, onnxOrder, hasInnerBias } = EXCHANGED[cell];
  const D = layer > 0 ? H : N || V;
  const gates = (name: string) => reorder(tensor(`layers.${layer}.${name}`), onnxOrder);
  const [W, R, B, y] = [`W${layer}`, `R${layer}`, `B${layer}`, `y${layer}`];
  const bias = new Float32Array(2 * G * H);
  bias.set(gates('bh'));
  // the last block of the recurrent biases
  if (hasInnerBias) bias.set(tensor(`layers.${layer}.bhn`), (2 * G - 1) * H);
  graph.initializers.push(
    floats(W, [1, G * H, D], gates('Wxh')),
    floats(R, [1, G * H, H], gates('Whh')),
    floats(B, [1, 2 * G * H], bias),
  );
  const states = CELLS[cell].stateParts.map((part) => part + layer);
  const outputs = states.map((name) => `${name}_out`);
  graph.inputs.push(...states.map((name) => valueInfo(name, FLOAT, [1, 'B', H])));
  graph.outputs.push(...outputs.map((name) => valueInfo(name, FLOAT, [1, 'B', H])));
  const attributes = [intAttribute('hidden_size', H)];
  if (hasInnerBias) attributes.push(intAttribute('linear_before_reset', 1));
  if (relu) attributes.push(stringsAttribute('activations', ['Relu']));
  graph.nodes.push(
    // the empty name leaves out the lengths of the sequences
    node(cell.toUpperCase(), [`x${layer}`, W, R, B, '', ...states], [y, ...outputs], attributes),
    node('Squeeze', [y, 'axis1'], [`x${layer + 1}`]),
  );
}

/** logits (T,B,V) = x·Whyᵀ + by, or (x·Wheᵀ)·Eᵀ + by */
function addOutput({ nodes, initializers }: Graph, { sizes: { V, H, L, N }, tensor }: Learned): void {
  const multiply = (x: string, weight: string, out: string) =>
    nodes.push(
      node('Transpose', [weight], [`${weight}T`], [intsAttribute('perm', [1, 0])]),
      node('MatMul', [x, `${weight}T`], [out]),
    );
  if (N > 0) {
    initializers.push(floats('Whe', [N, H], tensor('output.Whe')));
    multiply(`x${L}`, 'Whe', 'e');
    multiply('e', 'E', 'products');
  } else {
    initializers.push(floats('Why', [V, H], tensor('output.Why')));
    multiply(`x${L}`, 'Why', 'products');
  }
  initializers.push(floats('by', [V], tensor('output.by')));
  nodes.push(node('Add', ['products', 'by'], ['logits']));
}

const graphProto = ({ nodes, initializers, inputs, outputs }: Graph): Pieces => [
  ...nodes.flatMap((content) => message(1, content)),
  ...text(2, 'rnn'),
  ...initializers.flatMap((content) => message(5, content)),
  ...inputs.flatMap((content) => message(11, content)),
  ...outputs.flatMap((content) => message(12, content)),
];

const metadata = (key: string, value: string): Pieces => message(14, [...text(1, key), ...text(2, value)]);

const node = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Pieces[] = [],
): Pieces => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(3, outputs[0]!),
  ...text(4, operator),
  ...attributes.flatMap((attribute) => message(5, attribute)),
];

const intAttribute = (name: string, value: number): Pieces => [
  ...text(1, name),
  ...int(3, value),
  ...int(20, INT),
];
const intsAttribute = (name: string, values: readonly number[]): Pieces => [
  ...text(1, name),
  ...values.flatMap((value) => int(8, value)),
  ...int(20, INTS),
];
const stringsAttribute = (name: string, values: readonly string[]): Pieces => [
  ...text(1, name),
  ...values.flatMap((value) => text(9, value)),
  ...int(20, STRINGS),
];

const tensorProto = (name: string, type: number, shape: readonly number[], bytes: Uint8Array): Pieces => [
  ...shape.flatMap((n) => int(1, n)),
  ...int(2, type),
  ...text(8, name),
  ...message(9, [bytes]),
];
const floats = (name: string, shape: readonly number[], values: Float32Array): Pieces =>
  tensorProto(name, FLOAT, shape, bytesOf(values));
const integers = (name: string, values: readonly number[]): Pieces =>
  tensorProto(name, INT64, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));

/** A named input or output; an axis is a number, or a name where any length will do. */
const valueInfo = (name: string, type: number, shape: readonly (number | string)[]): Pieces => {
  const axes = shape.flatMap((n) => message(1, typeof n === 'number' ? int(1, n) : text(2, n)));
  return [...text(1, name), ...message(2, message(1, [...int(1, type), ...message(2, axes)]))];
};
