import { describe, expect, it } from 'vitest';
import { pearson, rankUnits, traceUnits } from '../../src/inspect/units/neurons.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network } from '../../src/model/index.ts';
import { colorByUnit, formatResponses, neuronsPage } from '../../src/report/index.ts';
import { H, randomNetwork } from '../support/models.ts';

describe('units', () => {
  it.each(['rnn', 'lstm', 'gru'] as const)(
    '%s: traces are the states of a network over the whole text',
    (cell) => {
      const kernels = new ReferenceKernels('float64');
      const { weights } = randomNetwork(kernels, 2, undefined, 'neurons', { cell });
      const ids = [3, 1, 4, 1, 5, 9, 2, 6];
      const { units, values } = traceUnits(weights, ids, kernels);
      expect(units).toHaveLength(2 * H * (cell === 'lstm' ? 2 : 1));
      const whole = new Network(weights, kernels, { B: 1, T: ids.length, backward: false });
      whole.ids.set(ids);
      whole.forward();
      units.forEach(({ layer, part, index }, u) => {
        if (part === 'c') return;
        ids.forEach((_, t) => {
          expect(values[u]![t]).toBeCloseTo(whole.layers[layer]!.output[t * H + index]!, 6);
        });
      });
      whole.carryState();
      const last = units.findIndex(({ layer, part, index }) => layer === 1 && part === 'c' && index === 2);
      if (cell === 'lstm')
        expect(values[last]!.at(-1)).toBeCloseTo(Math.tanh(whole.layers[1]!.initialState[H + 2]!), 6);
    },
  );

  it('ReLUs are told by the largest of them, everything else by 1', () => {
    const kernels = new ReferenceKernels('float64');
    const ids = [3, 1, 4, 1, 5, 9, 2, 6];
    const traced = (model: object) =>
      traceUnits(randomNetwork(kernels, 2, undefined, 'relu', model).weights, ids, kernels);
    const { largest, values } = traced({ nonlinearity: 'relu' });
    expect(largest).toBe(Math.max(...values.flatMap((row) => [...row])));
    expect(traced({ cell: 'lstm' }).largest).toBe(1);
    const palette = { positive: (text: string, strength: number) => `${text}${strength}`, negative: String };
    expect(colorByUnit(['a', 'b'], [8, 2], 8, palette)).toBe('a1b0.25');
    const page = neuronsPage({
      model: 'm',
      text: 't',
      characters: ['a', 'b'],
      traces: { units: [{ layer: 0, part: 'h', index: 0 }], values: [Float32Array.of(8, 2)], largest: 8 },
      responses: {},
      shown: 0,
    });
    for (const end of ['−8', '+8'])
      expect(page).toMatch(new RegExp(`class="ramp .">.*near.* \\${end}</span>`));
    expect(page).toMatch(/Highest on average after “a” \(8\), “b” \(2\.02\)/);
  });

  it("Pearson's r of chosen numbers, and the ranking by its size", () => {
    const y = Float32Array.of(0, 1, 2, 3);
    expect(pearson(Float32Array.of(1, 3, 5, 7), y)).toBeCloseTo(1, 12);
    expect(pearson(Float32Array.of(2, 1, 4, 3), y)).toBeCloseTo(0.6, 12);
    expect(pearson(Float32Array.of(2, 2, 2, 2), y)).toBeNaN();
    const units = [0, 1, 2].map((index) => ({ layer: 0, part: 'h' as const, index }));
    const values = [Float32Array.of(2, 1, 4, 3), Float32Array.of(3, 2, 1, 0), Float32Array.of(1, 1, 1, 1)];
    const ranked = rankUnits({ units, values }, y, 5);
    expect(ranked.map(({ index, correlation }) => [index, Number(correlation.toFixed(6))])).toEqual([
      [1, -1],
      [0, 0.6],
    ]);
    expect(formatResponses({ column: ranked, none: [] })).toBe(
      '  units that correlate with a property of the text (layer:unit, correlation)\n' +
        '  column  0:h1 −1.00   0:h0 +0.60\n  none    never changes in this text\n',
    );
  });

  it('a text is coloured by sign and size; control characters are shown, not sent', () => {
    const palette = {
      positive: (text: string, strength: number) => `<+${strength} ${text}>`,
      negative: (text: string, strength: number) => `<-${strength} ${text}>`,
    };
    expect(colorByUnit(['a', '\n', 'b', '\u001b'], [0.5, 1, -0.25, 2], 1, palette)).toBe(
      '<+0.5 a>\n<-0.25 b><+1 ␛>',
    );
  });

  it('lines end with \\n, \\r\\n and \\r', () => {
    const palette = { positive: (text: string) => text, negative: (text: string) => text };
    const colored = (characters: string[]) => colorByUnit(characters, new Float32Array(9), 1, palette);
    expect(colored(['a', '\r\n', 'b', '\r', '\n', 'c', '\r', 'd', '\r'])).toBe('a\nb\nc\nd\n');
  });
});
