import { describe, expect, it } from 'vitest';
import { type Checkpoint, loadWeights } from '../../src/checkpoint/index.ts';
import { toJavaScript } from '../../src/exchange/index.ts';
import { createModel, type ExportedModel } from '../../src/exchange/runtime/model.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createRandom } from '../../src/random.ts';
import { defaultSeed, Sampler } from '../../src/sample/index.ts';
import { largestDifference, MODELS, modelOf, probabilitiesOf, V } from '../support/exchange.ts';

/** The model of a module whose runtime is that of this source. */
function load(checkpoint: Checkpoint) {
  const module = toJavaScript(checkpoint, '');
  const model = new Function(`${module}; return model();`) as () => ExportedModel;
  return createModel(model());
}

/** What rnn sample writes with the reference kernels. */
function sampled(checkpoint: Checkpoint, seed: string, length: number, rngSeed: number, greedy = false) {
  const { vocabulary } = checkpoint;
  const kernels = new ReferenceKernels();
  const sampler = new Sampler(loadWeights(checkpoint, kernels), kernels);
  const ids = [...vocabulary.encode(seed).ids];
  sampler.prime(ids.length > 0 ? ids : defaultSeed(vocabulary));
  const random = createRandom(`${rngSeed}/0`, 'sample');
  const options = { temperature: 0.7, topK: 6, topP: 0.9, minP: 0.01, greedy };
  const written = Array.from({ length }, () => sampler.next(options, random));
  return vocabulary.decode([...ids, ...written]);
}

const CHOOSING = { temperature: 0.7, topK: 6, topP: 0.9, minP: 0.01 };
const UNITS = [
  { unit: 'byte' as const, units: [10, 32, 97, 195, 169, 98], seed: 'aé' },
  { unit: 'grapheme' as const, units: ['a', 'e\u0301', '👍🏽', ' '], seed: 'ae\u0301 👍🏽' },
];

describe('an exported JavaScript module', () => {
  it.each(MODELS)('%o: writes the text of the reference kernels', (shape) => {
    const checkpoint = modelOf(shape);
    const { sample } = load(checkpoint);
    for (const seed of ['a é', ''])
      expect(sample({ seed, length: 200, rngSeed: 5, ...CHOOSING })).toBe(sampled(checkpoint, seed, 200, 5));
    expect(sample({ seed: 'b', length: 50, greedy: true })).toBe(sampled(checkpoint, 'b', 50, 1, true));
  });

  it.each(UNITS)('of $unit: the same', ({ unit, units, seed }) => {
    const checkpoint = modelOf({ cell: 'gru' }, { unit, units: units as string[] });
    expect(load(checkpoint).sample({ seed, length: 60, rngSeed: 2, ...CHOOSING })).toBe(
      sampled(checkpoint, seed, 60, 2),
    );
  });

  it('next: all characters with their probabilities, the most probable first', () => {
    const checkpoint = modelOf({ cell: 'lstm', layers: 2 });
    const { next, vocabulary } = load(checkpoint);
    const choices = next('éa');
    const ids = choices.map(({ character }) => checkpoint.vocabulary.idOf(character)!);
    expect([...ids].sort()).toEqual(Array.from({ length: V }, (_, id) => id));
    expect(vocabulary).toEqual(checkpoint.vocabulary.units);
    const row = probabilitiesOf(checkpoint, [3, 1])[1]!;
    expect(
      largestDifference([choices.map(({ probability }) => probability)], [ids.map((id) => row[id]!)]),
    ).toBeLessThan(1e-15);
    expect(choices.every(({ probability }, i) => i === 0 || probability <= choices[i - 1]!.probability)).toBe(
      true,
    );
    expect(next('éa', { topK: 1 })[0]!.probability).toBe(1);
  });

  it('names a character that it does not know', () => {
    expect(() => load(modelOf()).sample({ seed: 'az' })).toThrow('the model does not know "z"');
  });

  it('has the averaged weights, where there are such', () => {
    const averaged = modelOf({ cell: 'gru' }, { seed: 'other' });
    const checkpoint = { ...modelOf({ cell: 'gru' }), average: averaged.weights };
    expect(toJavaScript(checkpoint, '')).toBe(toJavaScript(averaged, ''));
  });

  it('can stand in a script element: no text of it ends one', () => {
    const module = toJavaScript(modelOf({}, { units: ['<', '/', 's'] }), '');
    expect(module).not.toContain('<');
    expect(module).toContain('"\\u003c"');
  });
});
