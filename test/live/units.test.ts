import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deserialize, loadWeights } from '../../src/checkpoint/index.ts';
import { traceUnits } from '../../src/inspect/units/neurons.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { LoadedModel } from '../../src/library/model.ts';
import { ranked } from '../../src/live/page/units/responses.ts';
import { trace } from '../../src/live/page/units/trace.ts';
import { ROOT } from '../support/cli.ts';

const unit = (index: number) => ({ layer: 0, part: 'h' as const, index });

describe('ranking of units', () => {
  const traces = {
    units: [unit(0), unit(1), unit(2)],
    values: [
      [0, 0, 0, 0, 0, 0],
      [1, 9, -1, 1, 9, -1],
      [0, 9, 0.5, 0, 9, 0.5],
    ].map((row) => Float32Array.from(row)),
  };
  // two characters of one unit, one of two, twice
  const read = { characters: ['A', 'b', 'C', 'd'], ends: [0, 2, 3, 5] };

  it('by how much they change over whole characters', () => {
    expect(ranked(traces, read, 'change', 2)).toEqual([
      { unit: 1, value: 1 },
      { unit: 2, value: 0.25 },
    ]);
  });

  it('by a property that they follow; what never changes follows nothing', () => {
    const found = ranked(traces, read, 'upper case', 5);
    expect(found.map((one) => one.unit)).toEqual([1, 2]);
    expect(found.map(({ value }) => Math.round(value * 1e6) / 1e6)).toEqual([1, -1]);
    expect(ranked(traces, read, 'inside quotes', 5)).toEqual([]);
  });
});

it.each(['rnn', 'lstm', 'gru'])('the states of a text are those of the inspector, %s', async (cell) => {
  const file = join(ROOT, `checkpoints/example-${cell}.json`);
  const checkpoint = deserialize(readFileSync(file, 'utf8'), file);
  const model = new LoadedModel(checkpoint, { backend: 'auto', threads: 1 });
  const ids = checkpoint.excerpt.slice(0, 61);
  const { traces, characters, ends } = await trace(model, ids, new AbortController().signal);
  const kernels = new ReferenceKernels();
  const expected = traceUnits(loadWeights(checkpoint, kernels), ids, kernels);
  expect(traces.units).toEqual(expected.units);
  expect(new Set(traces.units.map(({ part }) => part))).toEqual(
    new Set(cell === 'lstm' ? ['h', 'c'] : ['h']),
  );
  traces.values.forEach((row, u) => {
    row.forEach((value, t) => {
      expect(Math.abs(value - expected.values[u]![t]!)).toBeLessThan(1e-4);
    });
  });
  expect(characters.join('')).toBe(checkpoint.vocabulary.decode(ids));
  expect(ends.at(-1)).toBe(60);
  const aborted = AbortSignal.abort(new Error('stale'));
  await expect(trace(model, ids, aborted)).rejects.toThrow('stale');
});
