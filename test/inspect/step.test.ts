import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CELL_NAMES, type CellName } from '../../src/config/names.ts';
import { CELL_ANALYSES } from '../../src/inspect/cells/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights } from '../../src/model/index.ts';
import { B, H, randomNetwork, V } from '../support/models.ts';

const CASES = [
  { name: 'rnn', architecture: { cell: 'rnn' as const } },
  { name: 'relu', architecture: { cell: 'rnn' as const, nonlinearity: 'relu' as const } },
  { name: 'lstm', architecture: { cell: 'lstm' as const } },
  { name: 'gru', architecture: { cell: 'gru' as const } },
];

describe.each(CASES)('one step of $name', ({ architecture }) => {
  const network = randomNetwork(new ReferenceKernels('float64'), 1, undefined, 'jacobian', architecture);
  const { weights } = network;
  const [Wxh, bh] = [weights.view('layers.0.Wxh'), weights.view('layers.0.bh')];
  const id = network.ids[0]!;
  const projected = bh.map((bias, row) => bias + Wxh[row * V + id]!);
  /** h, or h and c, of the first stream before the window */
  const initial = network.layers[0]!.initialState;
  const parts = initial.length / (B * H);
  const previous = Float64Array.from({ length: parts * H }, (_, i) => {
    const [part, j] = [Math.floor(i / H), i % H];
    return initial[part * B * H + j]!;
  });
  const analysis = CELL_ANALYSES[architecture.cell];
  const step = analysis.step(weights, 0, projected, previous);

  it('gives the state that the layer gives', () => {
    network.forward();
    expect([...step.state.subarray(0, H)].map((value) => value.toFixed(12))).toEqual(
      [...network.layers[0]!.output.subarray(0, H)].map((value) => value.toFixed(12)),
    );
  });

  it('has the Jacobian of finite differences, of the whole state', () => {
    const n = previous.length;
    const jacobian = step.jacobian();
    expect(step.jacobian()).toHaveLength(n * n);
    const shifted = (column: number, by: number) =>
      analysis.step(
        weights,
        0,
        projected,
        previous.map((value, i) => (i === column ? value + by : value)),
      ).state;
    for (let column = 0; column < n; column++) {
      const [up, down] = [shifted(column, 1e-5), shifted(column, -1e-5)];
      for (let row = 0; row < n; row++) {
        const numeric = (up[row]! - down[row]!) / 2e-5;
        expect(Math.abs(jacobian[row * n + column]! - numeric)).toBeLessThan(1e-9);
      }
    }
  });
});

const golden = JSON.parse(
  readFileSync(new URL('../golden/jacobians.json', import.meta.url), 'utf8'),
) as Record<
  CellName,
  {
    character: number;
    before: number[];
    after: number[];
    jacobian: number[];
    weights: Record<string, number[]>;
  }
>;

it.each(CELL_NAMES)("%s: state and Jacobian of PyTorch's autograd within 1e-13", (cell) => {
  const expected = golden[cell];
  const kernels = new ReferenceKernels('float64');
  const weights = createWeights({ cell, hidden: H, layers: 1, vocabularySize: V }, kernels);
  for (const { name } of weights.table) weights.view(name).set(expected.weights[name]!);
  const [Wxh, bh] = [weights.view('layers.0.Wxh'), weights.view('layers.0.bh')];
  const projected = bh.map((bias, row) => bias + Wxh[row * V + expected.character]!);
  const step = CELL_ANALYSES[cell].step(weights, 0, projected, Float64Array.from(expected.before));
  const jacobian = step.jacobian();
  expect(expected.jacobian).toHaveLength(jacobian.length);
  expect(jacobian).toHaveLength((cell === 'lstm' ? 4 : 1) * H * H);
  const differences = (actual: Float64Array, wanted: number[]) =>
    Math.max(...actual.map((value, i) => Math.abs(value - wanted[i]!)));
  expect(differences(step.state, expected.after)).toBeLessThan(1e-13);
  expect(differences(jacobian, expected.jacobian)).toBeLessThan(1e-13);
});
