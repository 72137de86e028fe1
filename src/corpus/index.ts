export { type Baselines, baselines } from './baselines.ts';
export type { Ids } from './collect.ts';
export type { Encoding } from './decode.ts';
export { type Corpus, type ReadOptions, readCorpus } from './read.ts';
export { findSources } from './sources.ts';
export { type Fractions, type Split, splitStriped, splitTail } from './split.ts';
export { fitBatch, Streams } from './streams.ts';
export { splitUnits, type Unit, Vocabulary } from './vocabulary.ts';
