import { allocateIds, type Ids } from './collect.ts';
import { fitStreams } from './streams.ts';

/** The three parts of a text: what is trained on, what decides during training, what is measured in the end. */
export interface Split {
  train: Ids;
  validation: Ids;
  test: Ids;
}

export interface Fractions {
  validationFraction: number;
  testFraction: number;
}

/** How a configuration cuts a text. */
export interface Cutting extends Fractions {
  split: 'tail' | 'striped';
  /** streams, each a stripe of its own */
  batchSize: number;
  /** equal groups of streams; 1 unless given */
  replicas?: number;
  seqLength: number;
}

/** How many characters each part gets, and each stream to train on. */
export function measureSplit(length: number, cutting: Cutting): Record<keyof Split | 'perStream', number> {
  const { split, batchSize } = cutting;
  const stripes = split === 'striped' ? batchSize : 1;
  const stripe = Math.floor(length / stripes);
  const [validation, test] = cuts(stripe, cutting);
  const perStream = split === 'striped' ? validation : Math.floor(validation / batchSize);
  return {
    train: stripes * validation,
    validation: stripes * (test - validation),
    test: stripes * (stripe - test),
    perStream,
  };
}

/**
 * The cutting with the largest batch, then sequence, up to the asked ones that leaves each stream a window, and
 * without shares that are too small to measure. Fitted once more, it stays as it is.
 */
export function fitCutting<C extends Cutting>(length: number, asked: C): C {
  const { B, T } = fitStreams(
    (batchSize) => measureSplit(length, { ...asked, batchSize }).perStream,
    asked.batchSize,
    asked.seqLength,
    asked.replicas,
  );
  const fitted = { ...asked, batchSize: B, seqLength: T };
  const { validation, test } = measureSplit(length, fitted);
  if (asked.validationFraction > 0 && validation < 2)
    return fitCutting(length, { ...asked, validationFraction: 0 });
  if (asked.testFraction > 0 && test < 2) return fitCutting(length, { ...asked, testFraction: 0 });
  return fitted;
}

/** The parts of a text. */
export function splitText(ids: Ids, cutting: Cutting): Split {
  return cutting.split === 'striped'
    ? splitStriped(ids, cutting, cutting.batchSize)
    : splitTail(ids, cutting);
}

/** Validation text, then test text, from the end of the text; all are views, nothing is copied. */
export function splitTail(ids: Ids, fractions: Fractions): Split {
  const [validation, test] = cuts(ids.length, fractions);
  return {
    train: ids.subarray(0, validation),
    validation: ids.subarray(validation, test),
    test: ids.subarray(test),
  };
}

/**
 * The text as `stripes` equal stretches, each split at its own end: training meets all parts of the text (char-rnn;
 * Karpathy, Johnson & Li 2015). The few characters that no equal stretch holds are left out.
 */
export function splitStriped(ids: Ids, fractions: Fractions, stripes: number): Split {
  const length = Math.floor(ids.length / stripes);
  const [validation, test] = cuts(length, fractions);
  return {
    train: gather(ids, stripes, length, 0, validation),
    validation: gather(ids, stripes, length, validation, test),
    test: gather(ids, stripes, length, test, length),
  };
}

/** Where validation and test text start. */
function cuts(length: number, { validationFraction, testFraction }: Fractions): [number, number] {
  const test = length - Math.floor(length * testFraction);
  return [test - Math.floor(length * validationFraction), test];
}

/** Characters from…to of every stretch of `length`, one after another. */
function gather(ids: Ids, stripes: number, length: number, from: number, to: number): Ids {
  const out = allocateIds(stripes * (to - from), 2 ** (8 * ids.BYTES_PER_ELEMENT));
  for (let stripe = 0; stripe < stripes; stripe++) {
    out.set(ids.subarray(stripe * length + from, stripe * length + to), stripe * (to - from));
  }
  return out;
}
