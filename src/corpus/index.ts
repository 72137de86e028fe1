export { type Baselines, baselines, onlineBaselines } from './baselines.ts';
export type { Ids } from './collect.ts';
export type { Encoding } from './decode.ts';
export type { Unknown } from './numbering.ts';
export { type Corpus, type ReadOptions, readCorpus } from './read.ts';
export { findSources } from './sources.ts';
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
export { unknownCharacters } from './unknown.ts';
export { splitUnits, type Unit, Vocabulary } from './vocabulary.ts';
