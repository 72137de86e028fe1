import { describe, expect, it } from 'vitest';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network, parameterTable } from '../../src/model/index.ts';
import { BACKENDS } from '../support/backends.ts';
import { B, H, randomIds, randomNetwork, T, V } from '../support/models.ts';

describe('parameter table', () => {
  it('names, shapes and offsets of two layers', () => {
    const table = parameterTable({ cell: 'rnn', vocabularySize: 11, hidden: 7, layers: 2 });
    expect(table.map(({ name, shape, offset }) => [name, ...shape, offset])).toEqual([
      ['layers.0.Wxh', 7, 11, 0],
      ['layers.0.Whh', 7, 7, 77],
      ['layers.0.bh', 7, 126],
      ['layers.1.Wxh', 7, 7, 133],
      ['layers.1.Whh', 7, 7, 182],
      ['layers.1.bh', 7, 231],
      ['output.Why', 11, 7, 238],
      ['output.by', 11, 315],
    ]);
  });
});

describe('forward pass', () => {
  it('dropout: the streams of a batch get the same masks however it is cut', () => {
    const probability = 0.5;
    const outputs = [
      { B: 8, first: 0 },
      { B: 3, first: 0 },
      { B: 5, first: 3 },
    ].map(({ B, first }) => {
      const sizes = { B, T, H, V };
      const dropout = { probability, variational: false, streams: 8, first };
      const network = randomNetwork(new ReferenceKernels('float64'), 2, sizes, 'net', {}, dropout);
      for (const { initialState } of network.layers) initialState.fill(0);
      network.ids.fill(4);
      network.forward();
      return { B, first, logits: network.logits };
    });
    const [whole, ...parts] = outputs as [(typeof outputs)[0], ...typeof outputs];
    for (const { B, first, logits } of parts) {
      for (let t = 0; t < T; t++) {
        const expected = whole.logits.subarray((t * 8 + first) * V, (t * 8 + first + B) * V);
        expect([...logits.subarray(t * B * V, (t + 1) * B * V)]).toEqual([...expected]);
      }
    }
    const streams = Array.from({ length: 8 }, (_, b) => whole.logits.subarray(b * V, (b + 1) * V).join());
    expect(new Set(streams).size).toBe(8);
  });

  it('variational dropout holds one mask over all steps, the plain one does not', () => {
    const masks = [true, false].map((variational) => {
      const dropout = { probability: 0.5, variational, streams: B, first: 0 };
      const kernels = new ReferenceKernels('float64');
      const network = randomNetwork(kernels, 1, undefined, 'net', {}, dropout);
      const spy: string[] = [];
      kernels.dropout = (x, _probability, key, first) => void spy.push(`${key} ${first} ${x.length}`);
      network.forward();
      return new Set(spy).size;
    });
    expect(masks).toEqual([1, T]);
  });

  it('a tied embedding: x = E[id], y = E·(Whe·h) + by', () => {
    const network = randomNetwork(new ReferenceKernels('float64'), 1, undefined, 'net', { embedding: 5 });
    const { weights } = network;
    expect(weights.table.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      'embedding.E 11,5',
      'layers.0.Wxh 7,5',
      'layers.0.Whh 7,7',
      'layers.0.bh 7',
      'output.Whe 5,7',
      'output.by 11',
    ]);
    const sum = (n: number, term: (i: number) => number) =>
      Array.from({ length: n }, (_, i) => term(i)).reduce((total, value) => total + value, 0);
    const view = (name: string) => weights.view(name);
    const before = [...network.layers[0]!.initialState.subarray(0, H)];
    network.forward();
    const E = (v: number, n: number) => view('embedding.E')[v * 5 + n]!;
    const h = Array.from({ length: H }, (_, i) =>
      Math.tanh(
        view('layers.0.bh')[i]! +
          sum(5, (n) => view('layers.0.Wxh')[i * 5 + n]! * E(network.ids[0]!, n)) +
          sum(H, (j) => view('layers.0.Whh')[i * H + j]! * before[j]!),
      ),
    );
    for (let v = 0; v < V; v++) {
      const projected = (n: number) => sum(H, (j) => view('output.Whe')[n * H + j]! * h[j]!);
      const y = view('output.by')[v]! + sum(5, (n) => E(v, n) * projected(n));
      expect(network.logits[v]).toBeCloseTo(y, 13);
    }
  });

  it('equals the equations written out for one character at a time', () => {
    const network = randomNetwork(new ReferenceKernels('float64'), 2);
    const { weights } = network;
    const matrix = (name: string, columns: number) => (i: number, j: number) =>
      weights.view(name)[i * columns + j]!;
    const state = network.layers.map(({ initialState }) => [...initialState]);
    const units = [...Array(H).keys()];
    network.forward();
    for (let t = 0; t < T; t++) {
      for (let b = 0; b < B; b++) {
        const id = network.ids[t * B + b]!;
        const previous = state.map((h) => h.slice(b * H, (b + 1) * H));
        const [Wxh0, Whh0] = [matrix('layers.0.Wxh', V), matrix('layers.0.Whh', H)];
        const [Wxh1, Whh1] = [matrix('layers.1.Wxh', H), matrix('layers.1.Whh', H)];
        const dot = (W: (i: number, j: number) => number, i: number, x: number[]) =>
          x.reduce((sum, value, j) => sum + W(i, j) * value, 0);
        const h0 = units.map((i) =>
          Math.tanh(Wxh0(i, id) + dot(Whh0, i, previous[0]!) + weights.view('layers.0.bh')[i]!),
        );
        const h1 = units.map((i) =>
          Math.tanh(dot(Wxh1, i, h0) + dot(Whh1, i, previous[1]!) + weights.view('layers.1.bh')[i]!),
        );
        state[0]!.splice(b * H, H, ...h0);
        state[1]!.splice(b * H, H, ...h1);
        for (let v = 0; v < V; v++) {
          const y = dot(matrix('output.Why', H), v, h1) + weights.view('output.by')[v]!;
          expect(network.logits[(t * B + b) * V + v]).toBeCloseTo(y, 13);
        }
      }
    }
  });

  describe.each(BACKENDS)('$name', ({ create }) => {
    it.each([1, 2])(
      '%i layers: one pass of 12 steps equals three carried passes of 4, bit for bit',
      (layers) => {
        const kernels = create();
        const long = randomNetwork(kernels, layers, { B, T: 12, H, V });
        const short = new Network(long.weights, kernels, { B, T: 4, backward: false });
        short.layers.forEach((layer, l) => {
          layer.initialState.set(long.layers[l]!.initialState);
        });
        randomIds(long.ids, V, 'carry');
        long.forward();
        for (let part = 0; part < 3; part++) {
          short.ids.set(long.ids.subarray(part * 4 * B, (part + 1) * 4 * B));
          short.forward();
          expect([...short.logits]).toEqual([
            ...long.logits.subarray(part * 4 * B * V, (part + 1) * 4 * B * V),
          ]);
          short.carryState();
        }
      },
    );
  });
});
