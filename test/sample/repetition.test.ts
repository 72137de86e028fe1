import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadWeights, readCheckpoint } from '../../src/checkpoint/index.ts';
import { encodeText } from '../../src/corpus/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { generate, Sampler } from '../../src/sample/index.ts';
import { FREE_REPEAT, penalizeRepetition, REPETITION_WINDOW } from '../../src/sample/repetition.ts';

const SHAPING = { temperature: 1, topK: 0, topP: 1, minP: 0 };
const GREEDY = { ...SHAPING, greedy: true };
const kernels = new ReferenceKernels();

/** A model that says after id i that (i + 1) % 3 comes next, by 1.5 in the logit before (i + 2) % 3. */
function cycle() {
  const weights = createWeights({ cell: 'rnn', hidden: 3, layers: 1, vocabularySize: 3 }, kernels);
  for (const { name } of weights.table) weights.view(name).fill(0);
  for (let i = 0; i < 3; i++) {
    weights.view('layers.0.Wxh')[i * 3 + i] = 100; // tanh(100) is 1
    weights.view('output.Why')[((i + 1) % 3) * 3 + i] = 2;
    weights.view('output.Why')[((i + 2) % 3) * 3 + i] = 0.5;
  }
  weights.stale = true;
  return weights;
}

const write = (length: number, options: { greedy: boolean; repetitionPenalty?: number }) => {
  const stream = generate(cycle(), kernels, [0], { ...SHAPING, ...options }, createRandom(1, 'sample'));
  return Array.from({ length }, () => stream.next().value);
};

describe('the repetition penalty', () => {
  it('is off at 1: a model that loops goes on looping', () => {
    const loop = Array.from({ length: 99 }, (_, i) => (i + 1) % 3);
    expect(write(99, { greedy: true })).toEqual(loop);
    expect(write(99, { greedy: true, repetitionPenalty: 1 })).toEqual(loop);
  });

  it.each([
    [Math.E, 2],
    [Math.exp(0.5), 4],
    [Math.exp(0.25), 7],
  ])('θ = %f leaves the loop at character %i of the repeat beyond the free ones', (penalty, beyond) => {
    const text = [0, ...write(60, { greedy: true, repetitionPenalty: penalty })];
    const broken = text.findIndex((id, i) => id !== i % 3);
    // of the first m ids of a loop of 3 the last m − 3 stood there before
    expect(broken).toBe(3 + FREE_REPEAT + beyond);
    expect(text[broken]).toBe((broken + 1) % 3);
  });

  it('divides the odds of what goes on with the repeat by θ for each character beyond the free ones', () => {
    const sampler = new Sampler(cycle(), kernels);
    sampler.prime(Array.from({ length: 3 + FREE_REPEAT + 5 }, (_, i) => i % 3));
    const [own, other] = [2, 0.5].map(Math.exp) as [number, number];
    const penalized = own / 1.3 ** 5;
    const sum = penalized + other + 1;
    const expected = [penalized / sum, other / sum, 1 / sum];
    const got = sampler.distribution({ ...SHAPING, greedy: false, repetitionPenalty: 1.3 });
    got.forEach((p, id) => {
      expect(p).toBeCloseTo(expected[id]!, 6);
    });
  });

  it('equals a naive search for the longest repeat, over the window alone', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 5 }), (text, times) => {
        const recent = Array.from({ length: times }, () => text).flat();
        const penalized = penalizeRepetition([7, 8, 9], recent, Math.E);
        const key = recent.join('');
        const expected = [7, 8, 9].map((logit, id) => {
          let longest = 0;
          for (let n = 1; n < recent.length; n++) if (key.includes(key.slice(-n) + id)) longest = n;
          return logit - Math.max(0, longest - FREE_REPEAT);
        });
        expect([...penalized]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('a repeat of what is further back than the window is free', () => {
    const sampler = new Sampler(cycle(), kernels);
    const random = createRandom(5, 'far');
    const phrase = Array.from({ length: FREE_REPEAT + 9 }, () => Math.floor(3 * random.next()));
    // what followed the phrase before is 0
    const ofZero = (gap: number, repetitionPenalty: number) => {
      sampler.prime([...phrase, 0, ...new Array(gap).fill(1), ...phrase]);
      return sampler.distribution({ ...SHAPING, greedy: false, repetitionPenalty })[0]!;
    };
    const gap = REPETITION_WINDOW - 2 * phrase.length - 1;
    expect(ofZero(gap, 2)).toBeLessThan(ofZero(gap, 1) / 100);
    expect(ofZero(gap + phrase.length, 2)).toBe(ofZero(gap + phrase.length, 1));
  });
});

describe('the repetition penalty on an example checkpoint', async () => {
  const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  const checkpoint = await readCheckpoint(file('checkpoints/example-rnn.json'));
  const { vocabulary } = checkpoint;
  const weights = loadWeights(checkpoint, kernels);
  const { ids: seed } = encodeText(vocabulary, 'THE ', 'error', 'seed');

  it('breaks the loop of its greedy text', () => {
    const text = (repetitionPenalty: number) => {
      const options = { ...GREEDY, repetitionPenalty };
      const stream = generate(weights, kernels, seed, options, createRandom(1, 'sample'));
      return vocabulary.decode(Array.from({ length: 300 }, () => stream.next().value));
    };
    const loop = 'it the sead '.repeat(5);
    expect(text(1)).toContain(loop);
    expect(text(1.5)).not.toContain(loop.slice(0, 40));
  });

  it('costs ordinary text less than 0.02 bits a character at 1.5', () => {
    const { ids } = encodeText(vocabulary, readFileSync(file('corpora/tiny.txt'), 'utf8'), 'error', 'text');
    const sampler = new Sampler(weights, kernels);
    let bits = 0;
    sampler.prime(ids.subarray(0, 1));
    for (const id of ids.subarray(1, 2000)) {
      const plain = sampler.distribution(GREEDY)[id]!;
      bits += Math.log2(plain / sampler.distribution({ ...GREEDY, repetitionPenalty: 1.5 })[id]!) / 1999;
      sampler.read([id]);
    }
    expect(bits).toBeGreaterThan(0);
    expect(bits).toBeLessThan(0.02);
  });
});
