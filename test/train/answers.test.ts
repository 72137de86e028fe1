import { describe, expect, it } from 'vitest';
import { drain } from '../../src/drain.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createWeights, initializeWeights, Network, type Weights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { findAnswers, scoring } from '../../src/train/index.ts';
import { corpusOf } from '../support/models.ts';

const kernels = new ReferenceKernels('float64');
const corpus = corpusOf('ab=ba\nb=\na==b\nbab=b');
const { ids, vocabulary } = corpus;
const isLineEnd = (id: number) => vocabulary.unitAt(id) === '\n';
const encode = (text: string) => vocabulary.encode(text).ids;
const answersAfter = (marker: string) =>
  findAnswers(ids, encode(marker), isLineEnd).map(({ start, end }) =>
    vocabulary.decode(ids.subarray(start, end)),
  );

describe('answers in a text', () => {
  it('go from the marker to the end of the line, with it; the first marker of a line counts', () => {
    expect(answersAfter('=')).toEqual(['ba\n', '\n', '=b\n', 'b']);
    expect(answersAfter('b=')).toEqual(['ba\n', '\n', 'b']);
    expect(answersAfter('=b')).toEqual(['a\n', '\n']);
    expect(answersAfter('aaa')).toEqual([]);
  });
});

function weightsOf(seed: number): Weights {
  const weights = createWeights(
    { cell: 'lstm', hidden: 5, layers: 1, vocabularySize: vocabulary.size },
    kernels,
  );
  initializeWeights(weights, { init: 'uniform', initGain: 3, forgetBias: 1 }, createRandom(seed, 'init'));
  return weights;
}

/** The mean distribution after each character of a stretch that is read from a zero state. */
function distributions(models: readonly Weights[], from: number, to: number): number[] {
  const networks = models.map((weights) => new Network(weights, kernels, { B: 1, T: 1, backward: false }));
  const sums = new Array<number>(vocabulary.size).fill(0);
  for (const network of networks) {
    for (let at = from; at < to; at++) {
      network.ids[0] = ids[at]!;
      network.forward();
      network.carryState();
    }
    const p = Array.from(network.logits, Math.exp);
    const total = p.reduce((sum, value) => sum + value, 0);
    for (const [v, value] of p.entries()) sums[v]! += value / total;
  }
  return sums;
}

describe('right answers', () => {
  const answers = findAnswers(ids, encode('='), isLineEnd);

  it.each([0, 1, 3, 7])(
    'are counted as a search of every distribution counts them, cold every %i',
    (coldEvery) => {
      const found = new Set<number>();
      for (let seed = 1; seed <= 40; seed++) {
        const models = seed % 3 === 0 ? [weightsOf(seed), weightsOf(seed + 100)] : [weightsOf(seed)];
        const isRight = (at: number) => {
          const from = coldEvery === 0 ? 0 : Math.floor((at - 1) / coldEvery) * coldEvery;
          const p = distributions(models, from, at);
          return p.indexOf(Math.max(...p)) === ids[at];
        };
        const right = answers.filter(({ start, end }) =>
          Array.from({ length: end - start }, (_, i) => start + i).every(isRight),
        ).length;
        const score = drain(scoring(models, ids, answers, kernels, coldEvery));
        expect(score).toEqual({ asked: 4, right, commonest: 1 });
        found.add(right);
      }
      expect(found.size).toBeGreaterThan(1);
    },
  );

  it('the most frequent answer is counted', () => {
    const text = corpusOf('a=b\nb=a\nab=b\nb=b\n');
    const marker = text.vocabulary.encode('=').ids;
    const places = findAnswers(text.ids, marker, (id) => text.vocabulary.unitAt(id) === '\n');
    const models = [createWeights({ cell: 'rnn', hidden: 3, layers: 1, vocabularySize: 4 }, kernels)];
    expect(drain(scoring(models, text.ids, places, kernels))).toMatchObject({ asked: 4, commonest: 3 });
  });
});
