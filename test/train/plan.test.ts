import { describe, expect, it } from 'vitest';
import { type Config, type FittedConfig, flagName, type PartialConfig } from '../../src/config/index.ts';
import { word } from '../../src/errors.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Network } from '../../src/model/index.ts';
import { patienceOf } from '../../src/train/cadence.ts';
import { inheritConfig, planTraining, resumeConfig, whyFinished } from '../../src/train/index.ts';
import { configOf, corpusOf, fittedOf, readString, someText } from '../support/models.ts';
import { eventsOf, lastCheckpoint, SMALL, trainerOf } from '../support/training.ts';

describe('planTraining', () => {
  it('shrinks batch and sequence to what the text allows and says so', () => {
    const plan = planTraining(
      configOf({ batchSize: 32, seqLength: 50, validationFraction: 0 }),
      corpusOf('abcdefghij'),
    );
    expect(plan.config).toMatchObject({ batchSize: 1, seqLength: 9 });
    expect(plan.notes).toEqual([
      'batch-size 32 lowered to 1, the most that 10 training characters allow',
      'seq-length 50 lowered to 9, the most that 10 training characters allow',
    ]);
  });

  it('trains on everything when the tail is too short to measure', () => {
    const plan = planTraining(configOf({ batchSize: 1, seqLength: 3 }), corpusOf('abcabcabca'));
    expect(plan.validation.length).toBe(0);
    expect(plan.config.validationFraction).toBe(0);
    expect(plan.notes).toEqual([
      '10 characters are too few for a validation text (a fraction of 0.1), so there is none',
    ]);
  });

  it.each([
    // characters, asked: streams, epochs, steps between measurements
    [300, {}, [1, 100, 20]],
    [2000, {}, [1, 15, 35]],
    [2770, {}, [1, 11, 49]],
    [2800, {}, [1, 20, 50]],
    [24_000, {}, [9, 20, 47]],
    [24_000, { seqLength: 100 }, [4, 20, 53]],
    [24_000, { replicas: 2 }, [8, 20, 53]],
    [24_000, { replicas: 16 }, [16, 20, 26]],
    [24_000, { steps: 77 }, [9, undefined, 47]],
    [24_000, { steps: 77, epochs: 2 }, [9, 2, 47]],
    [24_000, { evalEvery: 5 }, [9, 20, 5]],
    [200_000, {}, [32, 20, 112]],
    [1_100_000, {}, [32, 14, 618]],
    [10_000_000, {}, [32, 3, 2000]],
  ] as const)(
    '%i characters, asked %o: streams, epochs and measurements that fit them',
    (length, asked, fitted) => {
      const corpus = { ...corpusOf(someText(300)), ids: new Uint8Array(length) };
      const { config } = planTraining(configOf(asked), corpus);
      expect([config.batchSize, config.epochs, config.evalEvery]).toEqual(fitted);
    },
  );

  it("a preset's dropout is for models of more parameters than training characters; one's own stays", () => {
    const corpus = corpusOf(someText(300));
    const parameters = 8 * (2 * corpus.vocabulary.size + 8 + 1) + corpus.vocabulary.size;
    const planOf = (length: number, suggested: { dropout?: number }) => {
      const text = { ...corpus, ids: new Uint8Array(length) };
      const settings = { hidden: 8, dropout: 0.2, validationFraction: 0, batchSize: 1 };
      return planTraining(configOf(settings), text, undefined, suggested);
    };
    const short = planOf(parameters - 1, { dropout: 0.2 });
    expect([short.parameters, short.config.dropout, short.notes]).toEqual([parameters, 0.2, []]);
    const long = planOf(parameters, { dropout: 0.2 });
    expect([long.config.dropout, long.notes]).toEqual([
      0,
      [
        `the preset's dropout 0.2 is left out: the model has no more parameters (${parameters.toLocaleString('en')}) than the text has training characters (${parameters.toLocaleString('en')}); ask for dropout 0.2 to keep it`,
      ],
    ]);
    expect(long.memoryBytes).toBeLessThan(planOf(parameters, {}).memoryBytes);
    expect(planOf(parameters, {})).toMatchObject({ config: { dropout: 0.2 }, notes: [] });
  });

  it('a validation text of its own, test text from the end of the rest', () => {
    const corpus = corpusOf(someText(100));
    const validation = corpusOf('the light');
    const plan = planTraining(configOf({ batchSize: 1, testFraction: 0.1 }), corpus, validation);
    expect([plan.train.length, plan.validation.length, plan.test.length]).toEqual([90, 9, 10]);
    expect(plan.validation).toBe(validation.ids);
    expect(plan.validationText).toEqual({ sha256: validation.sha256, characters: 9 });
  });

  it('shares that leave nothing, and relu in a gated cell, are refused', () => {
    const plan = (settings: PartialConfig) => () => planTraining(configOf(settings), corpusOf(someText(100)));
    expect(plan({ validationFraction: 0.6, testFraction: 0.5 })).toThrow(
      'validationFraction 0.6 and testFraction 0.5 leave nothing to train on; expected a sum below 1',
    );
    expect(plan({ cell: 'gru', nonlinearity: 'relu' })).toThrow(
      'nonlinearity relu: expected a cell that has it (rnn), got gru; drop it, or take cell rnn',
    );
  });

  it('one distinct character is refused', () => {
    expect(() => planTraining(configOf({}), corpusOf('aaaa'))).toThrow(
      'the corpus holds only one distinct character, "a"; expected at least 2, since one alone leaves nothing to predict',
    );
  });

  it('a model whose checkpoint could never be written is refused before it is built', () => {
    expect(() => planTraining(configOf({ hidden: 20_000 }), corpusOf(someText(500)))).toThrow(
      /^\d+ parameters would make a checkpoint of up to \d+ bytes, expected at most 536870912; lower hidden or layers$/,
    );
  });
});

