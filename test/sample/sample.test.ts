import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/corpus/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network, type Weights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { defaultSeed, draw, generate, Sampler, shapeDistribution } from '../../src/sample/index.ts';
import { randomNetwork } from '../support/models.ts';

const NONE = { temperature: 1, topK: 0, topP: 1, minP: 0 };
/** Logits of the probabilities 0.5, 0.3, 0.15, 0.05, in another order. */
const LOGITS = [0.15, 0.5, 0.05, 0.3].map(Math.log);
const shaped = (options: object) =>
  [...shapeDistribution(LOGITS, { ...NONE, ...options })].map((p) => Number(p.toFixed(6)));

describe('shaping a distribution', () => {
  it('leaves it alone by default', () => expect(shaped({})).toEqual([0.15, 0.5, 0.05, 0.3]));
  it('temperature 0.5 squares the odds', () => {
    const squares = [0.0225, 0.25, 0.0025, 0.09].map((p) => Number((p / 0.365).toFixed(6)));
    expect(shaped({ temperature: 0.5 })).toEqual(squares);
  });
  it('top-k 2', () => expect(shaped({ topK: 2 })).toEqual([0, 0.625, 0, 0.375]));
  it('top-p 0.8 keeps 0.5 and 0.3, top-p 0.81 one more', () => {
    expect(shaped({ topP: 0.79 })).toEqual([0, 0.625, 0, 0.375]);
    expect(shaped({ topP: 0.81 })).toEqual([0.157895, 0.526316, 0, 0.315789]);
  });
  it('min-p 0.2 drops what is below a fifth of the best', () =>
    expect(shaped({ minP: 0.2 })).toEqual([0.157895, 0.526316, 0, 0.315789]));
  it('the most probable character always stays', () =>
    expect(shaped({ topP: 1e-9, topK: 1, minP: 0.99 })).toEqual([0, 1, 0, 0]));
  it('logits of ±10,000 and temperatures near 0 stay finite', () => {
    expect([...shapeDistribution([1e4, -1e4], { ...NONE, temperature: 1e-300 })]).toEqual([1, 0]);
  });

  it('draws follow the probabilities (20,000 draws, 4 standard deviations)', () => {
    const p = Float64Array.of(0.5, 0, 0.2, 0.3);
    const random = createRandom(1, 'draws');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[draw(p, random)]!++;
    expect(counts[1]).toBe(0);
    counts.forEach((count, i) => {
      expect(Math.abs(count - 20_000 * p[i]!)).toBeLessThanOrEqual(
        4 * Math.sqrt(20_000 * p[i]! * (1 - p[i]!)),
      );
    });
  });
});

describe('generation', () => {
  const kernels = new ReferenceKernels();
  const { weights } = randomNetwork(kernels, 2);
  const take = (n: number, seed: number[], options = {}, rng = 3) => {
    const stream = generate(
      weights,
      kernels,
      seed,
      { ...NONE, greedy: false, ...options },
      createRandom(rng, 'sample'),
    );
    return Array.from({ length: n }, () => stream.next().value);
  };

  it('greedy: each character is the most probable after all before it, seed included', () => {
    const seed = Array.from({ length: 70 }, (_, i) => (i * 7) % 11);
    const made = take(12, seed, { greedy: true });
    const text = [...seed, ...made];
    const network = new Network(weights, kernels, { B: 1, T: text.length, backward: false });
    network.ids.set(text);
    network.forward();
    made.forEach((id, i) => {
      const row = [...network.logits.subarray((seed.length - 1 + i) * 11, (seed.length + i) * 11)];
      expect(row.indexOf(Math.max(...row))).toBe(id);
    });
  });

  it('the same random seed gives the same text, a longer one begins with it', () => {
    expect(take(50, [1])).toEqual(take(80, [1]).slice(0, 50));
    expect(take(50, [1], {}, 4)).not.toEqual(take(50, [1]));
  });
});

describe('a sampler', () => {
  const kernels = new ReferenceKernels();
  const { weights } = randomNetwork(kernels, 2);
  const options = { ...NONE, greedy: false };
  const firstOf = (models: Weights | Weights[]) => {
    const stream = generate(models, kernels, [1, 2], options, createRandom(3, 'sample'));
    return Array.from({ length: 40 }, () => stream.next().value);
  };
  const drawFrom = (sampler: Sampler) => {
    const random = createRandom(3, 'sample');
    return Array.from({ length: 40 }, () => sampler.next(options, random));
  };

  it('begins each text anew, and sees weights that have changed in between', () => {
    const changing = randomNetwork(kernels, 2).weights;
    const sampler = new Sampler(changing, kernels);
    sampler.prime([1, 2]);
    expect(drawFrom(sampler)).toEqual(firstOf(weights));
    expect(drawFrom(sampler), 'the text goes on').not.toEqual(firstOf(weights));
    sampler.prime([1, 2]);
    expect(drawFrom(sampler), 'primed again').toEqual(firstOf(weights));
    changing.data.forEach((value, i) => {
      changing.data[i] = value / 2;
    });
    changing.refresh();
    sampler.prime([1, 2]);
    expect(drawFrom(sampler)).toEqual(firstOf(changing));
    expect(firstOf(changing)).not.toEqual(firstOf(weights));
  });

  it('takes memory when it is made and none afterwards', () => {
    let taken = 0;
    class Counting extends ReferenceKernels {
      override allocate(length: number) {
        taken++;
        return super.allocate(length);
      }
    }
    const sampler = new Sampler(weights, new Counting());
    const atFirst = taken;
    for (let text = 0; text < 3; text++) {
      sampler.prime([1]);
      drawFrom(sampler);
    }
    expect(atFirst).toBeGreaterThan(0);
    expect(taken).toBe(atFirst);
  });
});

describe('seed text', () => {
  it('without one a text starts after a line break, or after the first character', () => {
    const seed = (...units: string[]) => Array.from(defaultSeed(new Vocabulary('grapheme', units)));
    expect(seed('A', '\n', 'e')).toEqual([1]);
    expect(seed('A', '\r\n', 'e')).toEqual([1]);
    expect(seed('A', 'e', '\r')).toEqual([2]);
    expect(seed('x', 'y')).toEqual([0]);
  });
});
