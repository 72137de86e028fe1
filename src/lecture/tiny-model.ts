import { type CellName, completeConfig, trainSchema } from '../config/index.ts';
import { splitUnits, Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { type Kernels, ReferenceKernels } from '../kernels/index.ts';
import { Network, type Weights } from '../model/index.ts';
import { planTraining, Trainer } from '../train/index.ts';

/** Three numbers are few enough to be written out, and enough for every word of MAX_LENGTH characters. */
export const HIDDEN = 3;
export const LEARNING_RATE = 0.02;
const MIN_LENGTH = 2;
const MAX_LENGTH = 12;
const MAX_STEPS = 2000;
/** How many starting points are tried; of a hundred, one or two lead a hard word into a dead end. */
const ATTEMPTS = 10;
/**
 * Training ends when the whole word costs less than half a bit: each right character then has more than 70 %, so that the
 * greedy choice spells the word, and the error that is left is large enough for its gradient to be seen.
 */
const ENOUGH = 0.5 * Math.LN2;

/** A model of one word, learned on the spot in float64. */
export interface TinyModel {
  characters: string[];
  /** in order of appearance, as the lecture writes them */
  vocabulary: Vocabulary;
  ids: number[];
  weights: Weights;
  kernels: Kernels;
  /** where the forget gates of an LSTM started */
  forgetBias: number;
  /** updates of Adam */
  updates: number;
  /** summed loss of the word before the first update, in nats */
  startLoss: number;
}

/** The kind of model, and how open the forget gates of an LSTM start. */
export interface Cell {
  cell: CellName;
  forgetBias?: number;
}

/** @throws RnnError when the word has too few or too many characters, or cannot be learned */
export function learnWord(word: string, rngSeed: number, cell: Cell = { cell: 'rnn' }): TinyModel {
  const characters = splitWord(word);
  const vocabulary = new Vocabulary('grapheme', [...new Set(characters)]);
  const ids = characters.map((character) => vocabulary.units.indexOf(character as never));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const learned = learn(vocabulary, ids, (rngSeed + attempt) % Number.MAX_SAFE_INTEGER, cell);
    if (learned) return { characters, vocabulary, ids, ...learned };
  }
  throw new RnnError(
    'diverged',
    (name) =>
      `${JSON.stringify(word)}: expected to learn it in ${ATTEMPTS} attempts of ${MAX_STEPS} steps, failed from ${name('rngSeed')} ${rngSeed} on`,
    { setting: 'rngSeed', hint: 'try another' },
  );
}

/** A word of one letter alone leaves nothing to predict, so that its end becomes a character too. */
function splitWord(word: string): string[] {
  const characters = [...splitUnits(word, 'grapheme')];
  if (characters.length < MIN_LENGTH || characters.length > MAX_LENGTH) {
    throw new RnnError('usage', JSON.stringify(word), {
      expected: `a word of ${MIN_LENGTH} to ${MAX_LENGTH} characters`,
      got: characters.length,
    });
  }
  return new Set(characters).size > 1 ? characters : [...characters, '\n'];
}

/** One window is the whole word, read from h = 0 in every update. */
function learn(
  vocabulary: Vocabulary,
  ids: readonly number[],
  rngSeed: number,
  cell: Cell,
): Pick<TinyModel, 'weights' | 'kernels' | 'forgetBias' | 'updates' | 'startLoss'> | undefined {
  const T = ids.length - 1;
  const settings = {
    unit: 'grapheme',
    hidden: HIDDEN,
    seqLength: T,
    batchSize: 1,
    learningRate: LEARNING_RATE,
    schedule: 'constant',
    ...cell,
  };
  const quiet = { epochs: MAX_STEPS, validationFraction: 0, sampleEvery: 0, rngSeed };
  const config = completeConfig(trainSchema.parse({ ...settings, ...quiet }));
  const corpus = {
    vocabulary,
    ids: Uint8Array.from(ids),
    sha256: '',
    bytes: 0,
    files: 1,
    skipped: 0,
    notes: [],
  };
  const kernels = new ReferenceKernels('float64');
  const trainer = new Trainer(planTraining(config, corpus), kernels, undefined, 1);
  const { weights } = trainer;
  const network = new Network(weights, kernels, { B: 1, T, backward: false });
  network.ids.set(ids.slice(0, -1));
  network.targets.set(ids.slice(1));
  let startLoss: number | undefined;
  for (const event of trainer.run()) {
    if (event.event !== 'start' && event.event !== 'step') continue;
    network.forward();
    const loss = network.loss(0);
    startLoss ??= loss;
    if (loss < ENOUGH)
      return { weights, kernels, forgetBias: config.forgetBias, updates: event.step, startLoss };
  }
  return undefined;
}
