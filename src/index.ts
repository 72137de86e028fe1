/**
 * The library behind the `rnn` command: read a corpus, train, save, sample, evaluate, inspect. It throws
 * `RnnError` for what a user can fix, yields events and prints nothing.
 */
export {
  architectureOf,
  type Checkpoint,
  deserialize,
  type HistoryRow,
  newestCheckpoint,
  readCheckpoint,
  serialize,
  writeCheckpoint,
} from './checkpoint/index.ts';
export { type Config, completeConfig, type PartialConfig, PRESETS, trainSchema } from './config/index.ts';
export {
  baselines,
  type Corpus,
  encodeText,
  findSources,
  type Ids,
  readCorpus,
  Streams,
  TASKS,
  type TaskName,
  taskLines,
  type Unit,
  Vocabulary,
} from './corpus/index.ts';
export { RnnError } from './errors.ts';
export { type Comparison, compareFacts, type Inspection, inspectGradients } from './inspect/index.ts';
export { createKernels, type Floats, type Kernels, ReferenceKernels } from './kernels/index.ts';
export { giveLecture, type Lecture } from './lecture/index.ts';
export {
  type Architecture,
  countParameters,
  createWeights,
  Network,
  parameterTable,
  type Weights,
} from './model/index.ts';
export { createRandom, type Random } from './random.ts';
export { type GenerateOptions, generate, Sampler, shapeDistribution } from './sample/index.ts';
export {
  bitsPerCharacter,
  evaluate,
  evaluating,
  findAnswers,
  findLearningRate,
  nextUpdate,
  type Plan,
  planTraining,
  type RateTest,
  type Start,
  scoring,
  surprises,
  type TrainEvent,
  Trainer,
} from './train/index.ts';
