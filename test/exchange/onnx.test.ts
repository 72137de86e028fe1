import { describe, expect, it } from 'vitest';
import { toOnnx } from '../../src/exchange/index.ts';
import { int, joined, message, text } from '../../src/exchange/protobuf.ts';
import {
  CHARACTERS,
  H,
  IDS,
  largestDifference,
  MODELS,
  modelOf,
  N,
  probabilitiesOf,
  softmax,
  V,
} from '../support/exchange.ts';
import { type Graph, readOnnx, runOnnx, type Tensor } from '../support/onnx.ts';

/** Zero states of one stream. */
const zeros = ({ inputs }: Graph): Record<string, Tensor> =>
  Object.fromEntries(
    inputs.slice(1).map(([name]) => [name, { shape: [1, 1, H], data: new Array<number>(H).fill(0) }]),
  );

const rowsOf = ({ data }: Tensor): number[][] =>
  Array.from({ length: data.length / V }, (_, t) => softmax(data.slice(t * V, (t + 1) * V)));

describe('an ONNX file', () => {
  it.each(MODELS)(
    '%o: its graph computes our probabilities to 1e-6, at once and with the state carried',
    (shape) => {
      const checkpoint = modelOf(shape);
      const graph = readOnnx(toOnnx(checkpoint));
      const ours = probabilitiesOf(checkpoint);
      const whole = runOnnx(graph, { ids: { shape: [IDS.length, 1], data: IDS }, ...zeros(graph) });
      expect(largestDifference(rowsOf(whole.get('logits')!), ours)).toBeLessThan(1e-6);
      let state = zeros(graph);
      IDS.forEach((id, t) => {
        const after = runOnnx(graph, { ids: { shape: [1, 1], data: [id] }, ...state });
        expect(largestDifference(rowsOf(after.get('logits')!), [ours[t]!])).toBeLessThan(1e-6);
        state = Object.fromEntries(Object.keys(state).map((name) => [name, after.get(`${name}_out`)!]));
      });
      for (const [name, { data }] of Object.entries(state))
        expect(largestDifference([data], [whole.get(`${name}_out`)!.data])).toBeLessThan(1e-12);
    },
  );

  it('runs two streams as it runs one', () => {
    const graph = readOnnx(toOnnx(modelOf({ cell: 'lstm', layers: 2 })));
    const other = [...IDS].reverse();
    const two = { shape: [1, 2, H], data: new Array<number>(2 * H).fill(0) };
    const both = runOnnx(graph, {
      ids: { shape: [IDS.length, 2], data: IDS.flatMap((id, t) => [id, other[t]!]) },
      ...Object.fromEntries(Object.keys(zeros(graph)).map((name) => [name, two])),
    });
    const alone = runOnnx(graph, { ids: { shape: [IDS.length, 1], data: other }, ...zeros(graph) });
    expect(rowsOf(both.get('logits')!).filter((_, i) => i % 2 === 1)).toEqual(rowsOf(alone.get('logits')!));
  });

  it('is of opset 17, names its inputs and outputs and has the vocabulary', () => {
    const graph = readOnnx(toOnnx(modelOf({ cell: 'lstm', layers: 2 })));
    const [FLOAT, INT64] = [1, 7];
    const state = [1, 'B', H];
    expect([graph.irVersion, graph.opset]).toEqual([8, 17]);
    expect(graph.inputs).toEqual([
      ['ids', INT64, ['T', 'B']],
      ...['h0', 'c0', 'h1', 'c1'].map((name) => [name, FLOAT, state]),
    ]);
    expect(graph.outputs).toEqual([
      ['logits', FLOAT, ['T', 'B', V]],
      ...['h0_out', 'c0_out', 'h1_out', 'c1_out'].map((name) => [name, FLOAT, state]),
    ]);
    expect(graph.metadata).toEqual({ vocabulary: JSON.stringify(CHARACTERS), unit: 'codepoint' });
  });

  it('has one matrix of a tied embedding, and no one-hot vectors', () => {
    const { initializers, nodes } = readOnnx(toOnnx(modelOf({ embedding: N })));
    expect(initializers.get('E')!.shape).toEqual([V, N]);
    expect(nodes.map(({ operator }) => operator)).toEqual([
      'Gather',
      'RNN',
      'Squeeze',
      'Transpose',
      'MatMul',
      'Transpose',
      'MatMul',
      'Add',
    ]);
  });

  it('has the averaged weights, where there are such', () => {
    const averaged = modelOf({ cell: 'lstm' }, { seed: 'other' });
    expect(toOnnx({ ...modelOf({ cell: 'lstm' }), average: averaged.weights })).toEqual(toOnnx(averaged));
  });
});

describe('protocol buffers', () => {
  it('numbers of seven bits a byte, texts and messages with their length', () => {
    const bytes = joined([...int(1, 0), ...int(2, 300), ...int(20, 2 ** 40), ...message(3, text(1, 'é'))]);
    const expected = '08 00 10 ac 02 a0 01 80 80 80 80 80 20 1a 04 0a 02 c3 a9';
    expect([...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe(expected);
  });
});