/** Settings as flags give them. */
const asFlags = (given: Partial<Config>, settings: PartialConfig = {}) => ({
  config: configOf({ ...SMALL, ...settings, ...given }),
  given,
  origin: (key: string) => ({ name: flagName(key), remedy: `drop ${flagName(key)}` }),
});

describe('resumeConfig', () => {
  const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 2 })));

  it('takes the totals, rates and looks that may change', () => {
    const changed = {
      steps: 9,
      learningRate: 0.5,
      schedule: 'cosine',
      dropout: 0.1,
      inspectEvery: 3,
    } as const;
    expect(resumeConfig(checkpoint, asFlags(changed))).toEqual({
      ...checkpoint.config,
      ...changed,
      epochs: undefined,
    });
  });

  it('a total that is asked for takes the place of the total of the run, whichever that was', () => {
    const totalOf = (stored: Partial<Config>, given: Partial<Config>) => {
      const config = { ...checkpoint.config, ...stored } as FittedConfig;
      const { steps, epochs } = resumeConfig({ ...checkpoint, config }, asFlags(given));
      return [steps, epochs];
    };
    expect(totalOf({ steps: undefined, epochs: 5 }, {})).toEqual([undefined, 5]);
    expect(totalOf({ steps: undefined, epochs: 5 }, { steps: 70 })).toEqual([70, undefined]);
    expect(totalOf({ steps: 30, epochs: undefined }, { epochs: 9 })).toEqual([undefined, 9]);
    expect(totalOf({ steps: 30, epochs: 5 }, { steps: 70, epochs: 9 })).toEqual([70, 9]);
  });

  it('refuses another model, another reading and another optimizer', () => {
    const failure = (given: Partial<Config>) => () => resumeConfig(checkpoint, asFlags(given));
    const rest = 'or start anew from these weights with initFrom';
    expect(failure({ hidden: 64 })).toThrow(
      `--hidden 64: the run being resumed has 7; drop --hidden, ${rest}`,
    );
    expect(failure({ encoding: 'latin1' })).toThrow(
      `--encoding latin1: the run being resumed has utf-8; drop --encoding, ${rest}`,
    );
    expect(failure({ optimizer: 'sgd' })).toThrow(
      `--optimizer sgd: the run being resumed has adam; drop --optimizer, ${rest}`,
    );
  });

  it('what was asked for and lowered is the same run; what fits as well is another', () => {
    const asked = { batchSize: 90, seqLength: 60, validationFraction: 0.001, testFraction: 0.004 };
    const lowered = lastCheckpoint(eventsOf(trainerOf({ ...asked, steps: 2 })));
    const fitted = { batchSize: 3, seqLength: 60, validationFraction: 0, testFraction: 0 };
    expect(lowered.config).toMatchObject(fitted);
    for (const given of [asked, fitted, { batchSize: 90 }, { batchSize: 4 }, { validationFraction: 0.001 }]) {
      expect(resumeConfig(lowered, asFlags(given))).toEqual(lowered.config);
    }
    expect(() => resumeConfig(lowered, asFlags({ batchSize: 2 }))).toThrow(
      '--batch-size 2: the run being resumed has 3; drop --batch-size,',
    );
    expect(() => resumeConfig(lowered, asFlags({ validationFraction: 0.1 }))).toThrow(
      '--validation-fraction 0.1: the run being resumed has 0; drop --validation-fraction,',
    );
  });
});

