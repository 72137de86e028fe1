export type { DoneReason, Totals, TrainEvent } from './events.ts';
export { hasParts, inheritConfig, isSameRun, resumeConfig, whyFinished } from './inherit.ts';
export { type Answer, type AnswerScore, findAnswers, scoring } from './measure/answers.ts';
export { bitsPerCharacter, type Evaluation, evaluate, evaluating } from './measure/evaluate.ts';
export { mixedSurprises, surprises } from './measure/surprise.ts';
export { evaluationBytes } from './memory.ts';
export { nextUpdate } from './next-update.ts';
export { type MpiAddon, mpiTransport } from './parallel/mpi.ts';
export type { Pending, Transport } from './parallel/ranks.ts';
export { mostThreads } from './parallel/threads.ts';
export { excerptOf, fitConfig, lengthOf, type Plan, planTraining, splitCorpus } from './plan.ts';
export { Previewer } from './preview.ts';
export { findLearningRate, type RatePoint, type RateTest } from './rate-test.ts';
export {
  alsoTrainedOn,
  configFor,
  differenceOf,
  otherNumerics,
  planFrom,
  type RunTexts,
  readingFor,
  readStart,
  type Start,
} from './start.ts';
export { Trainer } from './trainer.ts';
export { transferWeights } from './transfer.ts';
export { clipGradient } from './update/clip.ts';
export { Optimizer } from './update/optimizer.ts';
export { learningRateAt, nextPlateau, rateInRun, totalSteps } from './update/schedule.ts';
