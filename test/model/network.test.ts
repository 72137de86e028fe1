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