describe('whyFinished', () => {
  const text = corpusOf(someText(200));
  const planOf = (settings: PartialConfig) => planTraining(configOf({ ...SMALL, ...settings }), text);
  const runOf = (settings: PartialConfig) => lastCheckpoint(eventsOf(trainerOf(settings, undefined, text)));

  it('all steps or epochs made: it names what to raise', () => {
    const ended = runOf({ steps: 22, epochs: 2 });
    expect(ended.state).toMatchObject({ step: 22, epoch: 2 });
    const adviceOf = (settings: PartialConfig) => {
      const advice = whyFinished(ended, planOf(settings))?.advice;
      return advice && word(advice, flagName);
    };
    const made = 'all 22 steps were made; raise';
    expect(adviceOf({ steps: 22 })).toBe(`${made} --steps to go on`);
    expect(adviceOf({ epochs: 2 })).toBe(`${made} --epochs to go on`);
    expect(adviceOf({ steps: 99, epochs: 2 })).toBe(`${made} --epochs to go on`);
    expect(adviceOf({ steps: 22, epochs: 2 })).toBe(`${made} --steps and --epochs to go on`);
    expect(adviceOf({ steps: 23 })).toBeUndefined();
  });

  it('a run that patience ended stays ended until it gets more', () => {
    const ended = runOf({ steps: 5000, patience: 2, evalEvery: 1, learningRate: 0.3 });
    const { best, sinceBest } = ended.state;
    expect(sinceBest).toBe(2);
    const { reason, advice } = whyFinished(ended, planOf({ steps: 5000, patience: 2, evalEvery: 1 }))!;
    expect(reason).toBe('patience');
    expect(word(advice, flagName)).toBe(
      `no evaluation since step ${best!.step} was better, and --patience 2 ended the run; raise it to go on`,
    );
    expect(whyFinished(ended, planOf({ steps: 5000, patience: 3, evalEvery: 1 }))).toBeUndefined();
    expect(whyFinished(ended, planOf({ steps: 5000, patience: 0, evalEvery: 1 }))).toBeUndefined();
  });

  it('a run that was stopped while it measured has yet to do so', () => {
    const ended = runOf({ steps: 20 });
    const history = ended.state.history.slice(0, -1);
    const cut = { ...ended, state: { ...ended.state, history } };
    expect(whyFinished(ended, planOf({ steps: 20 }))?.reason).toBe('finished');
    expect(whyFinished(cut, planOf({ steps: 20 }))).toBeUndefined();
  });
});

describe('patienceOf', () => {
  it("what was asked for; else a quarter of a run's measurements, at least 5, none without a validation text", () => {
    const patience = (settings: PartialConfig, steps: number, validation: number) =>
      patienceOf(fittedOf({ evalEvery: 10, ...settings }), steps, validation);
    expect(patience({ patience: 3 }, 1000, 0)).toBe(3);
    expect(patience({ patience: 0 }, 1000, 9)).toBe(0);
    expect(patience({}, 1000, 9)).toBe(25);
    expect(patience({}, 90, 9)).toBe(5);
    expect(patience({}, 1000, 1)).toBe(0);
  });
});

describe('fine-tuning', () => {
  it('keeps the shape of the model, and says where another one was asked for', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 2 })));
    const asked = asFlags({ hidden: 7, learningRate: 0.5 }, { layers: 3 });
    expect(inheritConfig(checkpoint, asked)).toEqual({ ...asked.config, layers: 1 });
    const preset = () => ({ name: 'preset small: hidden', remedy: 'drop the preset' });
    expect(() => inheritConfig(checkpoint, { ...asFlags({ hidden: 128 }), origin: preset })).toThrow(
      'preset small: hidden 128: the model of initFrom has 7; drop the preset',
    );
  });

  it('grows the vocabulary by the new characters; old characters keep their logits', async () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 10 })));
    const { vocabulary } = checkpoint;
    const corpus = await readString(`${someText(100)}éA`, { vocabulary, unknown: 'add' });
    expect(corpus.vocabulary.units).toEqual([...(checkpoint.vocabulary.units as string[]), 'A', 'é']);
    expect(corpus.vocabulary.decode(corpus.ids)).toBe(`${someText(100)}éA`);
    const tuned = trainerOf({ ...SMALL }, { kind: 'weights', checkpoint }, corpus);
    const original = trainerOf({ ...SMALL }, { kind: 'resume', checkpoint });
    const logits = [original, tuned].map(({ weights }) => {
      const network = new Network(weights, new ReferenceKernels(), { B: 1, T: 3, backward: false });
      network.ids.set([1, 2, 3]);
      network.forward();
      return network;
    });
    const V = checkpoint.vocabulary.size;
    for (let t = 0; t < 3; t++) {
      const [before, after] = logits.map(({ logits: y }, i) => [
        ...y.subarray(t * (V + 2 * i), t * (V + 2 * i) + V),
      ]);
      expect(after).toEqual(before);
    }
  });
});
