export { type Baselines, baselines, onlineBaselines } from './baselines.ts';
export { type Characters, charactersOf } from './characters.ts';
export { asIds, type Ids } from './collect.ts';
export { encodeText } from './encode.ts';
export type { Unknown } from './numbering.ts';
export { type Corpus, type GivenText, type ReadOptions, readCorpus, type Source, textName } from './read.ts';
export { findSources, isCheckpoint } from './sources.ts';
export {
  type Fractions,
  fitCutting,
  measureSplit,
  type Split,
  splitStriped,
  splitTail,
  splitText,
} from './split.ts';
export { fitBatch, requireWindow, Streams } from './streams.ts';
export { TASKS, type TaskName, taskLines } from './tasks.ts';
export { MAX_CHARACTER_LENGTH, MAX_VOCABULARY, splitUnits, type Unit, Vocabulary } from './vocabulary.ts';
