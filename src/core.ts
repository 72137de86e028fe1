/**
 * The parts of the library and of the `rnn` command, to build on: corpora, plans, the trainer and its events, kernels,
 * networks, checkpoints. They throw `RnnError` for errors that a user can fix, and print nothing.
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
export {
  fromMl5,
  fromPyTorch,
  type Imported,
  type PyTorchOptions,
  toJavaScript,
  toMl5,
  toOnnx,
  toPyTorch,
} from './exchange/index.ts';
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
  type MpiAddon,
  mpiTransport,
  nextUpdate,
  type Plan,
  planTraining,
  type RateTest,
  type Start,
  scoring,
  surprises,
  type TrainEvent,
  Trainer,
  type Transport,
} from './train/index.ts';
